"""report daily, baseline, bulletin, assessment, annual, explain, figures, template: what the record says, in words and figures."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from console.cli import bulletin
from console.cli.asof import AsOf, parse_as_of
from console.cli.tables import print_table, printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from console.settings import Settings
    from reports.annual_figures import Annual
    from reports.annual_form import AnnualSheet
    from reports.explain import Address
    from reports.tables import Format, Row

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("bulletin")(bulletin.bulletin)
app.command("assessment")(bulletin.assessment)

Year = Annotated[int, typer.Option("--year", min=2000, max=2999, help="年度，如 2025")]
Out = Annotated[Path | None, typer.Option("--out", help="写到哪个文件夹；不写为 年报-年度")]


@app.callback()
def _report() -> None:
    """报表。"""


@app.command()
def daily(
    as_of: AsOf = None,
    format: Annotated[Literal["table", "json"], typer.Option("--format", help="输出格式")] = "table",
) -> None:
    """每日小结：覆盖情况、新增、逾期、已整改、无法核验及原因。"""
    from console.settings import load_settings
    from console.wiring import check_titles, open_database, operators_own
    from reports import daily
    from tracker import queries

    at = parse_as_of(as_of)
    with open_database(load_settings()).reading() as session:
        day = queries.day(session, at)
    if format == "json":
        print(json.dumps(daily.fields(day), ensure_ascii=False))
        return
    for line in daily.lines(day, check_titles(), operators_own()):
        print(printable(line))


@app.command()
def baseline(
    out: Annotated[Path, typer.Option("--out", help="写成哪个文件")] = Path("摸底清单.xlsx"),
) -> None:
    """摸底清单：摸底期发现、尚未放行的全部问题（XLSX）。"""
    from console.settings import load_settings
    from console.wiring import check_titles, open_database
    from reports.baseline import COLUMNS, TITLE, rows
    from reports.tables import write_table
    from tracker.trial import on_trial

    with open_database(load_settings()).reading() as session:
        count = write_table(out, "xlsx", COLUMNS, rows(on_trial(session), check_titles()), TITLE)
    print(f"{TITLE} {count} 个问题，已写到 {out}")


@app.command()
def figures() -> None:
    """全部指标和定义。"""
    from reports.annual_figures import unit_of, words_of
    from reports.figures import DIMENSIONS, FOOTNOTE, NAMES, RATES

    rows = [[name, unit_of(name), words_of(name)] for name in NAMES]
    rows += [[rate.name, "%", rate.words] for rate in RATES.values()]
    print_table(["指标", "单位", "定义"], rows, fixed=("指标", "单位"))
    print(FOOTNOTE)
    words = "、".join(f"{word}=…" for word in DIMENSIONS.values())
    print(
        f"明细：xunjian report explain 统计期/类型/指标，如 2025/site/家次；可再加 /{words}，如 2025/site/家次/月=3"
    )


@app.command()
def explain(
    figure: Annotated[
        str, typer.Argument(metavar="地址", help="统计期/类型/指标，如 2025/site/家次/单位=市教育局")
    ],
    format: Annotated[
        Literal["table", "json", "csv", "xlsx"], typer.Option("--format", help="输出格式")
    ] = "table",
    out: Annotated[Path | None, typer.Option("--out", help="写成文件（xlsx 须写）")] = None,
    as_of: AsOf = None,
) -> None:
    """一个数字的由来：逐行列出对象、通知、问题、证据和页面。"""
    from console.settings import load_settings
    from console.wiring import check_titles, open_database, operators_own
    from reports.explain import COLUMNS, Address, in_words, rows_behind
    from reports.tables import write_table
    from tracker.figure_facts import AsKnown

    if format == "xlsx" and out is None:
        raise typer.BadParameter("--format xlsx 须用 --out 写明文件")
    address, known = Address.named(figure), AsKnown(parse_as_of(as_of))
    with open_database(load_settings()).reading() as session:
        rows = rows_behind(session, address, known, operators_own(), check_titles())
        if format == "json":
            write_table(out or sys.stdout, "json", COLUMNS, rows)
        elif format == "table" and out is None:
            _print_rows(address, rows)
        else:
            form: Format = "xlsx" if format == "xlsx" or (out and out.suffix == ".xlsx") else "csv"
            write_table(out or sys.stdout, form, COLUMNS, map(in_words, rows), "明细")
    if out:
        print(f"已写出 {out}")


def _print_rows(address: "Address", rows: "Iterable[Row]") -> None:
    from reports.explain import COLUMNS, in_words

    lines = []
    for row in rows:
        *cells, proofs, pages = row
        shas = "、".join(str(sha)[:12] for sha in cast("list[str]", proofs))
        lines.append([*map(str, in_words(cells)), shas, str(in_words([pages])[0])])
    if lines:
        print_table([column[1] for column in COLUMNS], lines, fixed=("序号", "日期", "问题编号"))
    print(f"{address}：{len(lines)} {address.unit}（{address.words}）")


@app.command()
def template(year: Year, out: Out = None, as_of: AsOf = None) -> None:
    """年度报告填报表（Excel）：三张表和各部分文字，填好后用 report annual --sheet 生成报告。"""
    from console.settings import load_settings
    from console.wiring import open_database

    settings, at = load_settings(), parse_as_of(as_of)
    with open_database(settings).reading() as session:
        told = _annual(session, settings, year, at)
    print(f"已写出 {_write_template(told, settings, out or _folder(year))}")


@app.command()
def annual(
    year: Year,
    out: Out = None,
    format: Annotated[
        Literal["all", "json", "csv", "xlsx"],
        typer.Option("--format", help="只写出一种；json、csv 不写 --out 时直接输出"),
    ] = "all",
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="填好的填报表：生成整份年度报告（Word 和网页）")
    ] = None,
    last: Annotated[Path | None, typer.Option("--last", help="上一年度的填报表，核对结转")] = None,
    part: Annotated[
        list[Path] | None, typer.Option("--part", help="下级单位的填报表，可写几个，核对汇总")
    ] = None,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="冻结：存下这套数据和审计链位置，以后的差异另行显示")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="经办人")] = "人工",
    why: Annotated[str, typer.Option("--why", help="已冻结过的再次冻结（更正上报）须写明原因")] = "",
    as_of: AsOf = None,
) -> None:
    """年度数据、政府信息管理段落和整份年度报告。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from reports.annual_figures import summary

    settings, at = load_settings(), parse_as_of(as_of)
    database = open_database(settings)
    filled = _sheets(sheet, last, part or []) if sheet else None
    is_streamed = format in ("json", "csv") and out is None and filled is None
    if freeze:
        with database.writing() as session:
            frozen = _freeze(
                session, _annual(session, settings, year, at), by.strip() or "人工", why.strip(), at
            )
        # Beside the document, where that goes to standard output.
        print(frozen, file=sys.stderr if is_streamed else sys.stdout)
    with database.reading() as session:
        told = _annual(session, settings, year, at)
        if is_streamed:
            _stream(told, format)
            return
        _tell(told, summary(told))
        folder = out or _folder(year)
        files = _write_figures(session, told, folder, format)
    if filled:
        files += _write_report(told, filled, folder)
    elif format == "all":
        files += _keep_template(told, settings, folder)
    for file in files:
        print(printable(f"已写出 {file}"))


