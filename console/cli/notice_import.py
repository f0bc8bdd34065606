"""notices import: the office's old ledger of notices (历史台账), for the counts of a year in which the system came later."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import HELP, parse_as_of
from console.cli.tables import printable

if TYPE_CHECKING:
    from tracker.old_ledger import Outcome


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="历史台账：每行一份通知中的一个问题（CSV、XLSX，或每行一个 JSON）",
            show_default=False,
        ),
    ],
    as_of: Annotated[str | None, typer.Option("--as-of", help=HELP, show_default=False)] = None,
    by: Annotated[str, typer.Option("--by", help="经办人")] = "人工",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入")] = False,
) -> None:
    """导入历史台账：系统启用前发过的通知，计入年度家次，不再发送；有误的行逐一指出，其余照常导入。"""
    from datetime import UTC, datetime

    from console.settings import load_settings
    from console.wiring import desk, open_database
    from tracker.old_ledger import import_ledger

    at = parse_as_of(as_of)
    if not by.strip():
        raise typer.BadParameter("请用 --by 写明经办人，或不写 --by")
    settings = load_settings()
    database = open_database(settings)
    outcome = import_ledger(
        database,
        file,
        at=at,
        by=by.strip(),
        terms=desk(settings, database).terms,
        recorded_at=datetime.now(UTC),
        dry_run=dry_run,
    )
    for line in _told(outcome):
        print(printable(line))
    if outcome.errors:
        raise typer.Exit(1)


def _told(outcome: "Outcome") -> list[str]:
    lines = [str(outcome)]
    lines += [f"有误　{error}" for error in outcome.errors]
    lines += [f"提示　{note}" for note in outcome.notes]
    if outcome.dry_run:
        lines.append("以上只是预览，没有写入")
    return lines
