"""Bars for bulletins: PNG for Word, SVG for pages. Black and white is enough to read them; every bar bears its number.

The same bars give the same bytes. Without a Chinese font there is no chart: None, and whoever asked says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "SimHei", "PingFang SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "SimSun",
)  # fmt: skip
NO_FONT = "未安装中文字体，没有图表"
"""What whoever asked for a chart says where there is none."""

INK, LINE = "#222222", "#999999"
FILLS = (("#3D3D3D", ""), ("#FFFFFF", "////"), ("#BFBFBF", ""))
"""Face and hatching of the first, second and third series."""
WIDTH, BAR, EDGES = 150, 6.2, 16
"""Millimetres: of the chart, of one bar with its gap, above and below the bars."""
INCH = 25.4
DPI = 220


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one group a label; `stacked` puts the series of a label behind each other. `title` may be empty."""

    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[int]]]
    unit: str = "个"
    stacked: bool = False


def png(bars: Bars) -> bytes | None:
    return _drawn(bars, "png", {"Software": None})


def svg(bars: Bars) -> str | None:
    drawn = _drawn(bars, "svg", {"Date": None, "Creator": None})
    return None if drawn is None else drawn.decode()


@cache
def chinese_font() -> FontProperties | None:
    """The first of FONTS that is installed."""
    for name in FONTS:
        try:
            findfont(FontProperties(family=[name]), fallback_to_default=False)
        except ValueError:
            continue
        return FontProperties(family=[name])
    return None


def _drawn(bars: Bars, form: Literal["png", "svg"], metadata: dict[str, Any]) -> bytes | None:
    font = chinese_font()
    if font is None:
        return None
    written = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "xunjian", "hatch.linewidth": 0.7}):
        figure = _figure(bars, font)
        canvas = FigureCanvasAgg if form == "png" else FigureCanvasSVG
        canvas(figure).print_figure(written, format=form, dpi=DPI, metadata=metadata)
    return written.getvalue()


def _figure(bars: Bars, font: FontProperties) -> Figure:
    rows = len(bars.labels) * (1 if bars.stacked else len(bars.series))
    height = rows * BAR + len(bars.labels) * (1.6 if bars.stacked else 2.6) + EDGES + (8 if bars.title else 0)
    figure = Figure(figsize=(WIDTH / INCH, height / INCH))
    axes = figure.add_subplot()
    small, large = font.copy(), font.copy()
    small.set_size(9)
    large.set_size(11)
    longest = (_draw_stacked if bars.stacked else _draw_beside)(axes, bars, small)
    axes.set_xlim(0, (longest or 1) * 1.12)
    axes.set_ylim(len(bars.labels) - 0.5, -0.5)
    axes.set_yticks(range(len(bars.labels)), bars.labels, fontproperties=small)
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0, pad=4)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(LINE)
    axes.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(bars.series), frameon=False, prop=small,
        handlelength=1.6, columnspacing=2, borderaxespad=0.1,
    )  # fmt: skip
    axes.text(
        1, -0.01, f"单位：{bars.unit}", transform=axes.transAxes, ha="right", va="top", color=INK,
        fontproperties=small,
    )  # fmt: skip
    if bars.title:
        figure.suptitle(bars.title, fontproperties=large, color=INK)
    figure.tight_layout(pad=0.6)
    return figure


def _draw_beside(axes: Axes, bars: Bars, font: FontProperties) -> int:
    """One bar a series and label, each with its number; the longest of them."""
    longest = max((value for _, values in bars.series for value in values), default=0)
    thick = 0.78 / len(bars.series)
    for number, (name, values) in enumerate(bars.series):
        places = [place + (number - (len(bars.series) - 1) / 2) * thick for place in range(len(values))]
        axes.barh(places, values, thick * 0.92, label=name, **_filled(number))
        for place, value in zip(places, values, strict=True):
            axes.text(value + longest * 0.012, place, str(value), va="center", color=INK, fontproperties=font)
    return longest


def _draw_stacked(axes: Axes, bars: Bars, font: FontProperties) -> int:
    """One bar a label, with its sum; what is large enough bears its own number. The longest of them."""
    totals = [sum(values) for values in zip(*(values for _, values in bars.series), strict=True)]
    longest = max(totals, default=0)
    start = [0] * len(totals)
    for number, (name, values) in enumerate(bars.series):
        axes.barh(range(len(values)), values, 0.57, left=start, label=name, **_filled(number))
        ink = "#FFFFFF" if number == 0 else INK
        behind = {"facecolor": "#FFFFFF", "edgecolor": "none", "pad": 0.8} if FILLS[number][1] else None
        for place, value in enumerate(values):
            if value != totals[place] and value >= longest * 0.035:
                axes.text(
                    start[place] + value / 2, place, str(value), ha="center", va="center", color=ink,
                    fontproperties=font, bbox=behind,
                )  # fmt: skip
        start = [before + value for before, value in zip(start, values, strict=True)]
    for place, total in enumerate(totals):
        axes.text(total + longest * 0.012, place, str(total), va="center", color=INK, fontproperties=font)
    return longest


def _filled(number: int) -> dict[str, Any]:
    face, hatch = FILLS[number]
    return {"color": face, "edgecolor": INK, "hatch": hatch, "linewidth": 0.7}
