"""reply: what a unit answers to a notice."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.cli.asof import AsOf, parse_as_of, parse_day

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker import models


def reply(
    notice: Annotated[
        str, typer.Argument(metavar="NO|LINK", help="文号（或 2026-12），或通知单上的反馈链接")
    ],
    measure: Annotated[str, typer.Option("--measure", help="整改措施")] = "已整改",
    issues: Annotated[
        list[int] | None, typer.Option("--issue", help="只反馈这些问题编号（可重复）；不写为全部")
    ] = None,
    finished_on: Annotated[str, typer.Option("--finished-on", help="完成日期，如 2026-11-24")] = "",
    person: Annotated[str, typer.Option("--person", help="责任人")] = "",
    proof: Annotated[list[Path] | None, typer.Option("--proof", help="佐证文件（可重复）")] = None,
    asks: Annotated[
        Literal["waiver", "statement"] | None,
        typer.Option("--asks", help="waiver 申请报备暂不计，statement 提交发布情况说明"),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="谁反馈的；不写为该单位")] = "",
    as_of: AsOf = None,
) -> None:
    """记录单位的反馈：安排复查，不销号；是否已整改以复查为准。"""
    from datetime import UTC, datetime

    from console.settings import load_settings
    from console.wiring import desk, open_database
    from tracker import replies
    from tracker.harvest import keep_brought

    if not measure.strip():
        raise typer.BadParameter("请用 --measure 写明整改措施")
    at = parse_as_of(as_of)
    settings = load_settings()
    joined = desk(settings, open_database(settings))
    proofs = [_read(path) for path in proof or ()]
    with joined.database.writing() as session:
        found = _meant(session, notice, joined.link_key, at)
        answer = replies.Answer(
            by=by.strip() or found.unit,
            measure=measure.strip(),
            finished_on=parse_day(finished_on, "--finished-on") if finished_on else None,
            person=person.strip(),
            asks=replies.Asks(asks or ""),
            proofs=keep_brought(session, joined.evidence, proofs, at),
        )
        answered = replies.reply(
            session, found, answer, issues=issues or (), at=at, recorded_at=datetime.now(UTC)
        )
        print(
            f"已记录对通知 {found.number} 的反馈：问题 {'、'.join(str(issue.id) for issue in answered)} 等待复查"
        )
    if asks:
        print("申请须由申请人以外的人批准：xunjian issues waive 编号 --why 理由 --by 批准人")


def _meant(session: "Session", notice: str, link_key: bytes, at: "datetime") -> "models.Notice":
    """The notice of a number, or of a reply link that can be trusted."""
    from reports.reply_link import PATH, notice_of
    from tracker import models, notices

    if PATH not in notice:
        return notices.find(session, notice)
    found = session.get(models.Notice, notice_of(notice, link_key, at))
    if found is None:
        raise notices.UnknownNotice(notice)
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"佐证文件 {path} 无法读取（{error.strerror}）：请检查路径") from None
