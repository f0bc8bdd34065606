"""Column pages in many shapes (tests/data/shapes): nobody is accused wrongly, and nearly all are read to the end."""

import pytest

from tests.crawler.extract.recorded import SHAPES, Line, is_too_empty_or_old, is_whole, shape

READ_WHOLE = 173
"""Of 181 pages: so many are read exactly as the index says. The others are left unclear, or an old fault is missed."""


@pytest.mark.parametrize("line", SHAPES, ids=lambda line: line["file"].removesuffix(".html"))
def test_no_column_is_taken_for_emptier_or_older_than_it_is(line: Line) -> None:
    assert not is_too_empty_or_old(line), shape(line).why


def test_nearly_every_page_is_read_as_whoever_wrote_it_says() -> None:
    not_whole = [line["file"] for line in SHAPES if not is_whole(line)]

    assert len(SHAPES) - len(not_whole) >= READ_WHOLE, not_whole
