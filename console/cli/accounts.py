"""accounts worksheet, import, list, confirm, refuse: accounts that people look at (人工核验), and what units report themselves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import AsOf, parse_as_of
from console.cli.tables import print_table, printable, require_workbook, save_workbook

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.sightings import Said, SightingState, Source

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
TABLE = ("编号", "平台", "账号", "主办单位", "最新发布", "填报人", "填报时间", "链接", "截图")
BY_NOBODY = "人工"
Numbers = Annotated[list[int] | None, typer.Argument(metavar="编号…", help="自报的编号", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="全部待确认的自报")]
By = Annotated[str, typer.Option("--by", help="确认人")]


@app.callback()
def _accounts() -> None:
    """账号：人工核验表、单位自报。"""


@app.command()
def worksheet(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="写到哪个文件（.xlsx）")] = Path(
        "人工核验表.xlsx"
    ),
    as_of: AsOf = None,
) -> None:
    """写出当日的人工核验表（Excel）：没有可用采集渠道、最新发布不详或已满7天的账号，按平台排列。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from tracker.worksheet import unverified, write_worksheet

    at = parse_as_of(as_of)
    require_workbook(out)
    with open_database(load_settings()).reading() as session:
        rows = unverified(session, at)
    save_workbook(out, write_worksheet(rows, at))
    print(f"已写出 {out}：需人工核验的账号 {len(rows)}")
    for platform in dict.fromkeys(row.platform for row in rows):
        print(f"  {platform} {sum(row.platform == platform for row in rows)}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="填好的人工核验表", show_default=False)],
    by: Annotated[str, typer.Option("--by", help="核验人（表中未写的）", show_default=False)] = "",
    from_unit: Annotated[
        bool, typer.Option("--from-unit", help="由单位自报：确认以前不据此判定（xunjian accounts confirm）")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入")] = False,
    as_of: AsOf = None,
) -> None:
    """导入填好的人工核验表：有问题的行逐一指出，其余照常导入并据此判定；没有填的行不作改变。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from tracker.sightings import Source
    from tracker.worksheet_reading import read_worksheet

    at = parse_as_of(as_of)
    with open_database(load_settings()).reading() as session:
        read = read_worksheet(session, file, at=at, by=by.strip(), from_unit=from_unit)
    for error in read.errors:
        print(printable(f"有误　{error}"))
    counts = f"未填写 {read.blank}，有误 {len(read.errors)}"
    if dry_run:
        print(f"可导入 {len(read.said)}，{counts}；以上只是检查，没有写入")
    else:
        new = _keep(read.said, Source.UNIT if from_unit else Source.INSPECTOR, at)
        print(f"新记录 {new}，已有 {len(read.said) - new}，{counts}")
        if from_unit and new:
            print("单位自报须经确认：xunjian accounts list 查看，xunjian accounts confirm 编号 确认")
    if read.errors:
        raise typer.Exit(1)


def _keep(said: "list[Said]", source: "Source", at: "datetime") -> int:
    """Kept and judged in one transaction; how many are new."""
    from datetime import UTC, datetime

    from console.settings import load_settings
    from console.wiring import open_database, parts
    from scheduler.hand_looks import judge
    from tracker.sightings import Source, record

    settings = load_settings()
    joined, now = parts(settings, open_database(settings)), datetime.now(UTC)
    with joined.database.writing() as session:
        new = record(session, joined.evidence, said, source, at=at, recorded_at=now)
        if source is Source.INSPECTOR:
            judge(session, joined, new, now)
        return len(new)


@app.command("list")
def list_() -> None:
    """待确认的单位自报。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from crawler.clock import CHINA
    from tracker.sightings import waiting

    with open_database(load_settings()).reading() as session:
        rows = [
            (
                str(said.id),
                target.platform,
                f"{target.name}（{target.key}）",
                unit,
                str(said.newest_on or "未见内容"),
                said.by,
                f"{said.seen_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
                said.link,
                str(len(said.evidence)),
            )
            for said, target, unit in waiting(session)
        ]
    print(f"待确认的单位自报 {len(rows)}")
    if rows:
        print_table(TABLE, rows, fixed=("编号", "最新发布", "截图"))


@app.command()
def confirm(numbers: Numbers = None, all_: All = False, by: By = BY_NOBODY, as_of: AsOf = None) -> None:
    """确认单位自报属实：从此据以判定。"""
    from tracker.sightings import SightingState

    print(f"已确认 {_decided(numbers, all_, SightingState.CONFIRMED, by, as_of)}")


@app.command()
def refuse(numbers: Numbers = None, all_: All = False, by: By = BY_NOBODY, as_of: AsOf = None) -> None:
    """不采信单位自报：记录保留，不据以判定。"""
    from tracker.sightings import SightingState

    print(f"未采信 {_decided(numbers, all_, SightingState.REFUSED, by, as_of)}")


def _decided(
    numbers: list[int] | None, all_: bool, state: "SightingState", by: str, as_of: str | None
) -> int:
    from datetime import UTC, datetime

    from console.settings import load_settings
    from console.wiring import open_database, parts
    from scheduler.hand_looks import judge
    from tracker.sightings import SightingState, decide, waiting

    if not by.strip():
        raise typer.BadParameter("请用 --by 写明确认人，或不写 --by")
    if bool(numbers) == all_:
        raise typer.BadParameter("请写明自报的编号，或用 --all 指全部待确认的")
    settings, at, now = load_settings(), parse_as_of(as_of), datetime.now(UTC)
    joined = parts(settings, open_database(settings))
    with joined.database.writing() as session:
        chosen = numbers or [said.id for said, _, _ in waiting(session)]
        decided = decide(session, chosen, state, by=by.strip(), at=at, recorded_at=now)
        if state is SightingState.CONFIRMED:
            judge(session, joined, decided, now)
        return len(decided)
