"""backup and restore: the record and all stored pages, copied while others work, brought back into an empty place."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import AsOf, parse_as_of

if TYPE_CHECKING:
    from console.settings import Settings
    from tracker.restoring import Restored


def backup(
    out: Annotated[
        Path | None, typer.Option("--out", help="写到哪个文件夹；不写为设置项 tracker.backup_dir")
    ] = None,
    as_of: AsOf = None,
) -> None:
    """备份：数据库和证据文件；可以在守护进程运行时进行。"""
    from console.settings import load_settings
    from console.wiring import keepsakes, open_database
    from tracker.backup import back_up
    from tracker.evidence import EvidenceStore

    at, settings = parse_as_of(as_of), load_settings()
    tracker = settings.tracker if out is None else settings.tracker.model_copy(update={"backup_dir": out})
    done = back_up(
        open_database(settings), EvidenceStore(tracker.evidence_dir), tracker, at, more=keepsakes(settings)
    )
    print(f"{done}（{tracker.backup_dir}）")


def restore(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[文件夹]",
            help="备份文件夹，或其中一份备份的 record/….json；不写为设置项 tracker.backup_dir",
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="T", help="恢复此时刻或以前最近的一份；不写为最新的一份")
    ] = None,
) -> None:
    """恢复：把备份写入空的位置（设置项 tracker.database_url 和 evidence_dir），并核对全部内容。"""
    from console.settings import load_settings
    from console.wiring import keepsakes
    from crawler.clock import CHINA
    from tracker.restoring import restore as put_back

    settings = load_settings()
    source = folder or settings.tracker.backup_dir
    moment = parse_as_of(at) if at is not None else None
    done = put_back(source, settings.tracker, moment, keepsakes(settings))
    print(f"已恢复 {done.at.astimezone(CHINA):%Y-%m-%d %H:%M} 的备份：证据文件 {done.pages} 个")
    for path in done.kept:
        print(f"已放回 {path}")
    for line in done.broken:
        print(line)
    print(f"共 {len(done.broken)} 处不符" if done.broken else "审计链、台账和证据全部相符")
    print("备份以后的巡检、签发的通知和反馈不在其中：签发新的通知前，请先核对已用到的文号")
    if done.doubtful:
        print(
            f"待发邮件 {done.doubtful} 封改为“送达情况不明”，备份以后可能已经发送：请用 xunjian notices list 核对后决定"
        )
    elsewhere = _elsewhere(done, settings)
    if elsewhere:
        print(elsewhere)
    if done.broken or elsewhere or done.doubtful:
        raise typer.Exit(1)


def _elsewhere(done: "Restored", settings: "Settings") -> str:
    """The settings that were put back speak of the place where the record was, which need not be this one."""
    from console.settings import FILE, load_settings

    if FILE not in done.kept:
        return ""
    now, restored = load_settings().tracker, settings.tracker
    if (now.database_url, now.evidence_dir) == (restored.database_url, restored.evidence_dir):
        return ""
    return (
        f"注意：放回的 {FILE} 所指位置（{now.database_url}，{now.evidence_dir}）不是刚恢复到的位置"
        f"（{restored.database_url}，{restored.evidence_dir}）：请改设置或移动数据后再使用"
    )
