"""settings.toml: every knob is in it, with its default, its comment and its unit."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from console.settings import Settings, UnusableSettings, built_in, load_settings

TEXT = Path("settings.toml").read_text("utf-8")
ROOMS = {name: field.annotation for name, field in Settings.model_fields.items()}


@pytest.mark.parametrize("room", ROOMS)
def test_the_file_holds_every_knob_with_its_default(room: str) -> None:
    model = ROOMS[room]
    assert model is not None
    assert issubclass(model, BaseModel)
    assert model.model_validate(tomllib.loads(TEXT)[room]) == model()
    secrets = {name for name, field in model.model_fields.items() if field.annotation is SecretStr}
    assert set(tomllib.loads(TEXT)[room]) == set(model.model_fields) - secrets


def test_every_knob_has_a_comment() -> None:
    knobs = [line for line in TEXT.splitlines() if re.match(r"\w+ = ", line)]
    assert [line for line in knobs if "#" not in line] == []


def test_init_writes_this_very_file() -> None:
    assert Path("console/settings.toml").read_text("utf-8") == TEXT


def test_the_environment_goes_before_the_file_and_arguments_before_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("settings.toml").write_text("[crawler]\nretries = 2\ndepth = 2\nredirects = 2\n", "utf-8")
    monkeypatch.setenv("XUNJIAN_CRAWLER__DEPTH", "3")
    monkeypatch.setenv("XUNJIAN_CRAWLER__REDIRECTS", "3")

    crawler = load_settings(crawler={"redirects": 4}).crawler

    assert (crawler.retries, crawler.depth, crawler.redirects) == (2, 3, 4)


def test_a_room_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNJIAN_CRAWLRE__DEPTH", "3")
    with pytest.raises(UnusableSettings, match="没有“crawlre”这一节"):
        load_settings()


def test_one_underscore_where_two_belong_is_named_with_the_right_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XUNJIAN_TRACKER_DATABASE_URL", "sqlite:///other.db")
    with pytest.raises(UnusableSettings, match="XUNJIAN_TRACKER__DATABASE_URL"):
        load_settings()


def test_the_settings_of_notices_are_taken_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNJIAN_REPORTS__SMTP_URL", "smtps://mail.test")
    monkeypatch.setenv("XUNJIAN_REPORTS__SIGNING", "automatic")
    reports = load_settings().reports
    assert (reports.smtp_url, reports.signing) == ("smtps://mail.test", "automatic")


def test_built_in_settings_ask_neither_the_file_nor_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("settings.toml").write_text("[checks]\nswitched_off = ['column-blank']\n", "utf-8")
    monkeypatch.setenv("XUNJIAN_CRAWLER__DEPTH", "1")
    monkeypatch.setenv("XUNJIAN_NOWHERE__X", "1")

    settings = built_in(crawler={"retries": 2})

    assert settings == Settings.model_construct(crawler=settings.crawler)
    assert (settings.crawler.retries, settings.crawler.depth) == (2, 3)
    assert settings.checks.switched_off == ()
