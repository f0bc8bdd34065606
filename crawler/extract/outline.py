"""A page as a flat list of boxes and pieces of text: what is left of the DOM once it has been walked.

Lexbor puts the page in order and writes it out again, every element opened and closed, every `<` that is no tag escaped.
That text is walked once, which is several times faster than asking the parser for node after node. All later questions
(which rows repeat, which text is where) are asked of plain lists, and no parser memory is kept alive.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.addresses import PAPER, PAPERS
from crawler.extract.cleaning import clean, plain
from crawler.extract.memory import PART_LENGTH, Box, Memory, Part
from crawler.extract.regions import ONCE
from crawler.extract.tags import INLINE, NOTED, RAW, ROOT, VOID, Chain, Opening, inside

DEPTH = 400
"""Deeper nesting is flattened: the parser needs quadratic time for it, and no real page has a tenth of that."""
LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{8000,}")
ATTRIBUTES, MANY_ATTRIBUTES = 2000, 300
"""Of a tag with more than so many attributes, so many characters are read. A long one with few holds a picture."""
TAGS_BEFORE_CARE = 3000
TAGS_READ = 60_000
BOXES = 40_000
"""A page with more boxes is read up to here: 5 MB of tags must not hold up a round."""
PICTURES = 400
LEAST_ROWS = 3
LINKS_OF_A_ROW = 3
ROOTED = ("/", "http:", "https:", "#", "javascript:")

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})[^<>]{0,2000}(?<=(.))>")
SCRIPT = re.compile(r"script[\s/>]", re.I)
NAME = re.compile(r"[^\s>]+")
CHOSEN_PAPER = re.compile(rf"value\s*=\s*[\"']?([^\"'<>\s]{{1,300}}\.(?:{PAPERS}))\b", re.I)
"""A document that opens when it is chosen from a `<select>` (2024年度报告)."""
SHOWN_PAGE = re.compile(r"^text/html|\.(?:[sj]?html?|jsp|aspx?|php)\b|/$", re.I)
"""Type and address of an `<object>` that is a frame by another name."""


@dataclass(slots=True)
class Outline:
    """Boxes in document order, pieces of text with the box each stands in, and what stands beside the text."""

    boxes: list[Box] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    places: list[Chain] = field(default_factory=list)
    """For each piece of text the chain of its box."""
    links: list[int] = field(default_factory=list)
    scripts: list[tuple[int, Mapping[str, str], str]] = field(default_factory=list)
    metas: list[Mapping[str, str]] = field(default_factory=list)
    fields: list[Mapping[str, str]] = field(default_factory=list)
    frames: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    pictures: list[tuple[int, str]] = field(default_factory=list)
    bindings: list[int] = field(default_factory=list)
    alts: dict[int, str] = field(default_factory=dict)
    """The words of the first picture in a link."""
    names: dict[int, str] = field(default_factory=dict)
    """What has been found to be the words of a link, kept because it is asked for twice."""
    parts: list[tuple[int, Part]] = field(default_factory=list)
    """Menus, heads and feet, as far as they are kept for other pages."""
    title: str = ""
    base: str = ""
    truncated: bool = False

    def add(self, part: Part, box: int) -> None:
        """Put what is known to stand inside a box there."""
        part.move(box, len(self.texts))
        self.parts.append((box, part))
        self.boxes += part.boxes
        self.texts += part.texts
        self.owner += part.owner
        self.places += part.places
        self.links += part.links
        self.pictures += part.pictures
        self.alts.update(part.alts)
        self.fields += part.fields

    def beside(self) -> tuple[int, ...]:
        """How much there is of what a part may not hold."""
        return (
            len(self.scripts),
            len(self.metas),
            len(self.frames),
            len(self.bindings),
            len(self.title),
            len(self.base),
        )

    def text(self, start: int, end: int, glue: str = "") -> str:
        return self.texts[start] if end - start == 1 else glue.join(self.texts[start:end])

    def regions(self) -> list[str]:
        """The part of the page that each box belongs to (regions.py)."""
        zones = [box.chain.region for box in self.boxes]
        for part in self._parts_of_rows(zones):
            outer = zones[self.boxes[part].parent]
            for index in range(part, self.boxes[part].last + 1):
                zones[index] = outer
        return zones

    def _parts_of_rows(self, zones: Sequence[str]) -> Iterator[int]:
        """Boxes called head or foot that come back in row after row (`<div class="bottom">` of a card)."""
        alike: dict[tuple[str, str], list[int]] = defaultdict(list)
        boxes = self.boxes
        for index in [index for index, zone in enumerate(zones) if zone]:
            box, zone = boxes[index], zones[index]
            if zone != zones[box.parent] and zone in ONCE:
                alike[box.chain.shape, zone].append(index)
        for parts in alike.values():
            if len(parts) >= LEAST_ROWS and all(self._links_in(part) <= LINKS_OF_A_ROW for part in parts):
                yield from parts

    def _links_in(self, index: int) -> int:
        return bisect_right(self.links, self.boxes[index].last) - bisect_left(self.links, index)

    def holds_link(self, index: int) -> bool:
        """Is there a link that leads somewhere inside the box?"""
        links, last = self.links, self.boxes[index].last
        place = bisect_right(links, index)
        while place < len(links) and links[place] <= last:
            if self.boxes[links[place]].attributes.get("href"):
                return True
            place += 1
        return False

    def above(self, index: int) -> Iterator[int]:
        """The boxes around a box, nearest first."""
        index = self.boxes[index].parent
        while index >= 0:
            yield index
            index = self.boxes[index].parent


def outline(markup: str, memory: Memory | None = None) -> Outline:
    """Parse and walk; never raises, and in bounded time whatever the nesting."""
    made = Outline(boxes=[Box("#root", -1, 0, 0, 0, ROOT, {})])
    pieces = (LexborHTMLParser(_flattened(_with_few_attributes(markup))).html or "").split("<")
    _walk(pieces, made, memory or Memory())
    return made


def _walk(pieces: list[str], made: Outline, memory: Memory) -> None:
    """Every tag with the text behind it, in document order. `around`: for each open element the box outside it."""
    boxes, texts, owner, places, known = made.boxes, made.texts, made.owner, made.places, memory.tags
    around: list[int] = []
    here, chain, part, at, size = 0, ROOT, _NO_PART, 1, len(pieces)
    while at < size:
        piece = pieces[at]
        at += 1
        each, text = known.get(piece) or memory.read(piece)
        if each is None:
            outer = around.pop() if around else here
            if outer != here:
                box = boxes[here]
                box.end, box.last = len(texts), len(boxes) - 1
                if here == part.box:
                    part.keep(pieces, at - 1, made, memory)
                here, chain = outer, boxes[outer].chain
        elif each.look is None:
            at, text = _beside(pieces, at, each, text, made, here)
        else:
            around.append(here)
            if each.binds:
                made.bindings.append(here)
            if each.boxed and (each.kept_empty or piece[-1] != ">" or pieces[at][:1] != "/"):
                in_part, chain = chain.region, inside(chain, each.look)
                boxes.append(Box(each.tag, here, len(texts), 0, 0, chain, each.attributes))
                here = len(boxes) - 1
                if each.tag == "a":
                    made.links.append(here)
                elif chain.region and not in_part and each.tag not in INLINE:
                    if same := memory.part(chain, pieces, at):
                        made.add(same, here)
                        at, text = at + len(same.pieces), ""
                    else:
                        part = _OpenPart(here, at, made)
                elif here > BOXES:
                    made.truncated = True
                    break
        if text:
            texts.append(text)
            owner.append(here)
            places.append(chain)
    while here >= 0:
        boxes[here].end, boxes[here].last = len(texts), len(boxes) - 1
        here = boxes[here].parent


class _OpenPart:
    """A menu, head or foot under way, to be kept for the next page when its end has come."""

    def __init__(self, box: int, at: int, made: Outline) -> None:
        self.box, self.at = box, at
        self.links, self.pictures, self.fields = len(made.links), len(made.pictures), len(made.fields)
        self.beside = made.beside()

    def keep(self, pieces: list[str], end: int, made: Outline, memory: Memory) -> None:
        box = self.box
        root = made.boxes[box]
        if made.beside() != self.beside or end - self.at > PART_LENGTH:
            return  # it holds a script or the like, or is no menu
        part = Part(
            pieces[self.at : end],
            box,
            root.start,
            made.boxes[box + 1 :],
            made.texts[root.start :],
            made.owner[root.start :],
            made.places[root.start :],
            made.links[self.links :],
            made.pictures[self.pictures :],
            {where: words for where, words in made.alts.items() if where > box},
            made.fields[self.fields :],
            all(
                made.boxes[link].attributes.get("href", "").startswith(ROOTED)
                for link in made.links[self.links :]
            ),
        )
        made.parts.append((box, part))
        memory.keep(root.chain, pieces[self.at - 1], part)


_NO_PART = _OpenPart(-1, 0, Outline())


def _beside(
    pieces: list[str], at: int, each: Opening, text: str, made: Outline, here: int
) -> tuple[int, str]:
    """What is no box: where to go on, and the text that follows it. `at` is the piece after the opening one."""
    inner = ""
    if each.tag not in VOID:
        first = pieces[at - 1]
        if first.startswith("!--"):
            end = _comment_end(pieces, at - 1)
            return end + 1, clean(plain(pieces[end].rpartition("-->")[2])) if end < len(pieces) else ""
        if ">" not in first:  # a "<" in the name of an attribute: the tag goes on in the next pieces
            end = next((end for end in range(at, len(pieces)) if ">" in pieces[end]), len(pieces) - 1)
            pieces[end] = "<".join(pieces[at - 1 : end + 1])
            return (end, "") if end >= at else (at, "")
        if first.startswith("!"):
            return at, text
        end = _element_end(pieces, at, each.tag)
        inner = "<".join((first.partition(">")[2], *pieces[at:end]))
        text = clean(plain(pieces[end].partition(">")[2])) if end < len(pieces) else ""
        at = end + 1
    if each.tag in NOTED:
        _note(each.tag, inner, each.attributes, here, made)
    elif each.tag in RAW and each.tag != "style":  # old ways of showing markup as text
        text = clean(f"{inner} {text}")
    return at, text


def _element_end(pieces: list[str], at: int, tag: str) -> int:
    """The piece that closes an element whose inside is not walked."""
    if tag == "script":
        return _script_end(pieces, at)
    closing, depth = f"/{tag}>", 0
    while at < len(pieces):
        piece = pieces[at]
        if piece.startswith(closing):
            if not depth:
                return at
            depth -= 1
        elif tag not in RAW and not piece.startswith("/"):
            name = NAME.match(piece)
            if piece.startswith("!--"):
                at = _comment_end(pieces, at)
            elif name and name[0] in RAW:
                at = _element_end(pieces, at + 1, name[0])
            elif name and name[0] == tag:
                depth += 1
        at += 1
    return at


def _script_end(pieces: list[str], at: int) -> int:
    """A script may hold another one after `<!--`, as the standard has it for scripts that write scripts."""
    in_comment, depth = False, 0
    while at < len(pieces):
        piece = pieces[at]
        if piece.startswith("!--"):
            in_comment = True
        elif piece.startswith("/script>"):
            if not depth:
                return at
            depth = 0
        elif in_comment and SCRIPT.match(piece):
            depth = 1
        if "-->" in piece:
            in_comment, depth = False, 0
        at += 1
    return at


def _comment_end(pieces: list[str], at: int) -> int:
    """The piece in which a comment ends."""
    skip = 3
    while at < len(pieces) and pieces[at].find("-->", skip) < 0:
        at, skip = at + 1, 0
    return at


def _note(tag: str, inner: str, attributes: Mapping[str, str], here: int, made: Outline) -> None:
    if tag == "img":
        if len(made.pictures) < PICTURES:
            made.pictures.append((here, (attributes.get("src") or "") + (attributes.get("usemap") or "")))
        alt = attributes.get("alt") or attributes.get("title")
        if alt and made.boxes[here].tag == "a":
            made.alts.setdefault(here, alt)
    elif tag == "script":
        made.scripts.append((here, attributes, inner))
    elif tag == "meta":
        made.metas.append(attributes)
    elif tag == "title":
        made.title = made.title or clean(plain(inner))
    elif tag == "base":
        made.base = made.base or attributes.get("href") or ""
    elif tag in ("iframe", "frame", "object") and PAPER.search(shown := _shown(attributes)):
        made.pictures.append((here, shown))  # in a window of its own: nothing is listed there
    elif tag in ("iframe", "frame"):
        made.frames.append((here, attributes))
    elif tag == "object" and SHOWN_PAGE.search(f"{attributes.get('type')} {attributes.get('data')}"):
        made.frames.append((here, {**attributes, "src": attributes.get("data") or ""}))
    elif tag == "svg":
        if "<text" in inner:
            made.pictures.append((here, inner[:300]))
    elif tag == "canvas":
        made.pictures.append((here, f"data:image/canvas {attributes.get('id')} {attributes.get('class')}"))
    elif tag in ("object", "video", "audio"):
        made.pictures.append((here, attributes.get("src") or attributes.get("data") or inner[:300]))
    else:
        if tag == "embed":
            made.pictures.append((here, attributes.get("src") or ""))
        elif tag == "select" and (paper := CHOSEN_PAPER.search(inner)):
            made.pictures.append((here, paper[1]))
        made.fields.append({"#tag": tag, **attributes})


def _shown(attributes: Mapping[str, str]) -> str:
    """The address of what a frame or an object shows."""
    return attributes.get("src") or attributes.get("data") or ""


def _with_few_attributes(markup: str) -> str:
    """Leave out attributes by the thousand: the parser compares each of a tag with all before it."""
    return LONG_TAG.sub(
        lambda tag: tag[0][:ATTRIBUTES] if tag[0].count("=") > MANY_ATTRIBUTES else tag[0], markup
    )


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