def _folder(year: int) -> Path:
    return Path(f"年报-{year}")


def _annual(session: "Session", settings: "Settings", year: int, at: "datetime") -> "Annual":
    from console.wiring import check_titles, operators_own
    from reports.annual_figures import annual
    from tracker.errors import WrongUse
    from tracker.periods import Period

    if at < Period.of_year(year).begins:
        raise WrongUse(f"{year} 年在 {at:%Y-%m-%d} 还没有开始：请检查 --year 和 --as-of")
    return annual(session, year, at, operators_own(), check_titles(), settings.reports.rate_digits)


def _stream(told: "Annual", format: str) -> None:
    from reports.annual_figures import LONG, document_text, long_rows
    from reports.tables import write_table

    if format == "json":
        sys.stdout.write(document_text(told))
    else:
        write_table(sys.stdout, "csv", LONG, long_rows(told))


def _freeze(session: "Session", told: "Annual", by: str, why: str, at: "datetime") -> str:
    """What was filed, in two lines."""
    from datetime import UTC, datetime

    from tracker.frozen import freeze

    figures = told.figures
    row = freeze(
        session, str(figures.period), figures.flat(), by=by, why=why, at=at, recorded_at=datetime.now(UTC)
    )
    return (
        f"已冻结 {row.period} 年数据 {len(row.figures)} 项，SHA-256 {row.sha256}\n"
        f"审计链位置：第 {row.head_link} 环 {row.head_hash}（请抄录到系统之外）"
    )


def tell_year(
    session: "Session", settings: "Settings", year: int, at: "datetime", brief: bool = False
) -> "Annual":
    """Print the year's figures, all or the few that are asked for most."""
    from reports.annual_figures import brief_summary, summary

    told = _annual(session, settings, year, at)
    _tell(told, brief_summary(told) if brief else summary(told))
    return told


