"""Data that stands in the page's scripts: a state that a framework starts from, a `var list = [...]`, a JSON script."""

import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.extract.loading.expressions import unquoted

TITLED = re.compile(r"(?:title|name|subject|biaoti|\bbt)[\"']?\s*:", re.I)
DATED = re.compile(r"(?:date|time|fbsj|fbrq|\brq)[\"']?\s*:", re.I)
BEGINS = re.compile(r"(?:=|\(|[\w\"']\s*:)\s*(?=\[\s*\{|\{\s*[\"'\w]+\s*:)")
TOKEN = re.compile(
    r"\s*(?:(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|([{}\[\]:,])|(-?\d+(?:\.\d+)?)|([A-Za-z_$][\w$]*)|(//[^\n]*|/\*.*?\*/))",
    re.S,
)
WORDS = {"true": "true", "false": "false", "null": "null", "undefined": "null"}
READ = 400_000
TRIED = 20


def data(script: str) -> Iterator[Any]:
    """The values written out in a script that may be lists of items with dates."""
    if len(script) > READ or not TITLED.search(script) or not DATED.search(script):
        return
    if script.lstrip()[:1] in ("{", "["):
        at = len(script) - len(script.lstrip())
        if found := parsed(script, at):
            yield found[0]
        return
    end = tried = 0
    for begin in BEGINS.finditer(script):
        if begin.end() < end:
            continue
        tried += 1
        if found := parsed(script, begin.end()):
            end = found[1]
            yield found[0]
        if tried >= TRIED:
            return


def parsed(script: str, at: int) -> tuple[Any, int] | None:
    """The value that begins at `at` and where it ends; as JSON, else as a script's literal."""
    try:
        return json.JSONDecoder().raw_decode(script, at)
    except (ValueError, RecursionError):
        pass
    pieces: list[str] = []
    depth = 0
    while found := TOKEN.match(script, at):
        at = found.end()
        text, sign, number, word, _ = found.groups()
        if text:
            pieces.append(json.dumps(unquoted(text)))
        elif sign:
            depth += (sign in "{[") - (sign in "}]")
            if sign in "}]" and pieces and pieces[-1] == ",":
                pieces.pop()
            pieces.append(sign)
            if not depth:
                break
        elif number:
            pieces.append(number)
        elif word:
            is_name = script[at : at + 20].lstrip()[:1] == ":"
            if not is_name and word not in WORDS:
                return None
            pieces.append(json.dumps(word) if is_name else WORDS[word])
    try:
        return (json.loads("".join(pieces)), at) if not depth else None
    except (ValueError, RecursionError):
        return None
