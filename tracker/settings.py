"""Where the record is kept (settings.toml, section [tracker])."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class TrackerSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str = "sqlite:///data/xunjian.db"
    """SQLAlchemy address of the database; SQLite in WAL mode unless told otherwise."""
    evidence_dir: Path = Path("data/evidence")
    """Folder of the stored pages, named by their SHA-256."""
    busy_timeout_seconds: int = Field(default=30, ge=1)
    """How long a writer waits for another one before it gives up."""
    waiver_days: int = Field(default=90, ge=1)
    """Days after which a waiver (报备暂不计) ends unless it names a day of its own."""
    header_aliases: dict[str, str] = Field(default_factory=dict)
    """Other headings of the registers and what they mean here, e.g. 站点名称 = "网站名称"."""
