"""How dates are read, row by row of tests/data/dates/index.tsv."""

import pytest

from tests.crawler.extract.date_lines import LINES, Line, read


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['kind']}-{line['what for']}")
def test_dates_are_read_as_the_table_says(line: Line) -> None:
    assert read(line) == line["expected"]
