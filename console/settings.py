"""settings.toml, read once: each room's part as that room declares it, unknown names refused.

`XUNJIAN_<ROOM>__<KEY>` in the environment goes before the file, the file before the defaults.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from checks.settings import CheckSettings
from crawler.settings import CrawlerSettings
from reports.settings import ReportSettings
from scheduler.settings import SchedulerSettings
from tracker.settings import SECRET_PREFIX, TrackerSettings

FILE = Path("settings.toml")
PREFIX = "XUNJIAN_"


class UnusableSettings(Exception):
    """The settings cannot be taken: the message says what and how to mend it."""


class ConsoleSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    log_file: Path = Path("data/xunjian.log")
    """Where commands that work with the record keep their log."""
    log_format: Literal["text", "json"] = "text"
    """One line a record, for people or for programs."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    """Where `xunjian serve` answers; 0: any free port."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__", toml_file=FILE
    )

    crawler: CrawlerSettings = CrawlerSettings()
    checks: CheckSettings = CheckSettings()
    tracker: TrackerSettings = TrackerSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    reports: ReportSettings = ReportSettings()
    console: ConsoleSettings = ConsoleSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, EnvSettingsSource(settings_cls), TomlConfigSettingsSource(settings_cls)


def load_settings(**rooms: Any) -> Settings:
    """The settings of the current folder; `rooms` go before everything. UnusableSettings in one line if they are no good."""
    try:
        _refuse_unknown_rooms()
        return Settings(**rooms)
    except tomllib.TOMLDecodeError as error:
        raise UnusableSettings(f"{FILE} 不是有效的 TOML 文件（{error}）：请改正后重试") from error
    except UnicodeDecodeError as error:
        raise UnusableSettings(f"{FILE} 不是 UTF-8 编码：请另存为 UTF-8 后重试") from error
    except OSError as error:
        raise UnusableSettings(f"{FILE} 无法读取（{error.strerror}）：请检查文件和权限") from error
    except ValidationError as error:
        raise UnusableSettings("；".join(_line(each) for each in error.errors())) from error
    except ValueError as error:  # pydantic-settings: a variable that should be a list or a table is none
        raise UnusableSettings(f"环境变量 {PREFIX}… 的值无法识别（{error}）：请改正后重试") from error


def built_in(**rooms: dict[str, Any]) -> Settings:
    """The defaults, changed by `rooms` alone: neither the file nor the environment is asked."""
    models: dict[str, Any] = {name: field.annotation for name, field in Settings.model_fields.items()}
    return Settings.model_construct(**{name: models[name](**values) for name, values in rooms.items()})


def given_secrets() -> dict[str, str]:
    """The secrets of authorisations that the environment gives, by variable; they stand in no settings."""
    return {name: value for name, value in os.environ.items() if name.startswith(SECRET_PREFIX)}


def _refuse_unknown_rooms() -> None:
    """The environment is only asked for names it might hold, so that a misspelt room would pass unseen."""
    rooms = Settings.model_fields
    for name in os.environ:
        if not name.upper().startswith(PREFIX):
            continue
        room, nested, _ = name[len(PREFIX) :].lower().partition("__")
        if nested and room not in rooms:
            raise UnusableSettings(f"环境变量 {name}：没有“{room}”这一节，可用的有 {'、'.join(rooms)}")
        first, _, key = room.partition("_")
        if key and first in rooms:
            meant = f"{PREFIX}{first}__{key}".upper()
            raise UnusableSettings(f"环境变量 {name}：节和项之间是两个下划线，请写 {meant}")


def _line(error: Any) -> str:
    where = [str(part) for part in error["loc"]]
    name = ".".join(where)
    if error["type"] == "extra_forbidden":
        return f"设置项 {name} 不存在：{_nearest(where)}"
    given = error.get("input")
    return f"设置项 {name} 的值 {given!r} 无效（{error['msg']}）：请在 {FILE} 或环境变量中改正"


def _nearest(where: list[str]) -> str:
    from difflib import get_close_matches

    known = list(Settings.model_fields)
    if len(where) > 1:
        room = Settings.model_fields[where[0]].annotation
        known = list(getattr(room, "model_fields", ()))
    near = get_close_matches(where[-1], known, n=1, cutoff=0.5)
    return f"是否想写 {near[0]}？" if near else f"可用的有 {'、'.join(known)}"
