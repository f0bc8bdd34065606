"""Secrets taken out of what repeats them: an answer that quotes our request, an error that names its address."""

import re
from collections.abc import Iterable
from typing import AnyStr
from urllib.parse import quote

MASK = "***"
_TOKEN_IN_JSON = re.compile(rb'("\w{0,40}(?:token|secret|ticket)"\s*:\s*")[^"]+', re.I)


def masked(text: AnyStr, secrets: Iterable[str]) -> AnyStr:
    """The text, or the bytes, without any of the secrets, as they are or as an address or JSON writes them."""
    for secret in filter(None, secrets):
        written = "".join(map(_ways_of, secret))
        if isinstance(text, bytes):
            text = re.sub(written.encode(), MASK.encode(), text)
        else:
            text = re.sub(written, MASK, text)
    return text


def without_tokens(body: bytes) -> bytes:
    """An answer in JSON without the tokens that it hands out, which nobody knew before."""
    return _TOKEN_IN_JSON.sub(rb"\1" + MASK.encode(), body)


def _ways_of(sign: str) -> str:
    """Letters and digits stand for themselves; programs differ in which other signs they write in another way."""
    if sign.isascii() and sign.isalnum():
        return sign
    percent = quote(sign, safe="")
    ways = {sign, percent, percent.lower(), f"\\{sign}", f"\\u{ord(sign):04x}", f"\\u{ord(sign):04X}"}
    return f"(?:{'|'.join(map(re.escape, sorted({*ways, *('+' if sign == ' ' else '')})))})"
