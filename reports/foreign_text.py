"""Text that strangers wrote (titles of crawled pages, names in registers), made fit for what we hand out.

It comes out as it was read, letter for letter, but for what a form cannot hold or what would lead its reader astray.
"""

import re
import unicodedata

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A spreadsheet would run a cell that begins so: titles of strangers' pages must not be formulas."""

LONGEST_CELL = 32_000
"""Characters: a cell of a spreadsheet holds 32,767."""

LONGEST_NAME = 60
"""Characters of a file's name: 180 bytes, so that an ordinal and an ending fit into the 255 of a file system."""

_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of reading: an address would show as another one."""

_FORBIDDEN_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def tame(text: str) -> str:
    """One line that XML, a mail and a spreadsheet can all hold, shown as it stands."""
    return text if text.isprintable() else "".join(map(_tame, text)).strip()


def _tame(letter: str) -> str:
    if letter in _TURNS:
        return ""
    if letter in "\ufffe\uffff" or unicodedata.category(letter) == "Cs":
        return "\ufffd"
    return " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter


def safe_cell(text: str) -> str:
    """As a cell's text, safe also after the table was saved as CSV and opened again."""
    cell = f"'{text}" if text.lstrip().startswith(DANGEROUS) or text.startswith(DANGEROUS) else text
    return cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]}…"


def short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def file_name(text: str) -> str:
    """A name that every file system takes; without an ending."""
    name = _FORBIDDEN_IN_NAMES.sub("_", tame(text))[:LONGEST_NAME].strip(" .")
    return f"_{name}" if not name or _DEVICES.fullmatch(name) else name
