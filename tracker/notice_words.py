"""The words of a notice (整改通知): where it stands, of what kind it is, what is done to it, what stands in it. No database."""

from enum import StrEnum

from crawler.worded import Worded


class NoticeState(Worded):
    """Where a notice stands."""

    DRAFTED = "drafted", "拟稿"
    SIGNED = "signed", "已签发"
    WITHDRAWN = "withdrawn", "已撤回"
    VOID = "void", "已作废（无须通知）"


ISSUED = (NoticeState.SIGNED, NoticeState.WITHDRAWN)


class NoticeKind(Worded):
    WEEKLY = "weekly", "每周"
    URGENT = "urgent", "加急"
    CORRECTION = "correction", "更正"
    WITHDRAWAL = "withdrawal", "撤回"


class NoticeOrigin(Worded):
    """Who issued it: this system, or the office before the system ran."""

    OWN = "own", "本系统"
    IMPORTED = "imported", "历史台账"


class Act(StrEnum):
    """What people do to a notice, in the office's words."""

    DRAFT = "拟稿"
    REVIEW = "审核"
    SIGN = "签发"
    RELEASE = "放行"
    WITHDRAW = "撤回"
    CORRECT = "更正"
    DELIVER = "送达"
    ADD = "补录"
    """A later import of the old ledger adds lines to a notice that was imported before."""


class Part(StrEnum):
    """Under which heading of a notice an issue stands."""

    NEW = "new"
    AGAIN = "again"
    RECTIFIED = "rectified"
    CORRECTED = "corrected"
    """As a correction (更正) lists it: named before, so it counts for nothing."""
    WITHDRAWN = "withdrawn"
    """As a withdrawal (撤回) lists it."""


class MailKind(StrEnum):
    NOTICE = "notice"
    REMINDER = "reminder"
    """到期提醒."""
