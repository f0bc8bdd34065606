"""All tables. Only this room knows them; portable column types throughout, nothing that only SQLite knows."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, MetaData, UniqueConstraint, and_, exists, or_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from crawler.observations import Problem
from tracker.lifecycle import UNCONFIRMED
from tracker.types import Address, At, Counts, Facts, Key, Listing, Moment, Name, Packed, Prose, Sha256, Word

BEFORE_CONFIRMED = tuple(map(str, UNCONFIRMED))


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# -- the registers (台账) ---------------------------------------------------------------------------------


class Unit(Base):
    """主办单位: the body that answers for targets."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Name] = mapped_column(unique=True)
    parent: Mapped[Name] = mapped_column(default="")
    overseer: Mapped[Name] = mapped_column(default="")
    contact: Mapped[Name] = mapped_column(default="")
    email: Mapped[Name] = mapped_column(default="")
    more: Mapped[Facts] = mapped_column(default=dict)


class Target(Base):
    """A website or an account. `key`: 网站标识码 or 账号标识. `more` keeps the register's columns that we do not know."""

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    key: Mapped[Key]
    name: Mapped[Name]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    url: Mapped[Address] = mapped_column(default="")
    """首页网址 of a site, 采集地址 of an account (several joined by |)."""
    platform: Mapped[Word] = mapped_column(default="")
    site_type: Mapped[Word] = mapped_column(default="")
    contact: Mapped[Name] = mapped_column(default="")
    email: Mapped[Name] = mapped_column(default="")
    opened_on: Mapped[date | None]
    state: Mapped[Word] = mapped_column(default="running")
    account_id: Mapped[Name] = mapped_column(default="")
    """账号ID: the platform's own name for the account; empty: its key is that."""
    former_names: Mapped[Name] = mapped_column(default="")
    """曾用名, joined by 、."""
    owner: Mapped[Name] = mapped_column(default="")
    """认证主体 as filed."""
    homepage: Mapped[Address] = mapped_column(default="")
    """主页链接: where people see the account."""
    qr_code: Mapped[Address] = mapped_column(default="")
    is_control: Mapped[bool] = mapped_column(default=False)
    """对照账号. While it is one, its standing says so: counts ask the standing, which knows since when."""
    more: Mapped[Facts] = mapped_column(default=dict)
    """Also what a register files that nothing here asks for (联系电话, 备案编号, …)."""


class Standing(Base):
    """Under which unit and in which state a target stood from when to when; None is open.

    Denominators are counted from these rows: a site closed in May, an account moved between units.
    """

    __tablename__ = "standing"

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[Word]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    @classmethod
    def is_valid_on(cls, day: date) -> ColumnElement[bool]:
        """The condition of a query."""
        return and_(
            or_(cls.valid_from.is_(None), cls.valid_from <= day),
            or_(cls.valid_to.is_(None), cls.valid_to >= day),
        )


