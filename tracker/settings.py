"""Where the record is kept (settings.toml, section [tracker])."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

SECRET_PREFIX = "XUNJIAN_SECRET_"
"""Of environment variables that hold a secret of an authorisation (tracker/authorisations.py)."""
KEY_VARIABLE = f"{SECRET_PREFIX}KEY"
"""The one that holds the key to those of the record."""


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
    secret_key_file: Path = Path("data/authorisations.key")
    """Where the key stands that authorisations (授权) are encrypted with, unless XUNJIAN_SECRET_KEY gives it. It belongs
    neither into the database nor into its backups."""
    backup_dir: Path = Path("data/backup")
    """Where backups (备份) go; best a disk of its own."""
    keep_backups: int = Field(default=30, ge=1)
    """So many of the record's nightly copies are kept."""
    keep_pages_days: int = Field(default=400, ge=30)
    """Stored pages that are nobody's evidence are kept so long."""
    keep_issue_evidence_days: int = Field(default=3650, ge=400)
    """Evidence of issues, notices, mails and replies is kept so long after it was fetched."""
    keep_looks_days: int = Field(default=800, ge=400)
    """What each look saw and what the checks said of it; long enough for the report of the year before."""
    keep_probes_days: int = Field(default=400, ge=30)
