"""Bars: every one with its number, the same bytes each time, and none at all without a Chinese font."""

from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from reports import charts
from reports.charts import Bars, chinese_font, png, svg

pytestmark = pytest.mark.skipif(chinese_font() is None, reason=charts.NO_FONT)


def some_bars(**more: Any) -> Bars:
    facts: dict[str, Any] = {
        "title": "2026年第四季度各月新列问题",
        "labels": ("10月", "11月", "12月"),
        "series": (("政府网站", (12, 30, 0)), ("政务新媒体", (55, 80, 7))),
    }
    return Bars(**facts | more)


def texts(bars: Bars) -> list[str]:
    """What is written on it."""
    font = chinese_font()
    assert font is not None
    figure = charts._figure(bars, font)
    (axes,) = figure.axes
    said = [each.get_text() for each in (*axes.texts, *axes.get_yticklabels(), *figure.texts)]
    legend = axes.get_legend()
    assert legend is not None
    return [each for each in (*said, *(each.get_text() for each in legend.get_texts())) if each]


@pytest.mark.parametrize("stacked", [False, True])
def test_the_same_bars_are_the_same_bytes(stacked: bool) -> None:
    assert png(some_bars(stacked=stacked)) == png(some_bars(stacked=stacked)) != png(some_bars(unit="家"))
    assert svg(some_bars(stacked=stacked)) == svg(some_bars(stacked=stacked))


def test_every_bar_bears_its_number_also_none() -> None:
    said = texts(some_bars())
    for number in ("12", "30", "0", "55", "80", "7"):
        assert number in said
    for word in ("政府网站", "政务新媒体", "10月", "单位：个", "2026年第四季度各月新列问题"):
        assert word in said


def test_a_stack_bears_its_sum_and_the_parts_that_have_room() -> None:
    said = texts(some_bars(stacked=True))
    assert {"67", "110", "7", "12", "55", "30", "80"} <= set(said)


def test_the_picture_fits_the_text_and_grows_with_its_rows() -> None:
    low, high = (Image.open(BytesIO(png(bars) or b"")) for bars in (some_bars(), many_bars()))
    assert low.width == high.width == round(charts.WIDTH / charts.INCH * charts.DPI)
    assert low.height < high.height


def many_bars() -> Bars:
    return some_bars(labels=[f"单位{n}" for n in range(20)], series=(("政府网站", list(range(20))),))


def test_one_that_shows_nothing_can_be_drawn() -> None:
    assert png(some_bars(labels=("10月",), series=(("政府网站", (0,)),)))


def test_an_svg_is_xml_without_a_date_in_it() -> None:
    drawn = svg(some_bars()) or ""
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert "<dc:date>" not in drawn


def test_without_a_chinese_font_there_is_no_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "FONTS", ("没有这种字体",))
    chinese_font.cache_clear()
    try:
        assert (png(some_bars()), svg(some_bars())) == (None, None)
    finally:
        chinese_font.cache_clear()
