"""settings.toml: every knob is in it, with its default, its comment and its unit."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from console.settings import Settings, UnusableSettings, load_settings

TEXT = Path("settings.toml").read_text("utf-8")
ROOMS = {name: field.annotation for name, field in Settings.model_fields.items()}


@pytest.mark.parametrize("room", ROOMS)
def test_the_file_holds_every_knob_with_its_default(room: str) -> None:
    model = ROOMS[room]
    assert model is not None
    assert issubclass(model, BaseModel)
    assert model.model_validate(tomllib.loads(TEXT)[room]) == model()
    assert set(tomllib.loads(TEXT)[room]) == set(model.model_fields)


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
