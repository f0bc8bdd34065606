"""What must never stand in a log (脱敏): secrets, and numbers that belong to a person.

Secrets       whole: the password of an address, what is called token, key, secret, password or sig, Authorization and
              Cookie headers, signatures of reply links, everything after the scheme of a robot's address
ID cards      the first three digits stay (the province and the city's half): 410***************
Mobiles       the first three and the last four stay: 138****5678
Bank cards    the last four stay, of 16 to 19 digits that pass Luhn's test: ************0003

Figures given as figures stay figures: a size in bytes is no telephone number. Page names, dates, 网站标识码, SHA-256s and
Message-IDs are left whole: numbers count only where no hexadecimal digit touches them.
"""

import math
import re
from collections.abc import Mapping
from functools import lru_cache

MASK = "***"

OPEN_SCHEMES = (
    "https?|wss?|ftps?|sftp|smtps?|imaps?|pop3s?|ldaps?|socks[45]h?|file|folder|feed"
    "|sqlite|postgres|postgresql|mysql|mariadb|rediss?|amqps?"
)
"""Only their passwords are secret. Of all others, such as wecombot:// or dingtalk://, everything is: apprise knows over a
hundred, and more with each release."""

_END = r"\s\"'<>，。；、（）“”"
_ROBOT = re.compile(
    rf"(?i)(?<![a-z+])(?!(?:{OPEN_SCHEMES})(?:\+\w+)?://)([a-z][a-z0-9+]{{0,30}}://)[^{_END}]+"
)
_PASSWORD = re.compile(r"(?i)(?<!http)(?<!https)(://[^\s/?#:]{0,200}:)\S{1,500}@")
_WEB_PASSWORD = re.compile(
    r"(?i)(https?://[^\s/?#:]{0,200}:)(?!\d{1,5}(?:[/?#\"'\s]|$))(?:[^\s/?#]{1,500}|\S{1,500})@"
)
"""Lengths are bounded, so that a text made for it cannot keep us busy: no password of an address is longer."""
_HOOK = re.compile(r"(/hook/)[\w-]{8,}")
"""Where Feishu and Lark keep the token of a robot."""
_REPLY_LINK = re.compile(r"(\b\d+\.\d{8}\.)[0-9a-f]{32}\b|(/reply/\d+\.\d+\.)[^\s\"'&]+")

_SECRET_NAME = (
    r"(?:token|secret|passw(?:or)?d|pwd|signature|authorization|cookie|密码|口令|密钥"
    r"|(?:app|api|access|private|auth|aes)key|(?<![a-z])(?:key|sig|sign))"
)
_SECRET_FIELD = re.compile(rf"(?i){_SECRET_NAME}$")
_HEADER = re.compile(r"(?i)((?:authorization|cookie)\\*[\"']?[ \t]*[=:][ \t]*)\S.*")
_BEARER = re.compile(r"(?i)\b((?:bearer|basic)[ \t]+)[\w.~+/=-]{16,}")
_NAMED = re.compile(
    rf"(?i)({_SECRET_NAME}\\*[\"']?[ \t]*[=:：][ \t]*)"
    rf"(?:(b?([\"']))(?:\\.|(?!\3)[^\\\n])*\3|b?\\*[\"']?[^&{_END}]+)"
)
_WORDS = (
    *("token", "secret", "passw", "pwd", "key", "sig", "authorization", "cookie", "bearer", "basic"),
    *("密码", "口令", "密钥", "/hook/"),
)

_LONG_NUMBER = re.compile(r"[0-9０-９][0-9０-９ .-]{9}[0-9０-９]")
"""What any number to be masked, and any reply link, holds; quick to look for."""
_ID_CARD = re.compile(
    r"(?i)(?:(?<![0-9a-f])|(?<=id))([1-9]\d{2})\d{3}"
    r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![0-9a-z])"
)
_MOBILE = re.compile(r"(?i)(?<![0-9a-f])((?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?)\d{4}([- ]?\d{4})(?![0-9a-z])")
_CARD = re.compile(r"(?i)(?<![0-9a-f._/-])[3-69]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![0-9a-z@])")
"""Bank cards begin with these digits; times in digits (2026…) and nanoseconds (17…) do not."""

_DEEPEST = 4
_FIGURES_END = 10**15
"""Whole numbers from here on are no figures of ours: they are looked at like text."""


def scrub(text: str) -> str:
    """The text without what must not be kept; unchanged if there is nothing of that kind."""
    if not is_suspect(text):
        return text
    text = _ROBOT.sub(rf"\1{MASK}", text)
    text = _PASSWORD.sub(rf"\1{MASK}@", text)
    text = _WEB_PASSWORD.sub(rf"\1{MASK}@", text)
    text = _HOOK.sub(rf"\1{MASK}", text)
    text = _HEADER.sub(rf"\1{MASK}", text)
    text = _BEARER.sub(rf"\1{MASK}", text)
    text = _NAMED.sub(rf"\1\2{MASK}\3", text)
    text = _REPLY_LINK.sub(rf"\1\2{MASK}", text)
    text = _ID_CARD.sub(r"\1" + "*" * 15, text)
    text = _CARD.sub(_masked_card, text)
    return _MOBILE.sub(r"\1****\2", text)


def is_suspect(text: str) -> bool:
    """Whether it is worth looking at closely: told in a few microseconds, for nearly all lines hold nothing."""
    addresses = text.count("://")
    if addresses and ("@" in text or addresses != text.count("http://") + text.count("https://")):
        return True
    return any(map(text.lower().__contains__, _WORDS)) or _LONG_NUMBER.search(text) is not None


def scrub_field(name: str, value: object) -> object:
    """The value of a field of this name, scrubbed throughout, as JSON can hold it."""
    return _scrubbed(name, value, 0)


def _scrubbed(name: str, value: object, depth: int) -> object:
    if value and not isinstance(value, bool) and _is_secret(name):
        return MASK
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return scrub(str(value))
    if isinstance(value, int) and abs(value) < _FIGURES_END:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {scrub(_said(key)): _scrubbed(_said(key), each, depth + 1) for key, each in value.items()}
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(name, each, depth + 1) for each in value]
    said = _said(value)
    clean = scrub(said)
    return value if isinstance(value, int) and clean == said else clean


def _said(value: object) -> str:
    """Any object in words, also one that cannot say itself."""
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return _SECRET_FIELD.search(name) is not None


def _masked_card(found: re.Match[str]) -> str:
    digits = [int(each) for each in found[0] if each.isdecimal()]
    if not _passes_luhn(digits):
        return found[0]
    return "*" * (len(digits) - 4) + "".join(map(str, digits[-4:]))


def _passes_luhn(digits: list[int]) -> bool:
    doubled = (each * 2 for each in digits[-2::-2])
    return (sum(digits[::-2]) + sum(each - 9 if each > 9 else each for each in doubled)) % 10 == 0
