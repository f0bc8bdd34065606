"""/healthz: is the daemon alive, may it be relied upon, what is wrong. /metrics: figures (console/web/metrics.py).

GET /healthz answers 200 when the daemon is ready and 503 when it is not, always with one JSON object:

    live     true: somebody answers
    ready    the record can be read, this daemon holds the lease, its last beat is not older than four beats
    why      why it is not ready, in words; empty if it is
    lights   the warning lights that are red: name, title, detail, since; null if the record cannot be read
    round    the newest round: day, state (running, finished), covered (visited, or why not is known), of (应检); null if none
    daemon   holder (it works, it does not wait for another), beat_at, waiting (due times that wait; null if unknown)

A red light does not make the daemon unready: restarting mends none of them. An outside watcher that is to be woken by
them looks at `lights`. Nothing here is secret and nothing is anybody's own: details are scrubbed as the log is.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.scrubbing import scrub
from console.settings import Settings
from console.web.metrics import registry
from console.web.slips import Slips
from crawler.clock import CHINA, wall_clock
from tracker import health, lights
from tracker.backup_files import newest_backup
from tracker.database import Database
from tracker.errors import DatabaseTrouble, TrackerError

BEATS_MISSED = 4
PATIENCE_SECONDS = 1
"""How long a locked record is waited for: who asks wants to know now."""

SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_MAILBOX = re.compile(r"[\w.+-]+@(?=[\w-]+\.)")


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the daemon knows of itself. `holder`: it has the lease and works. `beat_at`: when it looked around last.

    `trouble`: what it could not do with the record then, in words; empty if all went well.
    """

    holder: bool
    beat_at: datetime | None = None
    trouble: str = ""


def app(
    settings: Settings,
    database: Database,
    pulse: Callable[[], Pulse],
    clock: Callable[[], datetime] = wall_clock,
) -> Starlette:
    """What the daemon answers over HTTP; both pages only look."""
    record, slips = Glimpse(settings, database), Slips()
    told = Health(record, pulse, clock, timedelta(seconds=settings.scheduler.beat_seconds), slips)
    figures = registry(record, pulse, clock, lambda: newest_backup(settings.tracker), slips)

    def healthz(_: Request) -> Response:
        told_now = told.now()
        return JSONResponse(told_now, 200 if told_now["ready"] else 503)

    def metrics(_: Request) -> Response:
        try:
            return Response(generate_latest(figures), media_type=CONTENT_TYPE_PLAIN_0_0_4)
        except (
            Exception
        ) as error:  # whoever reads figures is to get figures or none, and no page about our slip
            slips.tell("metrics", error)
            return PlainTextResponse("figures cannot be told now\n", 503)

    # Plain functions: they run in threads, so that a record that is slow holds up no other answer.
    routes = [Route("/healthz", healthz, methods=["GET"]), Route("/metrics", metrics, methods=["GET"])]
    answering = Starlette(routes=routes, middleware=[Middleware(SafeHeaders)])
    answering.router.redirect_slashes = False  # it would send the asker to whatever host he named
    return answering


class Glimpse(Database):
    """The same record through connections of its own, which wait a second for it and never make a new one."""

    def __init__(self, settings: Settings, database: Database) -> None:
        address = database.url.render_as_string(hide_password=False)
        changed = {"database_url": address, "busy_timeout_seconds": PATIENCE_SECONDS}
        super().__init__(settings.tracker.model_copy(update=changed))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        file = self.url.database if self.url.get_backend_name() == "sqlite" else None
        if (
            file and not Path(file).exists()
        ):  # SQLite would make an empty one, or go on with one that was taken away
            raise DatabaseTrouble("unable to open database file")
        with super().reading() as session:
            yield session


class Health:
    """How the daemon is. `now()` always has an answer."""

    def __init__(
        self,
        record: Database,
        pulse: Callable[[], Pulse],
        clock: Callable[[], datetime],
        beat: timedelta,
        slips: Slips,
    ) -> None:
        self.record, self.pulse, self.clock, self.beat, self.slips = record, pulse, clock, beat, slips

    def now(self) -> dict[str, Any]:
        daemon: dict[str, Any] = {"holder": False, "beat_at": None, "waiting": None}
        told = {"live": True, "ready": False, "why": "", "lights": None, "round": None, "daemon": daemon}
        try:
            pulse = self.pulse()
            daemon |= {"holder": pulse.holder, "beat_at": _moment(pulse.beat_at)}
            reasons = [*self._reasons(pulse), pulse.trouble]
            try:
                with self.record.reading() as session:
                    told |= {"lights": _lights(session), "round": _round(session)}
                    daemon["waiting"] = health.backlog(session).waiting
            except TrackerError as error:
                reasons.append(str(error))
        except (
            Exception
        ) as error:  # whatever it is: who asks gets an answer, and is told that all is not well
            self.slips.tell("health", error)
            reasons = ["程序内部错误：详情见运行日志，请转交维护人员"]
        told["why"] = "；".join(dict.fromkeys(_public(each) for each in reasons if each))
        told["ready"] = not told["why"]
        return told

    def _reasons(self, pulse: Pulse) -> Iterator[str]:
        if pulse.beat_at is None:
            yield "守护进程刚启动，还没有开始工作"
        elif (silent := self.clock() - pulse.beat_at) > BEATS_MISSED * self.beat:
            yield (
                f"守护进程已{silent.total_seconds():.0f}秒没有动静（应每{self.beat.total_seconds():g}秒一次）："
                "请查看运行日志，必要时重新启动"
            )
        if not pulse.holder:
            yield "本守护进程没有在工作：可能另一个正在工作，本进程等待接替"


def _lights(session: Session) -> list[dict[str, str | None]]:
    return [
        {
            "name": lamp.name,
            "title": lamp.title,
            "detail": _public(lamp.detail),
            "since": _moment(lamp.since),
        }
        for lamp in lights.red(session)
    ]


def _round(session: Session) -> dict[str, str | int] | None:
    newest = health.newest_round(session)
    if newest is None:
        return None
    state = "finished" if newest.finished_at else "running"
    return {"day": str(newest.day), "state": state, "covered": newest.covered, "of": newest.of}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(CHINA).isoformat(timespec="seconds")


def _public(text: str) -> str:
    """Without secrets and without whose mailbox it is."""
    return _MAILBOX.sub("***@", scrub(text))


class SafeHeaders:
    """Whatever is answered is taken for what it says it is, and kept by nobody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SAFE_HEADERS)
            await send(message)

        await self.app(scope, receive, send_safely)
