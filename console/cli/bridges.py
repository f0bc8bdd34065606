"""bridges list, release: which bridges (采集桥) are trusted today, and a person's word for one that is not."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import AsOf, parse_as_of
from console.cli.tables import print_table

if TYPE_CHECKING:
    from tracker.bridges import Bridge
    from tracker.database import Database

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
HEADINGS = ("采集桥", "状态", "自", "账号", "近两日有新内容", "采集失败", "对照账号", "原因")


@app.callback()
def _bridges() -> None:
    """采集桥：列表、放行。"""


@app.command("list")
def list_(
    format_: Annotated[str, typer.Option("--format", help="table 或 json（每行一个采集桥）")] = "table",
) -> None:
    """最近一次巡检中各采集桥的情况；异常的排在前面，其账号是否更新暂不判定。"""
    from tracker import bridges

    if format_ not in ("table", "json"):
        raise typer.BadParameter(f"--format “{format_}”不在可选值 table、json 之中")
    with _database().reading() as session:
        found = bridges.newest(session)
    if format_ == "json":
        for each in found:
            print(_json(each))
    elif found:
        print_table(HEADINGS, [_row(each) for each in found], fixed=HEADINGS[1:-1])
    else:
        print("还没有采集桥的记录：请先用 xunjian round 巡检一轮")


@app.command()
def release(
    bridge: Annotated[
        str, typer.Argument(metavar="采集桥", help="bridges list 中的名称", show_default=False)
    ],
    why: Annotated[str, typer.Option("--why", help="依据：如何查明情况属实", show_default=False)],
    by: Annotated[str, typer.Option("--by", help="放行人")] = "人工",
    as_of: AsOf = None,
) -> None:
    """放行：确认采集桥显示的情况属实（账号确实没有更新），此后照常判定。"""
    from datetime import UTC, datetime

    from tracker import bridges

    if not why.strip() or not by.strip():
        raise typer.BadParameter("请用 --why 写明依据，用 --by 写明放行人")
    with _database().writing() as session:
        day = bridges.release(
            session,
            bridge.strip(),
            by=by.strip(),
            why=why.strip(),
            at=parse_as_of(as_of),
            recorded_at=datetime.now(UTC),
        )
    print(f"已放行 {bridge.strip()}：下一轮巡检起照常判定；要用于已有的巡检：xunjian judge --from {day}")


def _database() -> "Database":
    from console.settings import load_settings
    from console.wiring import open_database

    return open_database(load_settings())


def _row(bridge: "Bridge") -> tuple[str, ...]:
    day, tally = bridge.day, bridge.day.tally
    state = (
        day.trouble.sentence
        if day.trouble
        else (f"{bridge.released_by}放行" if bridge.released_by else "正常")
    )
    controls = f"{tally.living}/{tally.controls}" if tally.controls else "无"
    since = str(day.since) if day.since else ""
    return (
        bridge.name,
        state,
        since,
        str(tally.accounts),
        str(tally.posted),
        str(tally.broken),
        controls,
        day.reason,
    )


def _json(bridge: "Bridge") -> str:
    """Scripts rely on these names."""
    import json

    day, tally = bridge.day, bridge.day.tally
    return json.dumps(
        {
            "bridge": bridge.name,
            "day": str(day.day),
            "trouble": day.trouble,
            "reason": day.reason,
            "since": str(day.since) if day.since else None,
            "accounts": tally.accounts,
            "posted": tally.posted,
            "broken": tally.broken,
            "controls": tally.controls,
            "controls_living": tally.living,
            "released_by": bridge.released_by,
        },
        ensure_ascii=False,
    )
