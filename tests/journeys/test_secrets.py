"""Recognisable secrets through a round with every kind of trouble: they come out nowhere."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from cryptography.fernet import Fernet
from sqlalchemy import select
from typer.testing import CliRunner

from console.cli import authorisations, export, main, report
from console.logs import keep_log
from console.settings import load_settings
from console.wiring import open_database, parts
from scheduler.round import Round
from tests.builders import NOW
from tests.crawler.token_server import TokenServer, giving_away
from tests.records import fresh_record
from tracker import models

MARK = "planted-secret"
KEY = Fernet.generate_key().decode()
PATHS = ("good", "redirects", "errors", "garbled", "slow", "closes")
AT = ("--as-of", NOW.isoformat())


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with giving_away() as server:
        server.renewed = {
            "access_token": f"{MARK}-new-token",
            "refresh_token": f"{MARK}-refresh",
            "expires_in": 1296000,
        }
        yield server


@pytest.fixture
def office(tmp_path: Path, server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Accounts whose interfaces misbehave; their secrets come from the record, from a file and from the environment."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "TRACKER__DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'x.db'}",
        "CRAWLER__ALLOW_PRIVATE_ADDRESSES": "true",
        "CRAWLER__TIMEOUT_SECONDS": "1",
        "CRAWLER__BROWSER": "off",
        "SECRET_KEY": KEY,
        "SECRET_KUAISHOU_SECRET": f"{MARK}-app-secret",
        "SECRET_KUAISHOU_KS_CLOSES_TOKEN": f"{MARK}-of-environment",
    }.items():
        monkeypatch.setenv(f"XUNJIAN_{name}", value)
    monkeypatch.setattr("crawler.sources.renewals.DOUYIN", server.base)
    settings = load_settings()
    Path("data").mkdir()
    database = fresh_record(settings.tracker)
    with database.writing() as session:
        session.add(models.Unit(id=1, name="云泽市水利局"))
        session.flush()
        for number, path in enumerate((*PATHS, "expires"), 1):
            adapter = "douyin_open" if path == "expires" else "kuaishou_open"
            key = f"{'dy' if path == 'expires' else 'ks'}-{path}"
            url = f"{adapter}:{server.base}/{path}"
            session.add(
                models.Target(
                    id=number, kind="account", key=key, name=path, platform="快手", unit_id=1, url=url
                )
            )
            session.flush()
            session.add(models.Standing(target_id=number, unit_id=1, state="running"))
    database.close()
    yield tmp_path


def types(app: object, *words: str, typed: str = "") -> str:
    result = CliRunner().invoke(app, list(words), input=typed)  # type: ignore[arg-type]
    assert result.exit_code in (0, 1), result.output
    return result.output


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, unpacked, and what the record's own columns pack."""
    for file in folder.rglob("*"):
        if file.is_file():
            body = file.read_bytes()
            yield str(file.relative_to(folder)), body
            if file.name.endswith(".zst"):
                with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)) as packed:
                    yield f"{file.name} unpacked", packed.read()


def test_planted_secrets_come_out_nowhere(
    office: Path, server: TokenServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (office / "given.json").write_text(f'{{"access_token": "{MARK}-common", "app_id": "app-1"}}')
    said = types(authorisations.app, "set", "kuaishou", "--file", "given.json", *AT)
    said += types(
        authorisations.app, "set", "douyin", "--account", "dy-expires", *AT,
        typed=f"token={MARK}-old-token\nrefresh={MARK}-refresh\nclient=tt10abc\n",
    )  # fmt: skip
    (office / "given.json").unlink()
    settings = load_settings()
    database = open_database(settings)
    keep_log(office / "data" / "debug.log")
    level, rooms = (
        logging.getLogger().level,
        ("crawler", "scheduler", "tracker", "scrapy", "aiohttp", "asyncio"),
    )
    for name in ("", *rooms):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        Round(parts(settings, database), NOW).run()
    finally:
        for name in ("", *rooms):
            logging.getLogger(name).setLevel(level if not name else logging.NOTSET)

    assert set(server.tokens) >= {
        f"{MARK}-{each}" for each in ("common", "of-environment", "old-token", "new-token")
    }
    assert "scrapy" in (office / "data" / "debug.log").read_text("utf-8")
    with database.reading() as session:
        kept = {row.issuer: row for row in session.scalars(select(models.Authorisation))}
        looks = b"".join(look.seen for look in session.scalars(select(models.Look)))
        assert kept["douyin"].renewed_at is not None
        assert b"kuaishou" in looks and MARK.encode() not in looks
    said += types(authorisations.app, "list", *AT) + types(
        authorisations.app, "list", "--format", "json", *AT
    )
    said += types(export.app, "ledger", "--out", "out", *AT) + types(report.app, "daily", *AT)
    said += types(main.app, "backup", *AT)
    assert MARK not in said and KEY not in said
    assert MARK not in "".join(capsys.readouterr())
    found = [name for name, body in everything_in(office) if MARK.encode() in body or KEY.encode() in body]
    assert found == []
