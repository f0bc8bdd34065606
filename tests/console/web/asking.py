"""Asks what the daemon answers over HTTP, without a socket: the application is called as a server would call it."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.types import Message

from console.settings import Settings, built_in
from console.web.health import Pulse, app
from tests.builders import NOW
from tracker.database import Database


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> dict[str, Any]:
        answered: dict[str, Any] = json.loads(self.body)
        return answered


def ask(asked: Starlette, path: str = "/healthz", method: str = "GET") -> Answer:
    answer = Answer()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answer.body += message["body"]

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    asyncio.run(asked(scope, receive, send))
    return answer


def the_settings(database: Database, **tracker: Any) -> Settings:
    address = str(database.url)
    folder = f"{database.url.database}.backups"
    rooms: dict[str, dict[str, Any]] = {
        "crawler": {},
        "checks": {},
        "scheduler": {},
        "reports": {},
        "console": {},
    }
    return built_in(**rooms, tracker={"database_url": address, "backup_dir": folder, **tracker})


def the_daemon(
    database: Database, at: datetime = NOW, pulse: Pulse | None = None, **tracker: Any
) -> Starlette:
    """A daemon that works and looked around just now, unless `pulse` says otherwise; `tracker` changes the settings."""
    pulse = pulse or Pulse(holder=True, beat_at=at)
    return app(the_settings(database, **tracker), database, lambda: pulse, clock=lambda: at)
