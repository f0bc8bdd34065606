"""What an office may choose about judging (settings.toml, section [checks]); the regulation's own numbers stand in the rules."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError


class CheckSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    manner: Literal["calendar", "elapsed"] = "calendar"
    """How two weeks are counted: 14 calendar days in Asia/Shanghai, or 14 x 24 hours."""
    switched_off: tuple[str, ...] = ()
    """Ids of checks that do not run."""
    account_window_days: int = Field(default=14, ge=1)
    """An account is stale after this many days without a post (regulations.md M2a)."""
    extra_holidays: tuple[date, ...] = ()
    """Days off that the working-day calendar does not know yet."""
    extra_workdays: tuple[date, ...] = ()
    """Make-up days (调休) that the working-day calendar does not know yet."""

    @field_validator("extra_workdays")
    @classmethod
    def _no_day_is_both(cls, days: tuple[date, ...], info: ValidationInfo) -> tuple[date, ...]:
        if both := sorted(set(days) & set(info.data.get("extra_holidays", ()))):
            named = "、".join(map(str, both))
            raise PydanticCustomError(
                "day_is_both",
                "{days} 同时列为放假日（extra_holidays）和上班日，只能保留一处",
                {"days": named},
            )
        return days
