"""report bulletin, report assessment: the bulletin (通报) of a period with its annexes, and each unit's assessment sheet."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import AsOf, parse_as_of
from console.cli.tables import printable

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from console.settings import Settings
    from reports.bulletin import Bulletin
    from tracker.periods import Period

PeriodName = Annotated[
    str, typer.Option("--period", help="统计期：2026（全年）、2026-Q4（季度）或 2026-11（月）")
]
Out = Annotated[Path, typer.Option("--out", help="写到哪个文件夹")]


def bulletin(period: PeriodName, out: Out = Path("通报"), as_of: AsOf = None) -> None:
    """通报：月度、季度或年度检查情况通报（Word）和附件（Excel）。"""
    from reports.bulletin_files import write_bulletin
    from reports.charts import NO_FONT, chinese_font

    told = _bulletin(period, parse_as_of(as_of))
    for path in write_bulletin(told, out):
        print(f"已写出 {path}")
    if chinese_font() is None:
        print(NO_FONT)
    if not told.is_over:
        print(f"{told.period.words}尚未结束，数据截至 {told.day}")


def assessment(
    period: PeriodName,
    unit: Annotated[str, typer.Option("--unit", help="只列这个主办单位（台账中的全称）；不写为全部")] = "",
    out: Out = Path("考核"),
    as_of: AsOf = None,
) -> None:
    """考核数据：各主办单位在统计期内的数据和所依据的问题（Excel），得分由考核单位填写。"""
    from reports.assessment import assessment_name, write_assessment

    told = _bulletin(period, parse_as_of(as_of))
    body = write_assessment(told, unit.strip())
    out.mkdir(parents=True, exist_ok=True)
    path = out / assessment_name(told, unit.strip())
    path.write_bytes(body)
    print(printable(f"已写出 {path}"))


def _bulletin(period: str, at: "datetime") -> "Bulletin":
    from console.settings import load_settings
    from console.wiring import open_database
    from tracker.periods import Period

    named, settings = Period.named(period), load_settings()
    with open_database(settings).reading() as session:
        return bulletin_at(session, named, at, settings)


def bulletin_at(session: "Session", period: "Period", at: "datetime", settings: "Settings") -> "Bulletin":
    from console.wiring import check_titles, operators_own
    from reports.bulletin import bulletin_of

    return bulletin_of(session, period, at, settings.reports, check_titles(), operators_own())
