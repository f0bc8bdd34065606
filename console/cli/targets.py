"""targets import, template: the registers (台账)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import HELP, parse_as_of

if TYPE_CHECKING:
    from tracker.registry import Outcome

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _targets() -> None:
    """台账：导入、模板。"""


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="网站、账号、栏目、单位或错误表述台账（CSV 或 XLSX）", show_default=False
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看差异，不写入")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help=HELP, show_default=False)] = None,
) -> None:
    """导入台账：按表头认出是哪种台账；有问题的行逐一指出，其余照常导入；从不删除。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from tracker.registry import import_register

    at = parse_as_of(as_of)
    if not file.is_file():
        raise typer.BadParameter(f"找不到文件 {file}：请检查路径")
    settings = load_settings()
    outcome = import_register(
        open_database(settings), file, aliases=settings.tracker.header_aliases, at=at, dry_run=dry_run
    )
    for line in _told(outcome):
        print(line)
    if outcome.errors:
        raise typer.Exit(1)


def _told(outcome: "Outcome") -> list[str]:
    """Each difference but the unchanged, what is wrong and doubtful, and the counts at the end."""
    from tracker.register_plan import Kind

    lines: list[str] = []
    for part in outcome.parts:
        shown = (
            (Kind.CHANGED, Kind.ABSENT) if not outcome.dry_run else (Kind.ADDED, Kind.CHANGED, Kind.ABSENT)
        )
        lines += [str(change) for kind in shown for change in part.of(kind)]
    lines += [f"有误　{error}" for error in outcome.errors]
    lines += [f"提示　{warning}" for warning in outcome.warnings]
    if outcome.absent:
        lines.append(
            "台账中已无的对象没有删除，仍按原样处理：如确已不再开设，请在台账中把状态改为“关停”后导入"
        )
    lines += str(outcome).split("；")
    if outcome.dry_run:
        lines.append("以上只是比较，没有写入")
    return lines


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="放在哪个文件夹")] = Path("台账模板"),
) -> None:
    """写出空白台账（Excel 和 CSV 各一份）；已有的文件不覆盖。"""
    from tracker.registry import write_templates

    try:
        if out.exists() and not out.is_dir():
            raise typer.BadParameter(f"--out {out} 不是文件夹：请另选一个")
        there = set(out.iterdir()) if out.exists() else set()
        written = write_templates(out)
    except OSError as error:
        raise typer.BadParameter(
            f"--out {out} 无法写入（{error.strerror}）：请检查路径和权限，或另选一个"
        ) from error
    for path in written:
        print(f"已写出 {path}")
    for path in sorted(
        there & {path.with_suffix(end) for path in _templates(out) for end in (".xlsx", ".csv")}
    ):
        print(f"保留现有的 {path}")


def _templates(folder: Path) -> list[Path]:
    from tracker.registers import ORDER

    return [folder / register.name for register in ORDER]
