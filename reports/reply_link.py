"""The reply link (反馈链接) of a notice: whoever holds it may answer for the unit, until it expires.

It says which notice and until when, signed with a key that only this installation knows.
"""

import hashlib
import hmac
import os
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path

from crawler.clock import CHINA
from reports.settings import ReportSettings
from tracker.errors import WrongUse

KEY_FILE = "reply-link.key"
PATH = "/reply/"


class BadLink(WrongUse):
    """The link is not ours, or too old."""


def link_key(settings: ReportSettings, folder: Path) -> bytes:
    """The key out of the environment, else out of a file in `folder`, which is made once and only its owner may read."""
    if own := settings.reply_link_key.get_secret_value():
        return own.encode()
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(32), "ascii")
        try:
            path.hardlink_to(fresh)  # of two that make one at once the first wins, and its file stands whole
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()


def reply_url(settings: ReportSettings, key: bytes, notice_id: int, dated: date) -> str:
    expires = dated + timedelta(days=settings.reply_link_days)
    text = f"{notice_id}.{expires:%Y%m%d}"
    return f"{settings.console_url.rstrip('/')}{PATH}{text}.{_signature(key, text)}"


def notice_of(link: str, key: bytes, at: datetime) -> int:
    """The number of the notice that the link (or its last part) is for; BadLink if it cannot be trusted at `at`."""
    text, _, signature = link.strip().rpartition(PATH)[2].rpartition(".")
    notice_id, _, expires = text.partition(".")
    if not (notice_id.isdecimal() and expires.isdecimal()) or not hmac.compare_digest(
        signature.encode(errors="replace"), _signature(key, text).encode()
    ):
        raise BadLink("反馈链接无效：请使用通知单邮件中的完整链接")
    if at.astimezone(CHINA).strftime("%Y%m%d") > expires:
        raise BadLink(
            f"反馈链接已于 {expires[:4]}-{expires[4:6]}-{expires[6:]} 过期：请与通知单上的联系人联系"
        )
    return int(notice_id)


def _signature(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