class ColumnOverride(Base):
    """What the office wrote about a column in its register: goes before what the site says."""

    __tablename__ = "column_override"
    __table_args__ = (UniqueConstraint("target_id", "name", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    name: Mapped[Name]
    url: Mapped[str] = mapped_column(default="")
    column_class: Mapped[Word] = mapped_column(default="")
    limit_days: Mapped[int | None]
    exempt: Mapped[bool] = mapped_column(default=False)
    more: Mapped[Facts] = mapped_column(default=dict)


class Term(Base):
    """错误表述: a wrong term and the right one, from a date on."""

    __tablename__ = "term"

    id: Mapped[int] = mapped_column(primary_key=True)
    wrong: Mapped[Name] = mapped_column(unique=True)
    right: Mapped[Name] = mapped_column(default="")
    category: Mapped[Word] = mapped_column(default="")
    effective_from: Mapped[date | None]
    more: Mapped[Facts] = mapped_column(default=dict)


# -- the rounds -------------------------------------------------------------------------------------------


class Round(Base):
    """巡检轮次: one pass over all running targets on one day (Asia/Shanghai)."""

    __tablename__ = "round"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    at: Mapped[At]
    started_at: Mapped[At]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class Visit(Base):
    """The coverage ledger: one row a target a day, written before the first request goes out.

    `state` due, visited, failed or excused. The ledger is also the work list: what is due is still to be done.
    """

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("target_id", "day"),
        Index("ix_visit_day_state", "day", "state", "target_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    day: Mapped[date]
    state: Mapped[Word] = mapped_column(default="due")
    problem: Mapped[Word] = mapped_column(default="")
    detail: Mapped[Prose] = mapped_column(default="")
    pages: Mapped[int] = mapped_column(default=0)
    visited_at: Mapped[datetime | None] = mapped_column(Moment)
    is_counted: Mapped[bool] = mapped_column(default=True)
    """False: a 对照账号, or the monthly look at a closed account. Visited, and in no coverage, figure or export."""
    answered: Mapped[int] = mapped_column(default=0)
    """Intake roads of an account that told of its posts, or that it is gone; a website has none."""

    @classmethod
    def was_told(cls) -> ColumnElement[bool]:
        """The condition of a query: a road told enough of the account's posts to judge its silence, or that another check
        judges it (gone, blank). What we only remember of them is told by no road."""
        said = JudgedVerdict
        told = or_(said.kind != "unjudged", said.problem == str(Problem.ELSEWHERE))
        of_this = Look.visit_id == cls.id, said.look_id == Look.id, said.check_id == "account-stale"
        return and_(cls.answered > 0, exists().where(*of_this, told))


class Look(Base):
    """One crawl of one target within its visit: the first look, or a second one (复核).

    `seen` is the whole observation: judging can be done again from it without a request.
    """

    __tablename__ = "look"
    __table_args__ = (UniqueConstraint("visit_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    ordinal: Mapped[int]
    at: Mapped[At]
    problem: Mapped[Word] = mapped_column(default="")
    seen: Mapped[bytes] = mapped_column(Packed, deferred=True)


class Page(Base):
    """One request of a look and the stored bytes it brought."""

    __tablename__ = "page"
    __table_args__ = (Index("ix_page_sha256_fetched_at", "sha256", "fetched_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    look_id: Mapped[int] = mapped_column(ForeignKey("look.id"), index=True)
    url: Mapped[Address]
    status: Mapped[int]
    problem: Mapped[Word] = mapped_column(default="")
    sha256: Mapped[Sha256] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    fetched_at: Mapped[At]


class KeptPage(Base):
    """The version of a page that was last sent whole, as its server names it; written over by the next one.

    `digest` is that of target and address. Its bytes may be given up at any time: no evidence rests on this row.
    """

    __tablename__ = "kept_page"

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    digest: Mapped[Key] = mapped_column(unique=True)
    url: Mapped[Address]
    final_url: Mapped[Address]
    sha256: Mapped[Sha256]
    content_type: Mapped[Prose]
    etag: Mapped[Prose]
    last_modified: Mapped[Prose]
    whole_at: Mapped[At]


class JudgedVerdict(Base):
    """A check's answer on one subject in one look; clear is evidence too."""

    __tablename__ = "verdict"

    id: Mapped[int] = mapped_column(primary_key=True)
    look_id: Mapped[int] = mapped_column(ForeignKey("look.id"), index=True)
    check_id: Mapped[Word]
    kind: Mapped[Word]
    subject_key: Mapped[Name]
    subject: Mapped[Name]
    why: Mapped[Prose] = mapped_column(default="")
    problem: Mapped[Word] = mapped_column(default="")
    warning: Mapped[Prose] = mapped_column(default="")


class SeenColumn(Base):
    """A column (栏目) that some visit saw. Its name path is its identity; the address may change."""

    __tablename__ = "seen_column"
    __table_args__ = (UniqueConstraint("target_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    path: Mapped[Name]
    url: Mapped[Address]
    found_by: Mapped[Word]
    first_seen: Mapped[At]
    last_seen: Mapped[At]
    missed_since: Mapped[datetime | None] = mapped_column(Moment)
    """The first of the good looks that have not found it since; None: it is there."""


class ConfirmedClass(Base):
    """栏目类别确认: the class that the office confirmed for all columns of a name, or of one site."""

    __tablename__ = "confirmed_class"
    __table_args__ = (UniqueConstraint("site", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[Key] = mapped_column(default="")
    """网站标识码; empty: all sites."""
    name: Mapped[Name]
    """The column's own name, or for one site its whole path."""
    letter: Mapped[Word]
    by: Mapped[Name]
    at: Mapped[At]


class Entry(Base):
    """信息: one item seen in a column, or one post of an account.

    `digest` is that of target, place and the item's address or id: unique by itself, so that entries are found by one key.
    """

    __tablename__ = "entry"
    __table_args__ = (Index("ix_entry_newest", "target_id", "place", "published"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    place: Mapped[Name]
    """The column's path, or empty for an account."""
    digest: Mapped[Key] = mapped_column(unique=True)
    title: Mapped[Prose]
    url: Mapped[Address]
    published: Mapped[datetime | None] = mapped_column(Moment)
    date_source: Mapped[Word] = mapped_column(default="")
    first_seen: Mapped[At]
    last_seen: Mapped[At]


class BridgeDay(Base):
    """采集桥: how all accounts together showed a bridge on one day (`checks.bridges`), and whether a person released it (放行).

    Looks of that day are judged by this row, also when they are judged again later.
    """

    __tablename__ = "bridge_day"
    __table_args__ = (UniqueConstraint("day", "bridge"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    bridge: Mapped[Name]
    accounts: Mapped[int]
    broken: Mapped[int]
    posted: Mapped[int]
    quiet: Mapped[int]
    fallen: Mapped[int]
    controls: Mapped[int]
    living: Mapped[int]
    trouble: Mapped[Word] = mapped_column(default="")
    """Empty: it is live."""
    reason: Mapped[Prose] = mapped_column(default="")
    since: Mapped[date | None]
    is_whole: Mapped[bool]
    routes: Mapped[Listing] = mapped_column(default=list)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    released_by: Mapped[Name] = mapped_column(default="")
    released_why: Mapped[Prose] = mapped_column(default="")


class ProbeRow(Base):
    """探测: one spaced visit of a home page."""

    __tablename__ = "probe"
    __table_args__ = (UniqueConstraint("target_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    at: Mapped[At]
    ok: Mapped[bool]
    status: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    problem: Mapped[Word] = mapped_column(default="")


class PersonSighting(Base):
    """人工核验: what a person saw of an account, or its unit says of it. A unit's own word waits until a person decides."""

    __tablename__ = "sighting"
    __table_args__ = (Index("ix_sighting_target_id_seen_at", "target_id", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    seen_at: Mapped[At]
    newest_on: Mapped[date | None]
    """The day of the newest post; None: not one post is there (未见内容)."""
    by: Mapped[Name]
    source: Mapped[Word]
    """inspector or unit."""
    link: Mapped[Address] = mapped_column(default="")
    evidence: Mapped[Listing] = mapped_column(default=list)
    remark: Mapped[Prose] = mapped_column(default="")
    state: Mapped[Word] = mapped_column(index=True)
    """reported, confirmed or refused."""
    decided_by: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"), unique=True)

    @classmethod
    def holds(cls, at: datetime) -> ColumnElement[bool]:
        """The condition of a query: a person stood for it by then."""
        return and_(cls.state == "confirmed", cls.decided_at <= at)


# -- the issues -------------------------------------------------------------------------------------------


class Issue(Base):
    """问题: a fault of one (target, check, subject), followed to the end."""

    __tablename__ = "issue"
    __table_args__ = (
        Index("ix_issue_subject", "target_id", "check_id", "subject_key"),
        Index("ix_issue_state_look_again_at", "state", "look_again_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    check_id: Mapped[Word]
    subject_key: Mapped[Name]
    subject: Mapped[Name]
    url: Mapped[Address] = mapped_column(default="")
    detail: Mapped[Prose] = mapped_column(default="")
    state: Mapped[Word]
    needs_person: Mapped[bool] = mapped_column(default=False)
    by_person: Mapped[bool] = mapped_column(default=False)
    """Dismissed by a person: sightings change nothing until it was seen clear or its facts changed."""
    facts: Mapped[Prose] = mapped_column(default="")
    relapses: Mapped[int] = mapped_column(default=0)
    source: Mapped[Word] = mapped_column(default="round")
    first_seen: Mapped[At]
    last_seen: Mapped[At]
    last_clear: Mapped[datetime | None] = mapped_column(Moment)
    observed_at: Mapped[At]
    """The newest sighting of either kind, with its ordinal: an older one that arrives late moves nothing."""
    observed_ordinal: Mapped[int] = mapped_column(default=1)
    look_again_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the second look (复核) is due; None: none is."""
    rendered: Mapped[bool] = mapped_column(default=False)
    """The fault was seen as a browser shows it."""
    lacks: Mapped[Word] = mapped_column(default="")
    """What its second look lacked to confirm it (`lifecycle.Lack`); empty: nothing."""
    trial: Mapped[bool] = mapped_column(default=False)
    """Seen in the trial period (摸底期): until it is released it is told to nobody and counted nowhere."""
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    due_on: Mapped[date | None] = mapped_column(index=True)
    """The day by which the newest notice asks for it to be put right (整改时限); None: no notice stands."""

    @property
    def is_on_trial(self) -> bool:
        """It stands in the 摸底清单 and was not released yet."""
        return self.trial and self.released_at is None and self.state in BEFORE_CONFIRMED

    @classmethod
    def on_trial(cls) -> ColumnElement[bool]:
        """The condition of a query."""
        return and_(cls.trial.is_(True), cls.released_at.is_(None), cls.state.in_(BEFORE_CONFIRMED))

    @property
    def discovered_at(self) -> datetime:
        """From when on a unit may be asked for it: what was seen in the trial period counts as discovered when released."""
        return self.released_at or self.first_seen


class Move(Base):
    """One change of an issue's state: who, when, from, to, why, on which evidence. Append only.

    `told` is empty until the next notice has told the unit: the same row is the history and the outbox.
    """

    __tablename__ = "move"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    at: Mapped[At]
    event: Mapped[Word]
    from_state: Mapped[Word]
    to_state: Mapped[Word]
    by: Mapped[Name]
    why: Mapped[Prose] = mapped_column(default="")
    evidence: Mapped[Listing] = mapped_column(default=list)
    told: Mapped[datetime | None] = mapped_column(Moment)
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"), unique=True)


# -- telling the units ------------------------------------------------------------------------------------


class Notice(Base):
    """整改通知: one numbered act to one unit. Issued ones keep the name that the unit had and never change again.

    `kind` weekly, urgent, correction or withdrawal; `state` drafted, signed, withdrawn or void (nothing was left to
    tell when it was to be signed). One a unit, week and kind, whoever prepares it and however often.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("unit_id", "week", "kind", "about"),
        UniqueConstraint("year", "serial"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit: Mapped[Name]
    week: Mapped[Word]
    """The reported Monday to Sunday, such as 2026-W47."""
    kind: Mapped[Word]
    about: Mapped[int] = mapped_column(default=0)
    """The notice that this one withdraws or corrects; 0: none; below 0: a number that keeps imported ones of one week apart."""
    state: Mapped[Word] = mapped_column(default="drafted", index=True)
    title: Mapped[Name]
    drafted_at: Mapped[At]
    year: Mapped[int | None]
    serial: Mapped[int | None]
    """The number within the year, given when it is signed: numbers have no gaps."""
    number: Mapped[Name] = mapped_column(default="")
    """文号, as printed."""
    dated: Mapped[date | None] = mapped_column(index=True)
    due_on: Mapped[date | None]
    calendar: Mapped[Name] = mapped_column(default="")
    """The version of the working-day calendar that the deadlines were counted with."""
    template: Mapped[Sha256] = mapped_column(default="")
    """The hash of the Word template that it was written with."""
    documents: Mapped[Facts] = mapped_column(default=dict)
    """What was issued: file name to the SHA-256 of its stored bytes."""
    origin: Mapped[Word] = mapped_column(default="own")
    """own, or imported from the office's old ledger."""


class NoticeItem(Base):
    """An issue in a notice. `part` new (newly named), again (再次通知) or rectified (told as put right).

    `move_id` is the move that this notice tells, once and nowhere else; what is only repeated tells none.
    """

    __tablename__ = "notice_item"
    __table_args__ = (UniqueConstraint("notice_id", "issue_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    move_id: Mapped[int | None] = mapped_column(ForeignKey("move.id"), unique=True)
    ordinal: Mapped[int]
    part: Mapped[Word]
    times: Mapped[int] = mapped_column(default=1)
    """第几次通知."""
    due_on: Mapped[date | None]
    row: Mapped[Facts] = mapped_column(default=dict)
    """The printed row as it was when it was issued (regulations.md 7.B)."""


class NoticeAct(Base):
    """What somebody did to a notice: 拟稿, 审核, 签发, 放行, 撤回, 更正, 送达. Append only."""

    __tablename__ = "notice_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    at: Mapped[At]
    act: Mapped[Word]
    by: Mapped[Name]
    why: Mapped[Prose] = mapped_column(default="")
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"), unique=True)


class Mail(Base):
    """The outbox: one mail of a notice to one recipient, written in the transaction that issued the notice.

    `state` queued, sending, accepted, bounced or unknown: a mail whose fate is unknown is a person's to decide.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("notice_id", "kind", "recipient"),
        Index("ix_mail_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    kind: Mapped[Word] = mapped_column(default="notice")
    """notice, or reminder (到期提醒)."""
    recipient: Mapped[Name]
    message_id: Mapped[Name] = mapped_column(unique=True)
    """Fixed, so that a mail that went out twice can be told to be one."""
    sha256: Mapped[Sha256]
    """The stored message, byte for byte."""
    state: Mapped[Word] = mapped_column(default="queued")
    queued_at: Mapped[At]
    next_try_at: Mapped[At]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[Prose] = mapped_column(default="")
    """What the mail server said last, or what a person decided and why."""
    settled_at: Mapped[datetime | None] = mapped_column(Moment)


class Reply(Base):
    """反馈: what a unit says about one issue. It schedules a re-visit (复查) and closes nothing."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    at: Mapped[At]
    by: Mapped[Name]
    measure: Mapped[Prose] = mapped_column(default="")
    finished_on: Mapped[date | None]
    person: Mapped[Name] = mapped_column(default="")
    asks: Mapped[Word] = mapped_column(default="")
    """waiver (报备) or statement (发布情况说明); empty: it says that the fault is put right."""
    proofs: Mapped[Listing] = mapped_column(default=list)
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"), unique=True)


class Waiver(Base):
    """报备暂不计: an issue that does not count until a day, asked for by one and approved by another."""

    __tablename__ = "waiver"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    at: Mapped[At]
    asked_by: Mapped[Name]
    approved_by: Mapped[Name]
    why: Mapped[Prose]
    until: Mapped[date]
    facts: Mapped[Prose] = mapped_column(default="")
    """What the issue rested on then: it lapses when that changes."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class FrozenFigures(Base):
    """冻结的年度数据: all figures of a period as they were filed, with the end of the audit chain that they were counted up to.

    A second set of the same period is a correction (更正); the first one stays as it is.
    """

    __tablename__ = "frozen_figures"
    __table_args__ = (UniqueConstraint("period", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[Word]
    ordinal: Mapped[int]
    at: Mapped[At]
    """The moment as of which was counted."""
    by: Mapped[Name]
    why: Mapped[Prose] = mapped_column(default="")
    figures: Mapped[Counts]
    """Address -> count."""
    sha256: Mapped[Sha256]
    """Of the figures as JSON, keys in order."""
    head_link: Mapped[int]
    """The last link of the chain then; its hash beside it, to be compared with what was written down outside."""
    head_hash: Mapped[Sha256]
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"), unique=True)


class Evidence(Base):
    """A stored page: content-addressed, compressed in a file named by its SHA-256."""

    __tablename__ = "evidence"

    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    size: Mapped[int]
    first_fetched: Mapped[At]
    thinned_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its bytes were given up because their time was over (保存期限); None: they must be there."""


class Link(Base):
    """One link of the audit chain: what was done, and a hash over it and the link before."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[At]
    what: Mapped[Word]
    payload: Mapped[Prose]
    before: Mapped[Sha256]
    hash: Mapped[Sha256] = mapped_column(unique=True)


# -- new-media accounts: what lets us ask ------------------------------------------------------------------


class Authorisation(Base):
    """授权: what an issuer of tokens lets us ask with, for one account or, with none, for all of its accounts.

    `sealed`: the secrets, encrypted with a key that is not in the record (tracker/strongbox.py). `ends_at` and
    `refresh_ends_at`: until when the two tokens are good. `renews`: we renew the token ourselves. `authorise_again_on`: the
    unit itself has to authorise us anew by then. `refused`: why the interface refused it when it was used last.
    """

    __tablename__ = "authorisation"
    __table_args__ = (UniqueConstraint("issuer", "account"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[Word]
    account: Mapped[Key] = mapped_column(default="")
    sealed: Mapped[Prose]
    set_at: Mapped[At]
    set_by: Mapped[Name] = mapped_column(default="")
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    refresh_ends_at: Mapped[datetime | None] = mapped_column(Moment)
    renews: Mapped[bool] = mapped_column(default=False)
    authorise_again_on: Mapped[date | None]
    renewed_at: Mapped[datetime | None] = mapped_column(Moment)
    refused: Mapped[Word] = mapped_column(default="")
    refused_at: Mapped[datetime | None] = mapped_column(Moment)


# -- the daemon -------------------------------------------------------------------------------------------


class Lease(Base):
    """Who may work: one holder until `expires_at`, who renews it while alive. Others wait."""

    __tablename__ = "lease"

    name: Mapped[Word] = mapped_column(primary_key=True)
    holder: Mapped[Name]
    since: Mapped[At]
    expires_at: Mapped[At]


class PlannedTask(Base):
    """定时任务: one line of the schedule that the daemon runs by, as it took it up."""

    __tablename__ = "planned_task"

    task: Mapped[Word] = mapped_column(primary_key=True)
    ordinal: Mapped[int]
    title: Mapped[Name]
    times: Mapped[Name]
    """When, in words."""
    since: Mapped[At]
    """When it was planned first: what was due before that day is nobody's."""
    next_at: Mapped[datetime | None] = mapped_column(Moment)


class DueTime(Base):
    """One moment at which a task was due, once however often the daemon started meanwhile.

    `state` due, running, done, failed (tried again at `next_try_at`, if that is set) or missed (its time was over when
    somebody was there again).
    """

    __tablename__ = "due_time"
    __table_args__ = (UniqueConstraint("task", "due_at"), Index("ix_due_time_state", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[Word]
    due_at: Mapped[At]
    state: Mapped[Word] = mapped_column(default="due")
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(Moment)
    late: Mapped[bool] = mapped_column(default=False)
    """Begun more than ten minutes after it was due."""
    told: Mapped[Prose] = mapped_column(default="")
    """What was done, or why it failed."""


class Light(Base):
    """A warning light (告警) from when it turned red until it was well again; None: it is red."""

    __tablename__ = "light"
    __table_args__ = (Index("ix_light_until_name", "until", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Word]
    detail: Mapped[Prose]
    since: Mapped[At]
    until: Mapped[datetime | None] = mapped_column(Moment)
    told: Mapped[Facts] = mapped_column(default=dict)
    """Way (mail, each robot) -> when it was told by it last, ISO 8601; after the all-clear a way is taken out."""


class SelfCheck(Base):
    """自检: what a round found on our own canaries (自检站点、自检账号), which have faults on purpose."""

    __tablename__ = "self_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[At]
    found: Mapped[Listing] = mapped_column(default=list)
    missing: Mapped[Listing] = mapped_column(default=list)
    """Planted and not found."""
    wrong: Mapped[Listing] = mapped_column(default=list)
    """Found and not planted."""