def write_year(session: "Session", told: "Annual", settings: "Settings", folder: Path) -> list[Path]:
    """All files of a year but the report itself, which needs a filled-in sheet."""
    return [*_write_figures(session, told, folder, "all"), *_keep_template(told, settings, folder)]


def _tell(told: "Annual", lines: "Iterable[Row]") -> None:
    from reports.figures import FOOTNOTE

    year, before = told.figures.period.words, told.before.period.words
    rows = [[str(cell) for cell in row[:-1]] for row in lines]
    print_table(["指标", "单位", f"{year}网站", f"{year}账号", f"{before}网站", f"{before}账号"], rows)
    print(FOOTNOTE)
    print(told.publication_words)
    print()
    print(printable(told.paragraph))
    print()
    if told.figures.known.day <= told.figures.period.last:
        print(f"{year}尚未结束，数据截至 {told.figures.known.day}")
    if told.filed:
        print(f"{year}数据已于 {told.filed}" + ("，与现在相符" if not told.since else "；现在的差异："))
        for line in told.since:
            print(printable(f"  {line}"))


def _write_figures(session: "Session", told: "Annual", folder: Path, format: str) -> list[Path]:
    from console.wiring import operators_own
    from reports.annual_figures import LONG, document_text, long_rows, sheets
    from reports.tables import write_book, write_table

    folder.mkdir(parents=True, exist_ok=True)
    year, written = told.figures.period.year, []
    if format in ("all", "csv"):
        written.append(folder / f"年度数据_{year}.csv")
        write_table(written[-1], "csv", LONG, long_rows(told))
    if format in ("all", "xlsx"):
        written.append(folder / f"年度数据_{year}.xlsx")
        write_book(written[-1], sheets(session, told, operators_own()))
    if format in ("all", "json"):
        written.append(folder / f"年度数据_{year}.json")
        written[-1].write_text(document_text(told), "utf-8")
    if format == "all":
        written.append(folder / f"政府信息管理_{year}.txt")
        written[-1].write_text(told.paragraph + "\n", "utf-8")
    return written


def _keep_template(told: "Annual", settings: "Settings", folder: Path) -> list[Path]:
    """One for the year; the one that is there may be half filled in."""
    there = (folder / f"年度报告填报表_{told.figures.period.year}.xlsx").exists()
    return [] if there else [_write_template(told, settings, folder)]


def _write_template(told: "Annual", settings: "Settings", folder: Path) -> Path:
    """A sheet that the office has begun to fill in is never written over."""
    from reports.annual_sheet import write_annual_sheet

    folder.mkdir(parents=True, exist_ok=True)
    year = told.figures.period.year
    path, number = folder / f"年度报告填报表_{year}.xlsx", 1
    while path.exists():
        number += 1
        path = folder / f"年度报告填报表_{year}（{number}）.xlsx"
    known = {"政府信息管理": told.paragraph, "信息发布": told.publication_words}
    path.write_bytes(write_annual_sheet(year, office=settings.reports.office, figures=known))
    return path


Filled = tuple["AnnualSheet", "AnnualSheet | None", list["AnnualSheet"]]


def _sheets(sheet: Path, last: Path | None, parts: list[Path]) -> "Filled":
    """Read before anything is counted: a slip in them is told at once."""
    from reports.annual_sheet import read_annual_sheet

    return (
        read_annual_sheet(sheet),
        read_annual_sheet(last) if last else None,
        [read_annual_sheet(path) for path in parts],
    )


def _write_report(told: "Annual", filled: "Filled", folder: Path) -> list[Path]:
    from reports.annual_page import write_annual_page
    from reports.annual_rules import breaches, refuse_unsound
    from reports.annual_word import write_annual_word
    from tracker.errors import WrongUse

    sheet, last, parts = filled
    year = told.figures.period.year
    if sheet.year != year:
        raise WrongUse(f"填报表是 {sheet.year} 年的，与 --year {year} 不符：请换成 {year} 年的填报表")
    if not told.ledger:
        print(f"台账中没有 {year} 年的巡检和通知，正文所写的监控对象和家次没有核对")
    for breach in breaches(sheet, told.ledger, last, parts):
        print(printable(f"  {breach}"))
    refuse_unsound(sheet, told.ledger)
    word, page = folder / f"年度报告_{year}.docx", folder / f"年度报告_{year}.html"
    word.write_bytes(write_annual_word(sheet, told.ledger))
    page.write_text(write_annual_page(sheet, told.ledger), "utf-8")
    return [word, page]
