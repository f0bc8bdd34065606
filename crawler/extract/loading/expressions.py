"""What a script's expressions come to, as far as they are written out: literal text, numbers and constants, joined by +."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"
LITERAL = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*+(?:\"|$)|'(?:[^'\\\n]|\\.)*+(?:'|$)|`(?:[^`\\]|\\.)*+(?:`|\Z)", re.M
)
"""The same, and a string that is never closed: it goes on to the end of its line."""
TERM = re.compile(rf"\s*(?:({STRING})|(-?\d+(?:\.\d+)?)|(?:window\.)?([A-Za-z_$][\w$]*)(?![\w$.(\[]))\s*")
ASSIGNED = re.compile(rf"(?<![\w$.])([A-Za-z_$][\w$]*)\s*=\s*({STRING}|-?\d+)\s*(?=[,;\n\r}}]|$)")
CHANGED = re.compile(r"(?<![\w$.])(?:window\.)?([A-Za-z_$][\w$]*)\s*=(?![=>])")
COUNTED = re.compile(r"page|current|index|^(p|n|no|num|start)$", re.I)
"""Names of what is counted up while a reader turns pages: a list begins with the value that is written down."""
INSERTED = re.compile(r"\$\{\s*([\w$.]*)\s*\}")
ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.S)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
PIECES = 12


@dataclass(frozen=True, slots=True)
class Value:
    """`text` is None if a script has to work it out; `said`: the pieces that are written out."""

    text: str | None
    said: str
    end: int
    is_literal: bool = True
    """No constant was put in."""


def value(code: str, at: int, constants: Mapping[str, str]) -> Value:
    """The expression that begins at `at`."""
    pieces: list[str] = []
    known = literal = True
    for _ in range(PIECES):
        term = TERM.match(code, at)
        if not term:
            return Value(None, "".join(pieces), at)
        at = term.end()
        if term[1]:
            piece, whole = _inserted(term[1], constants)
            literal &= "${" not in term[1] or term[1][0] != "`"
        else:
            piece, whole = (term[2], True) if term[2] else (constants.get(term[3], ""), term[3] in constants)
            literal &= bool(term[2])
        known &= whole
        pieces.append(piece)
        if code[at : at + 1] != "+":
            break
        at += 1
    said = "".join(pieces)
    ended = at >= len(code) or code[at] in ",;)}]\n\r"
    return Value(said if known and ended else None, said, at, literal)


def unquoted(literal: str) -> str:
    """What a literal says."""
    inner = literal[1:-1]
    return ESCAPED.sub(_escape, inner) if "\\" in inner else inner


def _escape(found: re.Match[str]) -> str:
    sign = found[1]
    return chr(int(sign[1:], 16)) if len(sign) > 1 else ESCAPES.get(sign, sign)


def _inserted(literal: str, constants: Mapping[str, str]) -> tuple[str, bool]:
    """A template's text with its constants, and whether all of them are known."""
    text = unquoted(literal)
    if literal[0] != "`" or "${" not in text:
        return text, True
    filled = INSERTED.sub(lambda name: constants.get(name[1], name[0]), text)
    return filled, "${" not in filled


def constants(scripts: Iterable[str]) -> dict[str, str]:
    """The names to which the scripts give one value only."""
    found: dict[str, str] = {}
    changed: dict[str, int] = {}
    for script in scripts:
        values, counts = _constants(script)
        found |= values
        for name, count in counts.items():
            changed[name] = changed.get(name, 0) + count
    return {
        name: text for name, text in found.items() if text and (changed[name] == 1 or COUNTED.search(name))
    }


@lru_cache(maxsize=256)
def _constants(script: str) -> tuple[dict[str, str], dict[str, int]]:
    values: dict[str, str] = {}
    for name, literal in ASSIGNED.findall(script):
        values.setdefault(name, literal if literal[0] not in "\"'`" else unquoted(literal))
    counts = dict.fromkeys(values, 0)
    for name in CHANGED.findall(LITERAL.sub('""', script)):
        if name in counts:
            counts[name] += 1
    return values, counts
