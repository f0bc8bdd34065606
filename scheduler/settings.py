"""When things happen (settings.toml, section [scheduler])."""

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from scheduler.quiet import QuietHours


def _of_the_day(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("要写成北京时间的时:分，如 06:00")
    return value


TimeOfDay = Annotated[time, AfterValidator(_of_the_day)]
"""Hours and minutes in Asia/Shanghai."""


class SchedulerSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    second_look_after_hours: float = Field(default=6, ge=0)
    """A first finding is looked at again (复核) when at least so many hours have passed; 0: within the same round."""
    person_confirms_days: int = Field(default=90, ge=0)
    """In so many days from the first round on every issue waits for a person; 0: off."""
    person_confirms_checks: tuple[str, ...] = ()
    """Ids of checks whose faults always wait for a person."""
    second_look_needs_browser: bool = True
    """What a script may fill in (blank and stale pages) is confirmed only by a second look with a browser."""
    trial_until: date | None = None
    """摸底期: through this day all that is seen is listed and nothing is told or counted until it is released."""
    control_urls: tuple[str, ...] = ()
    """Neutral addresses that are asked with every probe run: if they all fail, it is our network that is down."""
    quiet_hours: QuietHours | None = None
    """When the daemon visits nobody (静默时段); a round called by hand is not bound by it."""
    probe_spacing_minutes: float = Field(default=20, ge=0)
    """A home page is probed again (探测) when at least so many minutes have passed since its last probe."""
    targets_a_shard: int = Field(default=1000, ge=1)
    """A round is worked off in shards of so many targets; memory grows with a shard, not with the country."""

    # -- the daemon (xunjian serve) -------------------------------------------------------------------------

    round_at: TimeOfDay = time(6, 0)
    """The daily round (每日巡检)."""
    probes_a_day: int = Field(default=24, ge=1, le=144)
    """So many probes of every home page, evenly over the day; the indicators ask for 20."""
    look_again_at: tuple[TimeOfDay, ...] = (time(12, 30), time(16, 30), time(20, 30))
    """Second looks (复核), re-visits (复查) and targets that could not be reached, on the day of the round."""
    remind_at: TimeOfDay = time(8, 30)
    """到期提醒."""
    notices_on: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    notices_at: TimeOfDay = time(9, 0)
    """The weekly notices (整改通知) of the week that ended last."""
    mail_minutes: int = Field(default=5, ge=1, le=60)
    """How often the outbox is looked through."""
    bulletin_day: int = Field(default=3, ge=1, le=28)
    bulletin_at: TimeOfDay = time(8, 0)
    """On which day of the month the bulletin (通报) of the month before is written, in January, April, July and October
    that of the quarter too."""
    freeze_month: int = Field(default=1, ge=1, le=12)
    freeze_day: int = Field(default=15, ge=1, le=28)
    freeze_at: TimeOfDay = time(4, 0)
    """When the figures of the year before are frozen (冻结), unless somebody did so before."""
    backup_at: TimeOfDay = time(2, 30)
    tidy_at: TimeOfDay = time(3, 30)
    """What is older than its time is thinned out (保存期限: section tracker)."""
    retry_minutes: float = Field(default=5, gt=0)
    """What failed is tried again after so long."""
    beat_seconds: float = Field(default=15, gt=0)
    """How often the daemon looks at the clock, its lease and its lights."""
    lease_seconds: float = Field(default=90, gt=0)
    """A daemon that was not heard of for so long has lost its place to the next one."""
    stop_seconds: float = Field(default=60, gt=0)
    """How long what runs may take to lay down its work when the daemon is told to stop."""

    # -- the lights ------------------------------------------------------------------------------------------

    canary: bool = True
    """Whether the daemon serves a website and an account with planted faults, and looks whether each round finds them."""
    round_starts_minutes: float = Field(default=60, gt=0)
    """A round that has not begun so long after its time is told."""
    round_ends_hours: float = Field(default=8, gt=0)
    """A round that has not ended so long after its time is told."""
    disk_free_gb: float = Field(default=2, ge=0)
    mail_stuck_hours: float = Field(default=4, gt=0)
    """A mail that could not be handed over for so long is told."""
    backup_age_hours: float = Field(default=50, gt=0)
    """The newest backup may be so old."""
    token_days: int = Field(default=14, ge=0)
    """So many days before a token (授权) ends it is told."""
    tokens: dict[str, date] = Field(default_factory=dict)
    """What ends by itself and must be renewed: name -> last day it is good for."""
    ping_url: str = ""
    """An outside watcher's address that is called while all is alive; empty: none."""
    ping_minutes: float = Field(default=5, gt=0)

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def _read_hours(cls, value: object) -> object:
        return QuietHours.read(value) if isinstance(value, str) and value else value or None

    @field_validator("trial_until", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return value or None

    @model_validator(mode="after")
    def _is_awake_for_its_rounds(self) -> Self:
        quiet = self.quiet_hours
        if quiet and any(quiet.hold(at) for at in (self.round_at, *self.look_again_at)):
            raise ValueError("round_at 和 look_again_at 不能落在静默时段 quiet_hours 内")
        return self

    @model_validator(mode="after")
    def _renews_in_time(self) -> Self:
        if self.lease_seconds < 3 * self.beat_seconds:
            raise ValueError("lease_seconds 至少要有 beat_seconds 的三倍，否则会同时有两个守护进程工作")
        return self
