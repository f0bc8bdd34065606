"""How the units are told (settings.toml, section [reports]); it comes to use with the notices."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ReportSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    smtp_url: str = "folder:data/mail"
    """Where mail goes: smtp://, smtps://, or folder:PATH, which writes .eml files."""
    signing: Literal["required", "automatic"] = "required"
    """Whether a person signs a notice (签发) before it leaves."""
