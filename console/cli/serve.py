"""serve and schedule: the daemon, and what it does when."""

import asyncio
import os
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from console.cli.asof import AsOf, parse_as_of
from console.cli.tables import print_table

if TYPE_CHECKING:
    from datetime import datetime

    from console.settings import Settings
    from scheduler.daemon import Daemon
    from tracker import models
    from tracker.database import Database

ENDS_WITHIN_SECONDS = 5


class PortTaken(Exception):
    """Nobody can be answered at the address that the settings name."""


def serve() -> None:
    """守护进程：按时间表巡检、复核、通知、备份，直到收到停止信号（SIGTERM）；/healthz 和 /metrics 在设置的端口应答。"""
    from console.logs import log_to_stderr
    from console.settings import load_settings
    from console.wiring import serving
    from tracker.database import Database
    from tracker.errors import DatabaseTrouble

    settings = load_settings()
    log_to_stderr(settings.console.log_format)
    database = Database(settings.tracker)
    # Locked, full, gone: the daemon's own lights tell of it, and it goes on when the record is back.
    with suppress(DatabaseTrouble):
        database.require_current()
    with (
        serving(settings, database, holder_name()) as daemon,
        answering(settings, database, daemon) as address,
    ):
        print(
            f"守护进程已启动：{daemon.lease.holder}，{address}/healthz；xunjian schedule 查看时间表",
            flush=True,
        )
        asyncio.run(_run(daemon))


async def _run(daemon: "Daemon") -> None:
    if not await daemon.run():
        # A thread that would not stop cannot be ended; ending the process is as safe as a power cut, which is safe.
        print("未能在时限内收尾，未完成的部分下次启动时继续", file=sys.stderr, flush=True)
        os._exit(3)


def holder_name() -> str:
    """Which process this is, for people and for the lease; never the same again."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@contextmanager
def answering(settings: "Settings", database: "Database", daemon: "Daemon") -> Iterator[str]:
    """/healthz and /metrics in a thread of their own: they answer also when the daemon hangs. Gives their address."""
    import uvicorn

    from console.web.health import Pulse, app

    def pulse() -> Pulse:
        return Pulse(daemon.pulse.holds, daemon.pulse.beat_at, daemon.pulse.trouble)

    listener = _listener(settings.console.host, settings.console.port)
    config = uvicorn.Config(
        app(settings, database, pulse), log_config=None, access_log=False, server_header=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True)
    thread.start()
    try:
        yield "http://{}:{}".format(*listener.getsockname()[:2])
    finally:
        server.should_exit = True
        thread.join(ENDS_WITHIN_SECONDS)
        listener.close()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"不能在 {host}:{port} 应答（{error.strerror}）：请改设置项 console.host、console.port，或停下占用它的程序"
        ) from error
    return listener


def schedule(as_of: AsOf = None) -> None:
    """时间表：守护进程正在按它运行的任务、上次和下次；没有运行时为设置中的时间表。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from tracker import due_times, lease

    settings, at = load_settings(), parse_as_of(as_of)
    database = open_database(settings)
    with database.reading() as session:
        held = lease.holder(session)
        planned = due_times.planned(session) if held else []
        last = due_times.newest_rows(session, at)
    print(_who_works(held, at))
    lines = (
        [(row.task, row.title, row.times, row.next_at) for row in planned]
        if planned
        else _of_settings(settings, database, at)
    )
    rows = [[title, times, *_last(last.get(task)), _moment(next_at)] for task, title, times, next_at in lines]
    print_table(["任务", "时间", "上次应做", "结果", "下次"], rows, fixed=("任务", "上次应做", "下次"))


def _who_works(held: "models.Lease | None", at: "datetime") -> str:
    if held is None:
        return "守护进程没有运行（xunjian serve）；设置中的时间表："
    silent = "" if held.expires_at > at else f"，{_moment(held.expires_at)} 以后没有消息"
    return f"守护进程 {held.holder}，自 {_moment(held.since)} 起运行{silent}；正在运行的时间表："


def _of_settings(
    settings: "Settings", database: "Database", at: "datetime"
) -> "list[tuple[str, str, str, datetime | None]]":
    from console.wiring import office
    from scheduler.tasks import tasks

    timetable = tasks(office(settings, database))
    return [(task.name, task.title, task.when.words, task.next_after(at)) for task in timetable]


def _last(row: "models.DueTime | None") -> list[str]:
    return [_moment(row.due_at), _became(row)] if row else ["", ""]


def _became(row: "models.DueTime") -> str:
    from tracker.due_times import DueState

    late = "（延后）" if row.late else ""
    told = f"：{row.told}" if row.told else ""
    return f"{DueState(row.state).sentence}{late}{told}"


def _moment(at: "datetime | None") -> str:
    from crawler.clock import CHINA

    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
