"""export ledger: the record for others to count again."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from console.cli.asof import AsOf, parse_as_of

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

RECOUNT = (
    "不用本程序重新计数：python docs/recount.py {folder} 2025（审计链的哈希另用 xunjian audit verify 核对）"
)


@app.callback()
def _export() -> None:
    """导出。"""


@app.command()
def ledger(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹")] = Path("台账导出"),
    format: Annotated[
        Literal["json", "csv", "xlsx"],
        typer.Option("--format", help="json 每表一个 .jsonl，csv 每表一个文件，xlsx 为一个工作簿"),
    ] = "json",
    as_of: AsOf = None,
) -> None:
    """导出统计数字所依据的全部记录：台账、覆盖、问题、流转、通知、证据编号和审计链（不含联系人和邮箱）。"""
    from importlib.metadata import version

    from console.settings import load_settings
    from console.wiring import open_database, operators_own
    from reports.tables import MANIFEST, write_tables
    from tracker.ledger_export import ledger_tables, manifest

    at, database = parse_as_of(as_of), open_database(load_settings())
    with database.reading() as session:
        rows = write_tables(
            out,
            format,
            "ledger",
            ledger_tables(session, operators_own()),
            lambda written: manifest(session, written, format=format, at=at, program=version("xunjian")),
        )
    print(f"已导出 {len(rows)} 张表、{sum(rows.values())} 行，写到 {out}（清单：{out / MANIFEST}）")
    if format == "json":
        print(RECOUNT.format(folder=out))
