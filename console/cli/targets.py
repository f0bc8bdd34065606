"""targets import, template."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import HELP, parse_as_of

if TYPE_CHECKING:
    from tracker.registry import Outcome

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

SHOWN = 20
"""So many rows of one kind are spelled out; a dry run shows all."""


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV 或 XLSX：网站、账号、栏目、单位、错误表述")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看差异，不写入")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help=HELP)] = None,
) -> None:
    """导入台账；有问题的行逐行指出，其余照常导入；从不删除。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from tracker.registry import import_register

    at = parse_as_of(as_of)
    settings = load_settings()
    database = open_database(settings)
    outcomes = import_register(
        database, file, aliases=settings.tracker.header_aliases, at=at, dry_run=dry_run
    )
    for outcome in outcomes:
        _tell(outcome, None if dry_run else SHOWN)
    if dry_run:
        print("以上仅为差异，未写入")
    if any(outcome.errors for outcome in outcomes):
        raise typer.Exit(1)


def _tell(outcome: "Outcome", shown: int | None) -> None:
    print(outcome)
    if shown is None:
        _some("新增", outcome.added, None)
    _some("变更", [str(change) for change in outcome.changed], shown)
    _some("台账中已无", outcome.absent, shown)
    _some("提醒", [str(warning) for warning in outcome.warnings], shown)
    _some("有误", [str(error) for error in outcome.errors], None)


def _some(word: str, lines: list[str], shown: int | None) -> None:
    for line in lines[:shown]:
        print(f"  {word}　{line}")
    if shown is not None and len(lines) > shown:
        print(f"  {word}　……另有 {len(lines) - shown} 条（--dry-run 可列出全部）")


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹")] = Path("registers"),
) -> None:
    """写出空白台账（Excel 和 CSV）。"""
    from tracker.templates import write_templates

    try:
        written = write_templates(out)
    except OSError as error:
        raise typer.BadParameter(f"--out {out} 无法写入（{error.strerror}）：请换一个文件夹") from error
    for path in written:
        print(f"已写出 {path}")
    if not written:
        print(f"{out} 中已有全部模板，未改动")
