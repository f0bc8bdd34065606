"""What an office may choose about judging (settings.toml, section [checks]); the regulation's own numbers stand in the rules."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


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
