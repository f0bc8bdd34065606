"""Lists that begin with their oldest items: the newest stand on the last page, which the pager tells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from crawler.extract.addresses import Addresses
from crawler.extract.loading.loader import Loader
from crawler.extract.outline import Outline

TRS = re.compile(r"createPageHTML\s*\(\s*(\d+)\s*,\s*\d+\s*,\s*[\"']([\w-]+)[\"']\s*,\s*[\"'](\w+)[\"']")
"""Pages, the current one counted from 0, name and ending: the second page is index_1.html."""
KAIPU = re.compile(
    r"createPageHTML\s*\(\s*[\"'][\w-]+[\"']\s*,\s*(\d+)\s*,\s*\d+\s*,\s*[\"']([\w-]+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
"""The same with the pager's box first; pages count from 1: the second one is common_list_2.shtml."""
COMMENTS = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.S)
LAST = re.compile(r"^\W*(尾|末|最后一?)\s*页\W*$")
LEAST_ROWS = 5
"""Fewer dates in a row may rise by chance."""


def last_page(
    page: Outline, addresses: Addresses, lists: Sequence[Sequence[date]], known: Mapping[str, str]
) -> Iterator[Loader]:
    """The last page of a list whose dates rise; nothing for a list as it should be."""
    if not any(_rises(days) for days in lists):
        return
    url = _named_by_script(page, addresses, known) or _linked(page, addresses)
    if url and not addresses.is_outside(url) and url != addresses.base.partition("#")[0]:
        yield Loader(url, kind="paging")


def _rises(days: Sequence[date]) -> bool:
    return len(days) >= LEAST_ROWS and days[0] < days[-1] and list(days) == sorted(days)


def _named_by_script(page: Outline, addresses: Addresses, known: Mapping[str, str]) -> str:
    for _, attributes, text in page.scripts:
        if attributes.get("src") or "createPageHTML" not in text:
            continue
        code = COMMENTS.sub("", text)
        for name in known:
            code = re.sub(rf"(\(|,)\s*{re.escape(name)}\s*(?=,)", rf"\g<1>{known[name]}", code)
        if (found := TRS.search(code)) and int(found[1]) > 1:
            return addresses.absolute(f"{found[2]}_{int(found[1]) - 1}.{found[3]}")
        if (found := KAIPU.search(code)) and int(found[1]) > 1:
            return addresses.absolute(f"{found[2]}_{found[1]}.{found[3]}")
    return ""


def _linked(page: Outline, addresses: Addresses) -> str:
    for index in reversed(page.links):
        box = page.boxes[index]
        if LAST.match(page.text(box.start, box.end)):
            return addresses.absolute(box.attributes.get("href"))
    return ""
