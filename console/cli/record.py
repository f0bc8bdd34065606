"""init, db upgrade, audit verify: the record itself."""

from typing import Annotated

import typer

db = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def init() -> None:
    """建立数据库，写出带注释的 settings.toml。"""
    from importlib.resources import files

    from console.logs import keep_log
    from console.settings import FILE, load_settings
    from tracker.database import Database

    if FILE.exists():
        print(f"保留现有的 {FILE}")
    else:
        FILE.write_text(files("console").joinpath("settings.toml").read_text("utf-8"), "utf-8")
        print(f"已写出 {FILE}：每个设置项都有注释和单位")
    settings = load_settings()
    database = Database(settings.tracker)
    database.upgrade()
    keep_log(settings.console.log_file, settings.console.log_format)
    print(f"数据库已就绪：{settings.tracker.database_url}")
    print("下一步：xunjian targets template 取得台账模板，填好后 xunjian targets import 文件")


@db.callback()
def _db() -> None:
    """数据库。"""


@db.command()
def upgrade() -> None:
    """把数据库升级到本程序的版本。"""
    from console.logs import keep_log
    from console.settings import load_settings
    from tracker.database import Database

    settings = load_settings()
    database = Database(settings.tracker)
    before = database.upgrade()
    keep_log(settings.console.log_file, settings.console.log_format)
    after = database.version()
    print(
        f"数据库版本 {after}（已是最新）"
        if before == after
        else f"数据库已从 {before or '空'} 升级到 {after}"
    )


@audit.callback()
def _audit() -> None:
    """审计链。"""


@audit.command()
def verify(
    evidence: Annotated[bool, typer.Option(help="同时核对每个证据文件的内容")] = True,
) -> None:
    """核对审计链、问题流转、台账、证据文件和冻结的数据，逐条列出不符之处。"""
    from itertools import chain

    from console.settings import load_settings
    from console.wiring import open_database, operators_own
    from reports.traces import lost, recounted
    from tracker.audit import head
    from tracker.evidence import EvidenceStore
    from tracker.verification import verify as verified

    settings, ours = load_settings(), operators_own()
    database = open_database(settings)
    store = EvidenceStore(settings.tracker.evidence_dir) if evidence else None
    with database.reading() as session:
        found = 0
        gone = lost(session, store, ours) if store else ()
        for line in chain(verified(session, None), recounted(session, ours), gone):
            found += 1
            print(line)
        links, last = head(session)
    if found:
        print(f"共 {found} 处不符")
        raise typer.Exit(1)
    print(f"审计链 {links} 环，全部相符；链尾 {last[:16]}…（建议定期抄录到系统之外）")
