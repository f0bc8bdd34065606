"""A page as a flat list of boxes and pieces of text: what is left of the DOM once it has been walked.

The DOM is walked once. All later questions (which rows repeat, which text is where) are asked of plain lists, which
is faster than asking the parser again and again, and keeps no parser memory alive.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

DEPTH = 400
"""Deeper nesting is flattened: the parser needs quadratic time for it, and no real page has a tenth of that."""
TAGS_BEFORE_CARE = 3000
TAGS_READ = 60_000
BOXES = 40_000
"""A page with more boxes is read up to here: 5 MB of tags must not hold up a round."""

KEPT_EMPTY = frozenset({"a", "ul", "ol", "tbody", "table", "dl", "div"})
VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
DRESS = frozenset({"b", "strong", "em", "i", "u", "font", "span", "small", "label", "big"})
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})[^<>]{0,2000}(?<=(.))>")
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
LOOPS = frozenset(
    (
        "v-for",
        "ng-repeat",
        "ms-repeat",
        "ms-for",
        "x-for",
        "data-ng-repeat",
        "wx:for",
        "data-v-for",
        "data-for",
    )
)
BINDINGS = frozenset(
    (
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
    )
)
CONDITIONS = frozenset(
    ("v-if", "v-else", "v-show", "ng-if", "ng-show", "ng-hide", "ms-if", "x-show", "x-if", "ms-visible")
)
_PLAIN = frozenset(
    {
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
    }
)
BLANK = " \t\r\n\f\v\u00a0\u3000\u200b\ufeff"
SPACE = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")


class Box:
    """One element: where it hangs and which pieces of text lie within it (`start` to `end`)."""

    __slots__ = ("attributes", "conditional", "end", "hidden", "ident", "parent", "start", "tag", "template")

    def __init__(
        self, tag: str, parent: int, start: int, outer: "Box | None", attributes: dict[str, str | None]
    ) -> None:
        self.tag, self.parent, self.start, self.end = tag, parent, start, start
        self.ident = ""
        self.attributes = attributes
        if outer is None:
            self.hidden = self.template = self.conditional = False
        else:
            self.hidden, self.template, self.conditional = outer.hidden, outer.template, outer.conditional
        if attributes:
            self._name(attributes)

    def _name(self, attributes: dict[str, str | None]) -> None:
        get = attributes.get
        name, number = get("class"), get("id")
        if name or number:
            self.ident = (f"{name} {number}" if name and number else name or number or "").lower()
        style = get("style")
        if style and HIDING.search(style):
            self.hidden = True
        if not _PLAIN.issuperset(attributes):
            self.hidden = self.hidden or "hidden" in attributes
            self.template = self.template or not LOOPS.isdisjoint(attributes)
            self.conditional = self.conditional or not CONDITIONS.isdisjoint(attributes)


@dataclass(slots=True)
class Outline:
    """Boxes in document order, pieces of text with the box each stands in, and what stands beside the text."""

    boxes: list[Box] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    scripts: list[tuple[int, dict[str, str | None], str]] = field(default_factory=list)
    metas: list[dict[str, str | None]] = field(default_factory=list)
    fields: list[dict[str, str | None]] = field(default_factory=list)
    frames: list[tuple[int, dict[str, str | None]]] = field(default_factory=list)
    pictures: list[tuple[int, str]] = field(default_factory=list)
    bindings: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    """What has been found to be the words of a link, kept because it is asked for twice."""
    title: str = ""
    base: str = ""
    truncated: bool = False
    entered: bool = False
    """While walking: has the element just entered got a box?"""

    def text(self, start: int, end: int, glue: str = "") -> str:
        return glue.join(self.texts[start:end])

    def around_links(self) -> bytearray:
        """For each box: does it hold a link?"""
        marked = bytearray(len(self.boxes))
        for link in self.links:
            if self.boxes[link].attributes.get("href"):
                for index in self.above(link):
                    if marked[index]:
                        break
                    marked[index] = 1
        return marked

    def above(self, index: int) -> Iterator[int]:
        """The boxes around a box, nearest first."""
        index = self.boxes[index].parent
        while index >= 0:
            yield index
            index = self.boxes[index].parent


def outline(markup: str) -> Outline:
    """Parse and walk; never raises, and in bounded time whatever the nesting."""
    tree = LexborHTMLParser(_flattened(markup))
    made = Outline()
    node = tree.root
    if node is not None:
        _walk(node, made)
    return made


def clean(text: str) -> str:
    text = text.strip(BLANK)
    return text if text.isalnum() else SPACE.sub(" ", text)


def _walk(root: LexborNode, made: Outline) -> None:
    """Every node once, in document order; what only dresses text (`<b>`, `<font>`) gets no box of its own."""
    boxes, texts, owner = made.boxes, made.texts, made.owner
    boxes.append(Box("#root", -1, 0, None, {}))
    here = 0
    node: LexborNode | None = root
    above: list[tuple[LexborNode, bool]] = []
    while node is not None:
        if node.is_text_node:
            text = (node.text_content or "").strip(BLANK)
            if text:
                texts.append(text if text.isalnum() else SPACE.sub(" ", text))
                owner.append(here)
        elif node.is_element_node:
            first = _enter(node, here, made)
            if first is not None:
                boxed = made.entered
                above.append((node, boxed))
                if boxed:
                    here = len(boxes) - 1
                    if here > BOXES:
                        made.truncated = True
                        break
                node = first
                continue
        following = node.next
        while following is None and above:
            node, boxed = above.pop()
            if boxed:
                boxes[here].end = len(texts)
                here = boxes[here].parent
            following = node.next
        node = following
    while here >= 0:
        boxes[here].end = len(texts)
        here = boxes[here].parent


def _enter(node: LexborNode, here: int, made: Outline) -> LexborNode | None:
    """Note an element; its first child if there is more to walk inside it (`entered`: it has got a box)."""
    tag = node.tag or ""
    if tag in SKIPPED:
        return _head(node, here, made) if tag == "head" else None
    attributes = node.attributes
    if tag in _NOTED:
        _note(tag, node, attributes, here, made)
        return None
    first = node.first_child
    made.entered = True
    if attributes:
        if not _PLAIN.issuperset(attributes) and not BINDINGS.isdisjoint(attributes):
            made.bindings.append(here)
    elif tag in DRESS:
        made.entered = False
        return first
    if first is None and tag not in KEPT_EMPTY:
        return None
    boxes = made.boxes
    boxes.append(Box(tag, here, len(made.texts), boxes[here], attributes))
    if tag == "a":
        made.links.append(len(boxes) - 1)
    return first


def _head(node: LexborNode, here: int, made: Outline) -> LexborNode | None:
    """A head holds no text of the page, but its title, metas and scripts are wanted."""
    child = node.first_child
    while child is not None:
        tag = child.tag or ""
        if tag in _NOTED:
            _note(tag, child, child.attributes, here, made)
        child = child.next
    return None


SKIPPED = (frozenset({"style", "template", "noscript", "svg", "object", "head"}) | VOID) - {
    "meta",
    "base",
    "input",
    "img",
    "embed",
}
_NOTED = frozenset(
    {"script", "meta", "title", "base", "input", "textarea", "iframe", "frame", "img", "embed", "select"}
)


def _note(tag: str, node: LexborNode, attributes: dict[str, str | None], here: int, made: Outline) -> None:
    if tag == "img":
        if len(made.pictures) < 400:
            made.pictures.append((here, attributes.get("src") or ""))
        alt = attributes.get("alt") or attributes.get("title")
        if alt and made.boxes[here].tag == "a":
            made.boxes[here].attributes.setdefault("#alt", alt)
    elif tag == "script":
        made.scripts.append((here, attributes, node.text()))
    elif tag == "meta":
        made.metas.append(attributes)
    elif tag == "title":
        made.title = made.title or clean(node.text())
    elif tag == "base":
        made.base = made.base or attributes.get("href") or ""
    elif tag in ("iframe", "frame"):
        made.frames.append((here, attributes))
    else:
        made.fields.append({"#tag": tag, **attributes})


def _flattened(markup: str) -> str:
    """Leave out tags that only nest: open `<div>` by the ten thousand keeps the parser busy for minutes."""
    if markup.count("<") <= TAGS_BEFORE_CARE:
        return markup
    pieces: list[str] = []
    opened: dict[str, int] = {}
    depth = kept_to = 0
    for count, found in enumerate(TAG.finditer(markup)):
        if count > TAGS_READ:
            return "".join(pieces) + markup[kept_to : found.start()]
        closing, name, self_closed = found[1], found[2].lower(), found[3] == "/"
        if name in VOID or self_closed:
            continue
        if closing:
            if opened.get(name, 0):
                opened[name] -= 1
                depth -= 1
        elif depth < DEPTH:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
        else:
            pieces.append(markup[kept_to : found.start()])
            kept_to = found.end()
    return "".join(pieces) + markup[kept_to:]
