"""A platform's answer in JSON: what an official interface and most web pages of a platform send, well or not.

HTTP 200 means nothing: the platform's own code speaks first, then the status. Nothing is taken to be of the type that a
document promises; what is not is as good as absent.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from crawler.fetching import Answer
from crawler.json_text import from_json
from crawler.sources.signatures import Complaint, by_status, challenge_in, unanswered

Codes = Mapping[int, Complaint]
"""What the error codes of one platform mean."""

NOT_AUTHORISED = Complaint("auth_expired", "not_authorised")
UNASKED = Complaint("source_broken", "unasked")
UNEXPECTED = Complaint("source_broken", "unexpected_shape")
"""JSON, without an error, but not what the interface is documented to send."""
DIGITS = 18
"""No number that a platform sends has more; a longer one is no number."""
_NUMBER = re.compile(rf"[+-]?[0-9]{{1,{DIGITS}}}")
_TAG = re.compile(r"<[^>]*>")
NOTHING: Mapping[str, Any] = MappingProxyType({})


def read_json(answer: Answer) -> Mapping[str, Any] | Complaint:
    """The object in an answer, of whatever status; what is wrong with the answer if it holds none."""
    if complaint := unanswered(answer):
        return complaint
    words = answer.body.decode("utf-8-sig", "replace").strip()
    if not words:
        return by_status(answer) or Complaint("source_broken", "empty_body")
    try:
        read = from_json(words)
    except ValueError:
        cut = Complaint("source_broken", "truncated") if words.startswith(("{", "[")) else None
        said = cut or challenge_in(answer.body)
        return by_status(answer) or said or Complaint("source_broken", "not_json")
    return read if isinstance(read, dict) else by_status(answer) or UNEXPECTED


def error_in(answer: Answer, codes: Codes, *said: object, good: int = 0) -> Complaint | None:
    """The complaint of the first code that is not `good`; without one, that of the status."""
    numbers = [number for each in said if (number := whole_number(each)) is not None]
    bad = next((number for number in numbers if number != good), None)
    if bad is not None:
        return codes.get(bad) or Complaint("source_broken", f"errcode_{bad}")
    return by_status(answer)


def whole_number(value: object) -> int | None:
    """Of a number, or of its digits in a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 10**DIGITS else None
    if isinstance(value, int):
        return value if abs(value) < 10**DIGITS else None
    return int(value) if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) else None


def text(value: object) -> str:
    """One line of plain words: tags go, and so does what no database can store (half a character, a zero byte)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    number = value if isinstance(value, str) else whole_number(value)
    if number is None:
        return ""
    words = str(number).encode("utf-8", "replace").decode()
    return " ".join(_TAG.sub(" ", words).replace("\x00", "").split())


def is_true(value: object) -> bool:
    return value in (True, 1, "1", "true", "True")


def is_false(value: object) -> bool:
    """Said to be so; absent is not false."""
    return value in (False, 0, "0", "false", "False")


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else NOTHING


def sequence(value: object) -> Sequence[Any] | None:
    return value if isinstance(value, list) else None
