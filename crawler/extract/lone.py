"""A page that is read alone: no sibling tells which of its lists stand on all pages of the site, only their headings do."""

from collections.abc import Sequence

from crawler.extract.blocks import Block
from crawler.extract.frame import Frame
from crawler.extract.signals import is_small_print
from crawler.extract.skimmed import Skim

LONGEST_HEADING = 12
MOST_LISTS = 2
"""A page that shows more lists is made of them."""


def are_of_others(page: Skim, frame: Frame, lists: Sequence[Block]) -> bool:
    """A lone page says that it has nothing, or its own list was not read, and a list or two stand there under other names:
    nobody knows whose they are."""
    signs = page.signals
    is_missing = signs.empty_answer or signs.empty_words or any(each.kind == "jpage" for each in page.loaders)
    if frame.is_known or page.is_home or not is_missing or not 0 < len(lists) <= MOST_LISTS:
        return False
    return not any(block.is_answer or _may_head_own(page, block.heading) for block in lists)


def _may_head_own(page: Skim, heading: str) -> bool:
    """No name at all, or the page's own."""
    is_name = 1 < len(heading) <= LONGEST_HEADING and not is_small_print(heading)
    own = (*page.names, page.marks.get("ColumnName"), page.signals.empty_words)
    return not is_name or heading in own or page.title.startswith(heading)
