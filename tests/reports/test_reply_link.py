"""The reply link: for one notice, until a day, and only by our own hand."""

import re
import stat
from datetime import date, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from reports.reply_link import BadLink, link_key, notice_of, reply_url
from reports.settings import ReportSettings

KEY = b"a key of our own"
SETTINGS = ReportSettings(console_url="https://xunjian.yunze.test/", reply_link_days=30)
DATED = date(2026, 11, 23)
IN_TIME = datetime.fromisoformat("2026-12-23T23:59:59+08:00")
TOO_LATE = datetime.fromisoformat("2026-12-24T00:00+08:00")


def a_link(notice_id: int = 12) -> str:
    return reply_url(SETTINGS, KEY, notice_id, DATED)


def test_a_link_leads_to_its_own_notice(tmp_path: Path) -> None:
    assert notice_of(a_link(12), KEY, IN_TIME) == 12
    assert notice_of(a_link(13), KEY, IN_TIME) == 13


def test_a_link_is_an_address_of_the_console() -> None:
    assert re.fullmatch(r"https://xunjian\.yunze\.test/reply/12\.20261223\.[0-9a-f]{32}", a_link())


def test_its_last_part_alone_is_enough() -> None:
    assert notice_of(f"  {a_link().rpartition('/')[2]}\n", KEY, IN_TIME) == 12


def test_a_link_is_good_until_the_end_of_its_last_day_in_shanghai() -> None:
    assert notice_of(a_link(), KEY, IN_TIME) == 12
    with pytest.raises(BadLink, match="已于 2026-12-23 过期"):
        notice_of(a_link(), KEY, TOO_LATE)


@pytest.mark.parametrize(
    "change",
    [
        lambda link: link.replace("/12.", "/13."),
        lambda link: link.replace(".20261223.", ".20991223."),
        lambda link: link[:-1],
        lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
        lambda link: link.rpartition(".")[0],
        lambda link: link.rpartition(".")[0] + ".",
        lambda link: link.replace("/12.", "/１２."),
        lambda link: link + "é",
        lambda link: link + "\udcff",
        lambda link: link.replace("/12.", "/-12."),
        lambda link: "",
        lambda link: "https://xunjian.yunze.test/reply/",
    ],
)
def test_whoever_changes_a_link_gets_nowhere(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadLink, match="反馈链接无效"):
        notice_of(change(a_link()), KEY, IN_TIME)


def test_a_link_of_another_installation_is_refused() -> None:
    with pytest.raises(BadLink):
        notice_of(a_link(), b"another key", IN_TIME)


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = link_key(ReportSettings(), tmp_path / "data")
    assert link_key(ReportSettings(), tmp_path / "data") == key
    assert len(key) >= 32
    (file,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert link_key(ReportSettings(), tmp_path / "other") != key


def test_the_key_of_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    settings = ReportSettings(reply_link_key=SecretStr("from the environment"))
    assert link_key(settings, tmp_path) == b"from the environment"
    assert list(tmp_path.iterdir()) == []
