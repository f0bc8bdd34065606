"""Opening tags, each different one read once: menus and feet say the same on all pages of a site.

What can be said of an element from its tag and from the tags around it (its region, its shape, whether it is hidden) is
said of its `Chain`. Chains are few and come back on page after page, so that such questions are answered from memory.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from crawler.extract.cleaning import clean, plain
from crawler.extract.regions import EDITOR, region_within

VOID = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
NOTED = frozenset(
    [
        *("script", "meta", "title", "base", "input", "textarea", "select"),
        *("iframe", "frame", "img", "embed", "object", "video", "audio", "svg", "canvas"),
    ]
)
"""Elements that stand beside the text: their attributes, not their inside, are of interest."""
NO_BOX = (
    NOTED
    | VOID
    | frozenset(["style", "template", "noscript", "svg", "xmp", "noembed", "noframes", "plaintext"])
)
RAW = frozenset(["script", "style", "iframe", "xmp", "noembed", "noframes", "plaintext", "title", "textarea"])
"""Elements that hold no elements: a `<` inside means nothing."""
INLINE = frozenset(
    [
        "font",
        "b",
        "strong",
        "em",
        "i",
        "u",
        "span",
        "small",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "label",
        "big",
    ]
)
"""Elements that make no difference to a list's shape."""
ROWS_AND_CELLS = frozenset(["li", "tr", "td", "p", "dt", "dd", "dl", "tbody"])
SHAPE_LENGTH = 4000
DRESS = frozenset(["b", "strong", "em", "i", "u", "font", "span", "small", "label", "big"])
KEPT_EMPTY = frozenset(["a", "ul", "ol", "tbody", "table", "dl", "div"])
RARELY_TWICE = ("a ", "meta ")
"""Tags that differ from page to page; others are the same on all pages of all sites."""
LOOPS = frozenset(
    [
        "v-for",
        "ng-repeat",
        "ms-repeat",
        "ms-for",
        "x-for",
        "data-ng-repeat",
        "wx:for",
        "data-v-for",
        "data-for",
    ]
)
BINDINGS = frozenset(
    [
        "v-text",
        "v-html",
        ":href",
        "v-bind:href",
        "ng-bind",
        "ng-bind-html",
        "ng-href",
        "x-text",
        "x-html",
        "ms-href",
        "ms-attr-href",
        ":to",
    ]
)
ITEMS = frozenset(["li", "tr", "dd", "dl"])
"""What a framework repeats to make a list."""
CONDITIONS = frozenset(
    ["v-if", "v-else", "v-show", "ng-if", "ng-show", "ng-hide", "ms-if", "x-show", "x-if", "ms-visible"]
)
TELLING = LOOPS | CONDITIONS | {"hidden", "role"}
_PLAIN = frozenset(
    [
        "class",
        "id",
        "href",
        "title",
        "target",
        "style",
        "width",
        "height",
        "align",
        "valign",
        "border",
        "src",
        "alt",
    ]
)
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
ATTRIBUTE = re.compile(r'\s(\S[^\s=]*)="([^"]*)"')


NOTHING: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What an opening tag says of its element, apart from what makes each link and picture different."""

    tag: str
    name: str = ""
    """Its first class, without a number at the end."""
    ident: str = ""
    role: str = ""
    hides: bool = False
    loops: bool = False
    conditional: bool = False
    editor: bool = False
    """The box in which an editor writes the text of an article."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The look of an element and of all around it, outermost first; what holds for the outer ones holds inside."""

    look: Look
    hidden: bool
    template: bool
    conditional: bool
    in_link: bool
    region: str
    """The part of the page (regions.py)."""
    shape: str
    """The boxes that make a list's rows alike, as a path."""


@dataclass(slots=True, eq=False)
class Opening:
    """An opening tag. `look` is None for what has no place among the boxes. Not frozen only for speed: nobody writes."""

    tag: str
    attributes: Mapping[str, str]
    look: Look | None
    boxed: bool = False
    """False for what only dresses text (`<b>`, `<font>`)."""
    kept_empty: bool = False
    binds: bool = False


def read_tag(piece: str) -> tuple[Opening | None, str]:
    """A tag, None if it is a closing one, and the text behind it."""
    written, bracket, text = piece.partition(">")
    if bracket and written.startswith("/"):
        return None, clean(plain(text))
    if not bracket:
        written = "!"
    each = new_opening(written) if written.startswith(RARELY_TWICE) else opening(written)
    if each.look is None and each.tag not in VOID:
        return each, ""  # what follows is no text of the page
    return each, clean(plain(text))


def new_opening(written: str) -> Opening:
    """An opening tag as the parser writes it, without its brackets."""
    tag, _, rest = written.partition(" ")
    attributes = _attributes(f" {rest}") if rest else {}
    if tag in NO_BOX or tag.startswith("!"):
        return Opening(tag, attributes, None)
    strange = not _PLAIN.issuperset(attributes)
    look = _look(
        tag,
        attributes.get("class", ""),
        attributes.get("id", ""),
        attributes.get("style", ""),
        frozenset((name, value) for name, value in attributes.items() if name in TELLING)
        if strange
        else NOTHING,
    )
    boxed = tag != "head" and (bool(attributes) or tag not in DRESS)
    binds = strange and not (BINDINGS | LOOPS if tag in ITEMS else BINDINGS).isdisjoint(attributes)
    return Opening(tag, attributes, look, boxed, tag in KEPT_EMPTY, binds)


def _attributes(written: str) -> dict[str, str]:
    pieces = written.split('"')
    if written.count('="') * 2 + 1 == len(pieces):
        found = {name[1:-1]: value for name, value in zip(pieces[::2], pieces[1::2], strict=False)}
    else:  # a quotation mark in a name, or a value that ends in "="
        found = dict(ATTRIBUTE.findall(written))
    return {name: plain(value) for name, value in found.items()} if "&" in written else found


opening = lru_cache(maxsize=4096)(new_opening)


@lru_cache(maxsize=4096)
def _look(tag: str, name: str, number: str, style: str, strange: frozenset[tuple[str, str]]) -> Look:
    """One object for each look. `strange`: the attributes that few elements have."""
    names = dict(strange)
    ident = (f"{name} {number}" if name and number else name or number).lower()
    return Look(
        tag,
        name.split(" ", 1)[0].rstrip("0123456789_-"),
        ident,
        names.get("role", "").lower(),
        "hidden" in names or bool(HIDING.search(style)),
        not LOOPS.isdisjoint(names),
        not CONDITIONS.isdisjoint(names),
        bool(ident and EDITOR.search(ident)),
    )


@lru_cache(maxsize=16384)
def inside(outer: Chain, look: Look) -> Chain:
    return Chain(
        look,
        outer.hidden or look.hides,
        outer.template or look.loops,
        outer.conditional or look.conditional,
        outer.in_link or look.tag == "a",
        region_within(outer.region, look.tag, look.role, look.ident),
        _shape(outer.shape, look),
    )


def _shape(outer: str, look: Look) -> str:
    if look.tag in INLINE or len(outer) > SHAPE_LENGTH:
        return outer
    return f"{outer}/{look.tag}" if look.tag in ROWS_AND_CELLS else f"{outer}/{look.tag}.{look.name}"


ROOT = Chain(Look("#root"), False, False, False, False, region="", shape="/#root.")
