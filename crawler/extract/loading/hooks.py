"""Hooks: the names by which a script finds a box, and where it speaks of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from crawler.extract.outline import Outline

DRESSING = frozenset(
    [
        "hover",
        "css",
        "addClass",
        "removeClass",
        "toggleClass",
        "attr",
        "height",
        "width",
        "slide",
        "slideDown",
        "slideUp",
        "hide",
        "show",
        "click",
        "on",
        "bind",
        "find",
        "children",
        "eq",
        "each",
        "parent",
        "length",
        "size",
        "marquee",
        "tabs",
        "tab",
        "focus",
        "blur",
        "style",
        "className",
        "remove",
        "empty",
        "SuperSlide",
        "superSlide",
        "animate",
        "scroll",
        "niceScroll",
        "Scroll",
        "kxbdMarquee",
        "siblings",
        "addEventListener",
        "offsetHeight",
        "scrollTop",
    ]
)
"""What is done to a box without putting a list into it."""
NO_LISTS = re.compile(
    r"share|qr|ewm|code|tip|dialog|layer|mask|weather|tianqi|date|time|count|visit|page|fenye|zoom|print|search|suggest|login|map|banner|slide|focus|float|top|foot|head|nav|menu|"
    r"crumb|tool|kefu|robot|wza|clear|line|blank|logo|jiathis|bdshare|ckepop",
    re.I,
)
"""Names of boxes that hold something else than a list."""
NO_HOOKS = re.compile(
    rf"{NO_LISTS.pattern}|^(wrap|main|con|content|container|box|left|right|fl|fr|cl|row|body|bd|hd)\d*$",
    re.I,
)
"""Names that a script may speak of for many reasons: those, and names of boxes of every kind."""
HOLDERS = frozenset({"ul", "ol", "tbody", "table", "dl"})


def names_of(attributes: Mapping[str, str]) -> list[str]:
    """The id, perhaps empty, and the classes."""
    return [attributes.get("id") or "", *(attributes.get("class") or "").split()]


def hooks_of(page: Outline, empty: Sequence[int]) -> frozenset[str]:
    """By what a script can find the empty boxes: also a bare list by the box around it (`$(".news ul")`)."""
    found: set[str] = set()
    for index in empty:
        box = page.boxes[index]
        names = [name for name in names_of(box.attributes) if name]
        if box.tag in HOLDERS and not names:
            names = [name for name in names_of(page.boxes[box.parent].attributes) if name]
        found.update(name for name in names if not NO_LISTS.search(name))
    return frozenset(found)


def speaks_of(script: str, hook: str) -> Iterator[int]:
    """Where a script speaks of a box otherwise than to dress it."""
    if hook not in script:
        return
    for found in _speaking(hook).finditer(script):
        if found[1] not in DRESSING and not script[: found.start()].rstrip().endswith(
            ("Cell:", "className=")
        ):
            yield found.start()


@lru_cache(maxsize=512)
def _speaking(hook: str) -> re.Pattern[str]:
    return re.compile(
        rf"[\"'`](?:[^\"'`\n]{{0,60}}[\s#.,>])?[#.]?{re.escape(hook)}(?![\w-])[^\"'`\n]{{0,60}}[\"'`]\s*\)?\s*(?:\.\s*(\w+))?"
    )
