"""JSON as others send it: read, or not JSON, and never so deep that it exhausts our own stack."""

import json
import re
from itertools import accumulate
from typing import Any

DEEPEST = 200
"""No interface nests a tenth of that. Python's own reader would go on until the stack ends, and whatever is tidied up at that
moment, anywhere in the program, breaks."""
_TEXT = re.compile(r'"(?:[^"\\]|\\.?)*+"?', re.S)
_BRACKET = re.compile(r"[\[\]{}]")


def from_json(sent: str | bytes) -> Any:
    """The value that `sent` is, bytes as UTF-8 with whatever damage; raises ValueError if it is none."""
    text = sent.decode("utf-8-sig", "replace") if isinstance(sent, bytes) else sent
    if nests_too_deep(text):
        raise ValueError("nested too deep")
    return json.loads(text)


def nests_too_deep(text: str) -> bool:
    """Brackets in texts do not count: a text of closing ones would hide how deep the rest goes."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    brackets = _BRACKET.finditer(_TEXT.sub("", text))
    return max(accumulate((1 if each[0] in "[{" else -1 for each in brackets), initial=0)) > DEEPEST
