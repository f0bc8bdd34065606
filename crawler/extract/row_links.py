"""The links of a page that can be the titles of rows, together with those of the same shape: the same boxes lie around them."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.extract.addresses import Addresses
from crawler.extract.blocks import A_TITLE
from crawler.extract.outline import LEAST_ROWS, Outline
from crawler.extract.regions import FRAME
from crawler.extract.titles import is_title, link_title

LINKS_READ = 4000
REGISTRIES = re.compile(
    r"https?://(?:bszs\.conac|zfwzgl\.www\.gov|(?:www\.)?beian\.gov|beian\.(?:miit|mps)\.gov)\.cn(?:[/?:]|$)"
)
"""The registers that every foot links to (党政机关标识, 网站找错, 备案), whatever the link says."""
ROW_TAGS = frozenset({"li", "tr", "dl", "article"})
LEAST_SECONDS = 3
"""Rows in which the same words link to the item once more."""


@dataclass(slots=True)
class Link:
    box: int
    url: str
    title: str
    unit: int = 0
    home: int = -1
    """The list that the row is in."""


def by_shape(
    page: Outline, addresses: Addresses, zones: Sequence[str], start: int, *, in_frame: bool
) -> dict[str, list[Link]]:
    shapes: dict[str, list[Link]] = defaultdict(list)
    boxes = page.boxes
    for index in page.links[:LINKS_READ]:
        box = boxes[index]
        if (zones[index] in FRAME) != in_frame or box.start < start or box.chain.template:
            continue
        href = box.attributes.get("href")
        if href is None:
            continue
        url = addresses.absolute(href)
        title = link_title(page, index)
        # Beside a link home often stands the day of the visit.
        if is_title(title) and not (addresses.is_home(url) or REGISTRIES.match(url)):
            shapes[boxes[box.parent].chain.shape].append(Link(index, url, title))
    return {shape: _titles_only(page, _without_second_links(links)) for shape, links in shapes.items()}


def bare_pictures(page: Outline, addresses: Addresses, zones: Sequence[str]) -> dict[str, list[Link]]:
    """Links around a picture that has no words, by shape; their titles are still to be found."""
    shapes: dict[str, list[Link]] = defaultdict(list)
    if len(page.pictures) < LEAST_ROWS:
        return shapes
    boxes = page.boxes
    for index in page.links[:LINKS_READ]:
        box = boxes[index]
        if box.start == box.end and zones[index] not in FRAME and not box.chain.template:
            url = addresses.absolute(box.attributes.get("href"))
            if url and not link_title(page, index):
                shapes[boxes[box.parent].chain.shape].append(Link(index, url, ""))
    return {shape: links for shape, links in shapes.items() if len(links) >= LEAST_ROWS}


def holds_words_that_link(page: Outline, unit: int) -> bool:
    """Is a link with words of its own in the box?"""
    first, last = bisect_left(page.links, unit), bisect_right(page.links, page.boxes[unit].last)
    return any(link_title(page, index) for index in page.links[first:last])


def _without_second_links(links: list[Link]) -> list[Link]:
    """Without what stands beside each title in the same words (查看实录, 全文): the title's own address, or always next to one."""
    if len(links) < 2:
        return links
    words = Counter(link.title for link in links)
    often = {title for title, count in words.items() if count >= LEAST_SECONDS and len(title) < A_TITLE}
    if not often or len(often) == len(words):
        return links
    pairs = list(pairwise(links))
    alternates = all(one.title not in often for one, other in pairs if other.title in often)
    if alternates and links[0].title not in often:
        return [link for link in links if link.title not in often]
    titled = {link.url for link in links if link.title not in often}
    return [link for link in links if link.title not in often or link.url not in titled]


def _titles_only(page: Outline, links: list[Link]) -> list[Link]:
    """Of several links in one `<li>` ([政务公开] 关于做好……的通知 PDF) the title, if it is much the longest."""
    if len(links) < 2 or all(len(link.title) <= 10 for link in links):
        return links
    together: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        together[_row_around(page, link.box)].append(link)
    if len(together) == len(links):
        return links
    kept: list[Link] = []
    for beside in together.values():
        longest = max(beside, key=lambda link: len(link.title))
        others = [link for link in beside if link is not longest]
        if len(beside) <= 4 and all(
            len(link.title) <= 10 and len(link.title) * 2 <= len(longest.title) for link in others
        ):
            kept.append(longest)
        else:
            kept.extend(beside)
    return kept


def _row_around(page: Outline, box: int) -> int:
    """The `<li>` or `<tr>` around a link; a number of its own if there is none."""
    boxes = page.boxes
    around = boxes[box].parent
    while around >= 0:
        if boxes[around].tag in ROW_TAGS:
            return around
        around = boxes[around].parent
    return -box
