"""findings import, template: what people found (人工巡查, 上级通报, 找错留言)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import HELP, parse_as_of
from console.cli.rounds import SEVERAL_KEYS, keys
from console.cli.tables import printable

if TYPE_CHECKING:
    from tracker.findings import Outcome

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _findings() -> None:
    """人工发现：导入、模板。"""


@app.command("import", context_settings=SEVERAL_KEYS)
def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="人工发现的问题（CSV、XLSX，或每行一个 JSON）", show_default=False
        ),
    ],
    as_of: Annotated[str | None, typer.Option("--as-of", help=HELP, show_default=False)] = None,
    complete: Annotated[
        list[str] | None,
        typer.Option(
            "--complete",
            metavar="CHECK,…|all",
            help="文件写全了这些检查项的全部问题（all：所有检查项），没有写到的视为看到已整改",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="KEY…", help="只对这些标识码写全了（可写几个，也可重复）"),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="经办人")] = "人工",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入")] = False,
) -> None:
    """导入人工发现的问题：有误的行逐一指出，其余照常导入。"""
    from datetime import UTC, datetime

    from console.settings import load_settings
    from console.wiring import open_database
    from tracker.evidence import EvidenceStore
    from tracker.findings import import_findings

    at, chosen = parse_as_of(as_of), keys(context, only)
    if not by.strip():
        raise typer.BadParameter("请用 --by 写明经办人，或不写 --by")
    settings = load_settings()
    outcome = import_findings(
        open_database(settings),
        EvidenceStore(settings.tracker.evidence_dir),
        file,
        at=at,
        by=by.strip(),
        recorded_at=datetime.now(UTC),
        complete=[word for each in complete or () for word in each.replace("，", ",").split(",") if word],
        only=chosen,
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
    if outcome.held:
        lines.append(
            f"另有 {outcome.held} 个问题文件没有写到，但有误的行可能说的就是它们，没有视为看到已整改：改正后请重新导入"
        )
    if outcome.dry_run:
        lines.append("以上只是预览，没有写入")
    return lines


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="放在哪个文件夹")] = Path(),
) -> None:
    """写出空白的人工发现表（Excel，附填写说明）；已有的文件不覆盖。"""
    from tracker.findings_template import write_template

    try:
        if out.exists() and not out.is_dir():
            raise typer.BadParameter(f"--out {out} 不是文件夹：请另选一个")
        path, is_new = write_template(out)
    except OSError as error:
        raise typer.BadParameter(
            f"--out {out} 无法写入（{error.strerror}）：请检查路径和权限，或另选一个"
        ) from error
    print(f"已写出 {path}" if is_new else f"保留现有的 {path}")
