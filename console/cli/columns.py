"""columns list, export, import, confirm: the columns of all websites and the classes that the office confirms."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli.asof import AsOf, parse_as_of
from console.cli.tables import print_table, printable, require_workbook, save_workbook

if TYPE_CHECKING:
    from tracker.columns import ColumnChange, NamedColumns, SiteColumn
    from tracker.database import Database

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
By = Annotated[str, typer.Option("--by", help="确认人")]
BY_NOBODY = "人工"
TABLE = ("栏目名称", "推断类别", "推断理由", "网站数", "栏目数", "下级待定", "举例")
CHANGES_SHOWN = 30
SITE_TABLE = ("栏目", "类别", "状态", "最新日期", "理由")


@app.callback()
def _columns() -> None:
    """栏目：列表、类别确认。"""


@app.command("list")
def list_(
    site: Annotated[str | None, typer.Option("--site", metavar="KEY", help="只列此网站的全部栏目")] = None,
    all_: Annotated[bool, typer.Option("--all", help="列出全部名称，不只是待确认的")] = False,
    format_: Annotated[str, typer.Option("--format", help="table 或 json（每行一个栏目）")] = "table",
    as_of: AsOf = None,
) -> None:
    """待确认类别的栏目名称，当日新增的栏目，以及消失的栏目；--site 列出一个网站的栏目树。"""
    from tracker import columns as known

    if format_ not in ("table", "json"):
        raise typer.BadParameter(f"--format “{format_}”不在可选值 table、json 之中")
    at = parse_as_of(as_of)
    with _database().reading() as session:
        listed = known.site_columns(session, at, (site,) if site else ())
        rows = known.by_name(session, listed)
        new, gone = known.came(session, at.date()), known.missing(session, (site,) if site else ())
    if site and not listed:
        raise typer.BadParameter(f"“{site}”没有栏目记录：请核对网站标识码，或先巡检一轮")
    if format_ == "json":
        for each in listed:
            print(_json(each))
        return
    print(_summary(listed, rows))
    if site:
        print_table(SITE_TABLE, [_tree_row(each) for each in listed], fixed=("类别", "状态", "最新日期"))
    else:
        shown = rows if all_ else known.open_names(rows)
        print_table(TABLE, [_name_row(row) for row in shown], fixed=("推断类别", "网站数", "栏目数"))
    chosen = [each for each in new if not site or each.site == site]
    for line in (*_changes("当日新增栏目", chosen), *_changes("消失的栏目（最近巡检未再见到）", gone)):
        print(printable(line))


def _database() -> "Database":
    from console.settings import load_settings
    from console.wiring import open_database

    return open_database(load_settings())


def _summary(listed: "Sequence[SiteColumn]", rows: "Sequence[NamedColumns]") -> str:
    from tracker.columns_file import kinds_of

    sites = len({each.site.key for each in listed})
    waiting = sum(each.waits for each in listed)
    names = "，".join(f"{state} {count}" for state, count in kinds_of(rows))
    return f"网站 {sites}，栏目 {len(listed)}，待确认类别的栏目 {waiting}；不同名称 {len(rows)}：{names}"


def _name_row(row: "NamedColumns") -> tuple[str, ...]:
    from tracker.columns_file import guess

    examples = "；".join(f"{each.site.name} {each.path}" for each in row.examples[:2])
    counts = (str(row.sites), str(row.waiting), str(row.below))
    return row.name, guess(row.known), row.known.reason, *counts, examples


def _tree_row(each: "SiteColumn") -> tuple[str, ...]:
    from tracker.columns_file import guess, state_of

    indent = "　" * (len(each.seen.path) - 1)
    away = f"（转到 {each.seen.leads_to}）" if each.seen.leads_to else ""
    newest = each.newest.isoformat() if each.newest else "—"
    state = state_of((each,), bool(each.said))
    return f"{indent}{each.seen.name}{away}", guess(each.known), state, newest, each.known.reason


def _json(each: "SiteColumn") -> str:
    """Scripts rely on these names."""
    import json

    facts: dict[str, Any] = {
        "site": each.site.key,
        "path": each.path,
        "name": each.name,
        "url": each.seen.url,
        "found_by": each.seen.found_by,
        "leaf": each.seen.is_leaf,
        "leads_to": each.seen.leads_to,
        "platform": each.platform,
        "class": each.known.letter,
        "certain": each.known.certain,
        "reason": each.known.reason,
        "limit_days": each.known.limit_days,
        "waits": each.waits,
        "newest": each.newest.isoformat() if each.newest else None,
    }
    return json.dumps(facts, ensure_ascii=False)


def _changes(heading: str, changes: "Sequence[ColumnChange]") -> Iterator[str]:
    if changes:
        yield f"{heading} {len(changes)}"
    for each in changes[:CHANGES_SHOWN]:
        yield f"  {each.site_name}　{each.path}　{each.at.date()}　{each.url}"
    if len(changes) > CHANGES_SHOWN:
        yield f"  另有 {len(changes) - CHANGES_SHOWN} 个较早的未列出"


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个文件（.xlsx）")] = Path(
        "栏目类别确认表.xlsx"
    ),
    as_of: AsOf = None,
) -> None:
    """写出栏目类别确认表（Excel）：一行一个名称，待确认的在最前面，类别从下拉列表选择。"""
    from tracker import columns as known
    from tracker.columns_file import write_workbook

    at = parse_as_of(as_of)
    require_workbook(file)
    with _database().reading() as session:
        listed = known.site_columns(session, at)
        rows = known.by_name(session, listed)
    if not listed:
        raise typer.BadParameter("还没有栏目记录：请先用 xunjian round 巡检一轮")
    save_workbook(file, write_workbook(rows, listed))
    print(f"已写出 {file}")
    print(_summary(listed, rows))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="填好的栏目类别确认表", show_default=False)],
    by: By = BY_NOBODY,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入")] = False,
    as_of: AsOf = None,
) -> None:
    """导入填好的确认表：有问题的行逐一指出，其余照常导入；留空的行不作改变。"""
    from tracker import columns as known
    from tracker.columns_file import read_workbook

    at, database = parse_as_of(as_of), _database()
    with database.reading() as session:
        read = read_workbook(file, known.site_columns(session, at))
    for error in read.errors:
        print(printable(f"有误　{error}"))
    if dry_run:
        print(f"可导入 {len(read.said)} 行，有误 {len(read.errors)} 行；以上只是检查，没有写入")
    else:
        print(f"{_confirmed(database, read.said, by, at)}，有误 {len(read.errors)}")
    if read.errors:
        raise typer.Exit(1)


def _confirmed(database: "Database", said: Any, by: str, at: Any) -> str:
    from datetime import UTC, datetime

    from tracker.confirmed_classes import confirm

    if not by.strip():
        raise typer.BadParameter("请用 --by 写明确认人，或不写 --by")
    with database.writing() as session:
        return str(confirm(session, said, by=by.strip(), at=at, recorded_at=datetime.now(UTC)))


@app.command("confirm")
def confirm_(
    name: Annotated[
        str, typer.Argument(metavar="名称", help="栏目名称；加 --site 时也可写栏目路径", show_default=False)
    ],
    word: Annotated[
        str, typer.Argument(metavar="类别", help="类别名称或字母；“按名称推断”即撤销", show_default=False)
    ],
    site: Annotated[str, typer.Option("--site", metavar="KEY", help="只对此网站", show_default=False)] = "",
    by: By = BY_NOBODY,
    as_of: AsOf = None,
) -> None:
    """确认一个名称的类别，对全部网站有效；--site 只对一个网站。下一轮巡检起按此判定。"""
    from difflib import get_close_matches

    from crawler.observations import ABOVE
    from tracker import columns as known
    from tracker.confirmed_classes import Confirmation, class_word, read_class, words
    from tracker.people_subjects import column_path

    name = ABOVE.join(column_path(name))
    at, letter = parse_as_of(as_of), read_class(word)
    if letter is None:
        raise typer.BadParameter(f"不认识类别“{word}”：可写 {'、'.join(words())}")
    database = _database()
    with database.reading() as session:
        listed = known.site_columns(session, at, (site,) if site else ())
    same = [each for each in listed if each.name == name or (site and each.path == name)]
    if not same:
        near = get_close_matches(name, {each.name for each in listed}, n=1, cutoff=0.5)
        mend = f"是否想写“{near[0]}”？" if near else "用 xunjian columns list --all 查看全部名称"
        raise typer.BadParameter(f"{'此网站' if site else ''}没有见过栏目“{name}”：{mend}")
    told = _confirmed(database, [Confirmation(name, letter, site)], by, at)
    print(
        f"{name}　{class_word(letter)}　涉及网站 {len({each.site.key for each in same})}、栏目 {len(same)}；{told}"
    )
    print("下一轮巡检起按此判定；要用于已有的巡检：xunjian judge --from 日期")
