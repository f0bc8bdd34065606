"""Markup that a script writes with document.write, where all of it is literal: it belongs to the page as it stands."""

import re

from crawler.extract.loading.expressions import STRING, unquoted

SCRIPT = re.compile(r"<script\b[^<>]*>", re.I)
SCRIPT_END = re.compile(r"</script\s*>", re.I)
WRITE = re.compile(rf"document\s*\.\s*write(?:ln)?\s*\(\s*((?:{STRING})(?:\s*\+\s*(?:{STRING}))*)\s*\)\s*;?")
LITERAL = re.compile(STRING)
BESIDE = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|<!--|-->|\s+", re.S)
ITEMS = re.compile(r"<(li|a|tr|td|dd|dl|ul|table)\b", re.I)
WRITES_ITEMS = re.compile(r"document\s*\.\s*write(?:ln)?\s*\([^;]{0,300}<(li|a|tr|td|dd|dl)\b", re.I)
PAGE_BAR = re.compile(
    r"page_?(?:count|num|size|total)|total_?pages?|curr(?:ent)?_?(?:page|index)|createPage|上一页|下一页|尾页",
    re.I,
)
OF_A_RECORD = re.compile(
    r"[.\[][\"']?(?:\w*title|\w*name|\w*date|\w*time|href|\w*url)\b|\w\[\s*\w+\s*\]|标题", re.I
)
READ = 400_000


def with_written(markup: str) -> str:
    """The page with what its scripts write in their places."""
    if "document.write" not in markup:
        return markup
    pieces: list[str] = []
    at = 0
    while begin := SCRIPT.search(markup, at):
        end = SCRIPT_END.search(markup, begin.end())
        if not end:
            break
        script = markup[begin.end() : end.start()]
        items = written(script) if "document" in script else ""
        pieces += [markup[at : begin.start()], items or markup[begin.start() : end.end()]]
        at = end.end()
    return "".join((*pieces, markup[at:]))


def written(script: str) -> str:
    """The markup of a script that does nothing but write items out; empty if it is not one."""
    if len(script) > READ or not ITEMS.search(script):
        return ""
    pieces = [_text(found[1]) for found in WRITE.finditer(script)]
    does_more = bool(BESIDE.sub("", WRITE.sub("", script)))
    return "" if does_more else "".join(pieces)


def writes_items(script: str) -> bool:
    """Whether it writes out what may be items of a list. The numbers of a page bar (分页) are none: it names no record."""
    if not WRITES_ITEMS.search(script):
        return False
    return not PAGE_BAR.search(script) or bool(OF_A_RECORD.search(script))


def _text(literals: str) -> str:
    return "".join(map(unquoted, LITERAL.findall(literals)))
