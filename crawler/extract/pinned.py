"""Marks of an item that is pinned on top (置顶): the word beside or in its title, a small picture, or the name of its box."""

import re
from bisect import bisect_left

from crawler.extract.outline import Outline

WORDS = re.compile(
    r"\W*(?:置\s*顶|顶|TOP)\W*|\W{0,2}置\s*顶\s*[^\w\s].*|\W{0,2}置\s*顶\s.*|.*[\[【(（]\s*置\s*顶\s*[\]】)）]\W*",
    re.I,
)
PICTURE = re.compile(
    r"(?:^|[/_-])(?:(?:is|set|on)?top|zhi?ding|zd|stick(?:y|ied)?)\d?\.(?:gif|png|svg|jpe?g)", re.I
)
NAME = re.compile(r"(?:^|[\s_-])(?:(?:is|set|on)[_-]?top|zhi?ding|stick(?:y|ied)?|pinned)(?:$|[\s_-])", re.I)


def is_pinned(page: Outline, row: int) -> bool:
    """`row`: the box of the item. What a reader does not see is no mark: some hide it in every row that has none."""
    box = page.boxes[row]
    shown = (page.texts[index] for index in range(box.start, box.end) if not page.places[index].hidden)
    return (
        any(WORDS.fullmatch(text) for text in shown)
        or any(
            NAME.search(page.boxes[index].attributes.get("class") or "") for index in range(row, box.last + 1)
        )
        or any(PICTURE.search(source) for source in _pictures(page, row))
    )


def _pictures(page: Outline, row: int) -> list[str]:
    first = bisect_left(page.pictures, (row, ""))
    end = bisect_left(page.pictures, (page.boxes[row].last + 1, ""))
    return [source for _, source in page.pictures[first:end]]
