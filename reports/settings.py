"""How the units are told (settings.toml, section [reports]). Passwords come from the environment only."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class ReportSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    office: str = "市人民政府办公室"
    """Who signs: stands at the head and the foot of a notice and as the sender of its mail."""
    contact: str = ""
    """Whom a unit may call: name and telephone, printed in the notice."""
    notice_title: str = "问题整改通知单"
    notice_number: str = "〔{year}〕{serial}号"
    """文号; {year} and {serial} are filled in when the notice is signed, without gaps."""
    notice_template: str = ""
    """A Word template of the office's own; empty: the built-in one (xunjian notices template writes it out)."""
    deadline_working_days: int = Field(default=5, ge=1)
    """整改时限: working days, counted from the day after the notice."""
    public_deadline_working_days: int = Field(default=3, ge=1)
    """找错留言: working days, counted from the day after it came in."""
    remind_working_days: int = Field(default=1, ge=0)
    """到期提醒: so many working days before the deadline."""
    again_before_bulletin: int = Field(default=2, ge=1)
    """拟通报名单: after so many 再次通知 without being put right."""
    again_before_talk: int = Field(default=3, ge=1)
    """拟约谈名单: after so many 再次通知 without being put right."""
    rate_digits: int = Field(default=1, ge=0, le=4)
    """Digits of a rate (率) after the point; it always stands with its fraction."""
    signing: Literal["required", "automatic"] = "required"
    """Whether a person signs a notice (签发) before it leaves."""
    reviewing: Literal["optional", "required"] = "optional"
    """Whether somebody else must review a draft (审核) before it is signed."""
    smtp_url: str = "folder:data/mail"
    """Where mail goes: smtp://, smtps://, or folder:PATH, which writes .eml files."""
    smtp_password: SecretStr = SecretStr("")
    """Only from the environment: XUNJIAN_REPORTS__SMTP_PASSWORD."""
    smtp_starttls: Literal["required", "offered", "never"] = "offered"
    """For smtp://: whether the line is encrypted; a password never goes over an open one."""
    smtp_timeout_seconds: float = Field(default=30, gt=0)
    sender: str = "xunjian@localhost"
    """The address that mail comes from."""
    mail_retry_days: float = Field(default=3, gt=0)
    """Days: so long is a mail tried again that a server puts off; then a person is told."""
    brake_floor_mails: int = Field(default=10, ge=0)
    """Mails: fewer than these are never held back; more than twice the last week's are, until somebody releases them."""
    brake_floor_issues: int = Field(default=500, ge=0)
    """Newly named issues: the same, also in the first week ever."""
    console_url: str = "http://127.0.0.1:8000"
    """Where units open the reply page: the address of the console as they see it."""
    reply_link_days: int = Field(default=30, ge=1)
    """Days that the reply link of a notice is good for."""
    reply_link_key: SecretStr = SecretStr("")
    """What the links are signed with; only from the environment, else a key file beside the database is made."""
    folder: Path = Path("data/reports")
    """Where the daemon writes bulletins."""
    alarm_mails: tuple[str, ...] = ()
    """Who is told by mail when a light turns red: the people who run this program."""
    alarm_robots: tuple[SecretStr, ...] = ()
    """Group robots (群机器人) as apprise writes them, such as wecombot://KEY, dingtalk://TOKEN, feishu://TOKEN; they hold
    secrets: better from the environment, XUNJIAN_REPORTS__ALARM_ROBOTS='["…"]'."""
    alarm_repeat_hours: float = Field(default=24, gt=0)
    """How often a light that stays red is told again."""
