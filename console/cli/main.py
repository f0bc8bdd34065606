"""The command `xunjian`. Heavy rooms are opened inside the commands, so that `--help` comes at once."""

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import TextIO

import typer

from console.cli import (
    accounts,
    authorisations,
    backup,
    bridges,
    checks,
    columns,
    demo,
    doctor,
    export,
    findings,
    issues,
    notices,
    record,
    reply,
    report,
    rounds,
    serve,
    show,
    targets,
    usage,
)

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
app.command("probe", context_settings=rounds.SEVERAL_KEYS)(rounds.probe)
app.command("round", context_settings=rounds.SEVERAL_KEYS)(rounds.daily_round)
app.command("inspect")(show.inspect)
app.add_typer(issues.app, name="issues", help="问题：列表、详情、确认、排除")
app.add_typer(findings.app, name="findings", help="人工发现：导入、模板")
app.add_typer(columns.app, name="columns", help="栏目：列表、类别确认")
app.add_typer(accounts.app, name="accounts", help="账号：人工核验表、单位自报")
app.add_typer(authorisations.app, name="authorisations", help="授权：列表、录入、删除、生成密钥")
app.add_typer(bridges.app, name="bridges", help="采集桥：列表、放行")
app.add_typer(checks.app, name="checks", help="检查项：列表、说明")
app.add_typer(notices.app, name="notices", help="整改通知：拟稿、预览、签发、发送、撤回、更正")
app.command("reply")(reply.reply)
app.add_typer(report.app, name="report", help="报表：每日小结、通报、考核数据、年度数据和年度报告、数字溯源")
app.add_typer(export.app, name="export", help="导出：台账")
app.command("judge")(checks.judge)
app.command("serve")(serve.serve)
app.command("schedule")(serve.schedule)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(record.db, name="db", help="数据库")
app.add_typer(record.audit, name="audit", help="审计链")

DONE, NEEDS_PERSON, WRONG_USE, COULD_NOT_RUN = 0, 1, 2, 3
STOPPED = "已停止：已完成的部分均已保存，再次运行即从中断处继续"
UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""typer carries its own copy of click and gives no name to the errors of the command line but this one's child."""


def run() -> None:
    """The entry point: every trouble becomes one line and an exit status."""
    _open_streams()
    status = _status()
    for stream in (sys.stdout, sys.stderr):
        _give_up(stream)
    sys.exit(status)


def _status() -> int:
    try:
        status = _command()
        sys.stdout.flush()  # here and not at the very end, where nobody could tell what went wrong
        return status
    except UsageError as error:
        _say(str(error) if usage.is_help(error) else f"错误：{usage.told(error)}")
        return WRONG_USE
    except (KeyboardInterrupt, typer.Abort):
        _say(STOPPED)
        return COULD_NOT_RUN
    except BrokenPipeError:  # the reader of a long list has seen enough
        return DONE
    except Exception as error:
        if _came_of_ctrl_c(error):
            _say(STOPPED)
            return COULD_NOT_RUN
        line, status = _trouble(error)
        _say(f"错误：{line}")
        return status


def _command() -> int:
    """The command without typer's own handling, which would turn Ctrl-C and a closed pipe into statuses of its own."""
    command = typer.main.get_command(app)
    try:
        with command.make_context("xunjian", sys.argv[1:]) as context:
            result = command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    return result if isinstance(result, int) else DONE


def _came_of_ctrl_c(error: BaseException | None) -> bool:
    """Ctrl-C in the middle of a lock or of a bar's start breaks what cleans up after it: the last error is not the cause."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _trouble(error: Exception) -> tuple[str, int]:
    """What to say and the status: errors of the rooms and of the system as they are, ours with a pointer to the log."""
    try:
        known = _known_trouble(error)
    except ImportError:  # a room that cannot even be imported: that is the error
        known = None
    if known is not None:
        return " ".join(str(error).split("\n")), known
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename} " if error.filename is not None else ""
        return f"{where}无法读写（{error.strerror}）：请检查路径、权限和磁盘空间", COULD_NOT_RUN
    from console.logs import keep_traceback

    log = keep_traceback(error)
    mend = f"详情见日志 {log}，请转交维护人员" if log else "日志无法写入，请先检查设置和磁盘"
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"内部错误（{what}）：{mend}", COULD_NOT_RUN


def _known_trouble(error: Exception) -> int | None:
    """The errors of the rooms, looked up only once something went wrong: importing them takes time."""
    from console.cli.serve import PortTaken
    from console.logs import UnusableLog
    from console.settings import UnusableSettings
    from crawler.runner import CrawlFailed
    from reports.errors import ReportError
    from tracker.errors import TrackerError, WrongUse

    if isinstance(error, WrongUse | UnusableSettings | ReportError):
        return WRONG_USE
    return COULD_NOT_RUN if isinstance(error, TrackerError | CrawlFailed | UnusableLog | PortTaken) else None


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _open_streams() -> None:
    """Chinese comes out whole, whatever the locale says; what was given to us closed leads nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 (till we end)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower() not in ("utf-8", "utf8"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    logging.getLogger().addHandler(logging.NullHandler())  # without a log file, not on the screen either


def _give_up(stream: TextIO) -> None:
    """Let what cannot be written go, or Python would complain about it when it ends."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
