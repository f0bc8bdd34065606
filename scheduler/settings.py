"""When things happen (settings.toml, section [scheduler])."""

from pydantic import BaseModel, ConfigDict, Field


class SchedulerSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    second_look_after_hours: float = Field(default=6, ge=0)
    """A first finding is looked at again (复核) when at least so many hours have passed; 0: within the same round."""
    person_confirms_days: int = Field(default=90, ge=0)
    """In so many days from the first round on every issue waits for a person; 0: off."""
    person_confirms_checks: tuple[str, ...] = ()
    """Ids of checks whose faults always wait for a person."""
    probe_spacing_minutes: float = Field(default=20, ge=0)
    """A home page is probed again (探测) when at least so many minutes have passed since its last probe."""
    targets_a_shard: int = Field(default=1000, ge=1)
    """A round is worked off in shards of so many targets; memory grows with a shard, not with the country."""
