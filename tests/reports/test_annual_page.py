"""The web page: one file, tables that can be read aloud, the same numbers as in the sheet, nothing that runs."""

from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reports.annual_form import CARRIED_ON, TABLES, TOTAL, Key, Table
from reports.annual_page import write_annual_page
from reports.annual_rules import UnsoundReport
from tests.reports.annual_reports import LEDGER_2025, the_report_of_2025


def page(**more: object) -> LexborHTMLParser:
    return LexborHTMLParser(write_annual_page(the_report_of_2025(**more), LEDGER_2025))  # type: ignore[arg-type]


def grid_of(drawn: LexborNode) -> dict[tuple[int, int], LexborNode]:
    """Each cell at every place that it reaches over, as browsers lay it out."""
    grid: dict[tuple[int, int], LexborNode] = {}
    for line, row in enumerate(drawn.css("tr")):
        place = 0
        for cell in row.css("td, th"):
            while (line, place) in grid:
                place += 1
            for down in range(int(cell.attributes.get("rowspan") or 1)):
                for right in range(int(cell.attributes.get("colspan") or 1)):
                    assert (line + down, place + right) not in grid
                    grid[line + down, place + right] = cell
    return grid


@pytest.mark.parametrize(("number", "table"), list(enumerate(TABLES)), ids=[table.name for table in TABLES])
def test_a_table_holds_the_numbers_of_the_sheet_where_the_form_has_them(number: int, table: Table) -> None:
    drawn, numbers = page().css("table")[number], the_report_of_2025().numbers
    grid = grid_of(drawn)
    assert len(grid) == (1 + max(line for line, _ in grid)) * len(table.widths)
    for box in table.boxes:
        text = str(numbers[box.key]) if box.key else box.text
        cell = grid[box.line, box.place]
        assert cell.text() == text
        assert cell is grid[box.line + box.lines - 1, box.place + box.places - 1]
        assert (cell.attributes.get("scope") or "") == box.head


def test_each_table_says_what_it_is_and_scrolls_inside_its_own_box() -> None:
    for drawn, table in zip(page().css("table"), TABLES, strict=True):
        caption, box = drawn.css_first("caption"), drawn.parent
        assert caption is not None
        assert caption.text() == table.title
        assert box is not None
        assert (box.attributes["class"], box.attributes["tabindex"]) == ("box", "0")


def test_the_page_has_title_sections_and_texts_in_their_order() -> None:
    shown, texts = page(), the_report_of_2025().texts
    (title,) = shown.css("h1")
    assert title.text() == "焦作市人民政府办公室2025年政府信息公开工作年度报告"
    assert [heading.text()[:2] for heading in shown.css("h2")] == [
        "一、",
        "二、",
        "三、",
        "四、",
        "五、",
        "六、",
    ]
    assert [paragraph.text() for paragraph in shown.css("p")] == [
        texts["总体情况"],
        *(f"（{n}）{name}：{texts[name]}" for n, name in zip("一二三四五", list(texts)[1:6], strict=True)),
        *texts["存在的主要问题及改进情况"].splitlines(),
        texts["其他需要报告的事项"],
    ]


def test_nothing_is_loaded_and_nothing_runs() -> None:
    shown = page()
    assert shown.css("script, link, img, iframe, object") == []
    assert "url(" not in (shown.html or "")
    assert "@import" not in (shown.html or "")


def test_what_is_written_in_a_text_is_text() -> None:
    hostile = '<script>alert(1)</script> & "{{7*7}}" {{{办结}}}'
    report = replace(the_report_of_2025(texts={"其他需要报告的事项": hostile}), office="<b>某</b>办公室")
    shown = LexborHTMLParser(write_annual_page(report))
    assert shown.css("script") == []
    assert shown.css("p")[-1].text() == '<script>alert(1)</script> & "{{7*7}}" {{239}}'
    assert shown.css("h1")[0].text().startswith("<b>某</b>办公室2025年")


def test_nothing_is_written_of_a_report_that_does_not_add_up() -> None:
    with pytest.raises(UnsoundReport):
        write_annual_page(the_report_of_2025({Key(CARRIED_ON, TOTAL): 30}))


def test_the_same_report_is_the_same_page() -> None:
    assert write_annual_page(the_report_of_2025()) == write_annual_page(the_report_of_2025())
