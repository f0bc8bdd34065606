"""The command `xunjian`. Heavy rooms are opened inside the commands, so that `--help` comes at once."""

import os
import sys

import typer

from console.cli import checks, demo, issues, record, rounds, show, targets

app = typer.Typer(
    name="xunjian",
    help="巡检：政府网站和政务新媒体每日巡检，从发现问题到整改销号。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(record.init)
app.command("demo")(demo.demo)
app.add_typer(targets.app, name="targets", help="台账：导入、模板")
app.command("probe")(rounds.probe)
app.command("round")(rounds.daily_round)
app.command("inspect")(show.inspect)
app.add_typer(issues.app, name="issues", help="问题：列表、详情、确认、排除")
app.add_typer(checks.app, name="checks", help="检查项：列表、说明")
app.command("judge")(checks.judge)
app.add_typer(record.db, name="db", help="数据库")
app.add_typer(record.audit, name="audit", help="审计链")

DONE, NEEDS_PERSON, WRONG_USE, COULD_NOT_RUN = 0, 1, 2, 3
UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""typer carries its own copy of click and gives no name to the errors of the command line but this one's child."""


def run() -> None:
    """The entry point: every expected trouble becomes one line and an exit status."""
    sys.exit(_status())


def _status() -> int:
    _speak_utf8()
    try:
        result = app(standalone_mode=False)
        return result if isinstance(result, int) else DONE
    except UsageError as error:
        return _say(_wrong_use(error), WRONG_USE)
    except (KeyboardInterrupt, typer.Abort):
        return _say("已停止：已完成的部分均已保存，再次运行即从中断处继续", COULD_NOT_RUN)
    except BrokenPipeError:  # the reader of a long list has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        known = _known_trouble(error)
        if known is None:
            raise
        return _say(str(error), known)


def _known_trouble(error: Exception) -> int | None:
    """The errors of the rooms, looked up only once something went wrong: importing them takes time."""
    from console.settings import UnusableSettings
    from crawler.runner import CrawlFailed
    from scheduler.round import NothingToInspect, UnknownTarget
    from tracker.errors import ForbiddenAct, TrackerError, UnknownIssue
    from tracker.ledger import DayIsPast
    from tracker.sheets import UnusableRegister

    wrong_use = (
        *(UnusableSettings, UnusableRegister, NothingToInspect),
        *(UnknownTarget, UnknownIssue, ForbiddenAct, DayIsPast),
    )
    if isinstance(error, wrong_use):
        return WRONG_USE
    return COULD_NOT_RUN if isinstance(error, TrackerError | CrawlFailed) else None


def _say(line: str, status: int) -> int:
    print(f"错误：{line}" if status != DONE else line, file=sys.stderr)
    return status


def _wrong_use(error: BaseException) -> str:
    message = str(getattr(error, "message", error)).replace("\n", " ")
    context = getattr(error, "ctx", None)
    return f"{message}（用 {context.command_path} --help 查看用法）" if context else message


def _speak_utf8() -> None:
    """Chinese comes out whole, whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower() not in ("utf-8", "utf8"):
            stream.reconfigure(encoding="utf-8", errors="replace")
