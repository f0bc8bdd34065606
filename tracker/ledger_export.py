"""The record that figures rest on, table by table, to be taken out and counted again by others (xunjian export ledger).

One query a table, streamed. The names of tables and columns are stable, for scripts rely on them; docs/ledger-export.md
says what each means. Left out: contacts and their addresses, the columns of a register that this program does not know,
and whatever in an account's address may be a key.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from crawler.targets import shown_address
from tracker import models
from tracker.audit import head
from tracker.cells import TargetState
from tracker.notice_words import Act, NoticeState
from tracker.queries import STREAM

WHAT = "xunjian ledger"

Query = Select[*tuple[Any, ...]]
Lines = Iterator[Sequence[Any]]
Column = tuple[str, str, float, ColumnElement[Any] | InstrumentedAttribute[Any]]
"""Name, heading, width in a workbook (in digits), and what of the record stands in it."""


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """`rows` in the order of `columns` (name, heading, width), to be read once: the record is asked when they are."""

    name: str
    title: str
    columns: Sequence[tuple[str, str, float]]
    rows: Lines


def ledger_tables(session: Session, ours: Collection[str]) -> Iterator[LedgerTable]:
    """All tables. `ours`: checks whose faults are the operator's own. What is read within one session fits together."""
    for room in (_registers(), _coverage(), _issues(ours), _notices(), _chain()):
        for each in room:
            lines = _streamed(session, each.query)
            yield LedgerTable(
                each.name,
                each.title,
                [column[:3] for column in each.columns],
                each.sifted(session, lines) if each.sifted else lines,
            )


def manifest(
    session: Session, written: Mapping[str, tuple[str, int]], *, format: str, at: datetime, program: str
) -> dict[str, Any]:
    """What was taken out. `written`: table -> its file and rows; `at`: the moment as of which to count; `program`: version."""
    links, last = head(session)
    return {
        "what": WHAT,
        "format": format,
        "at": at.astimezone(UTC),
        "program": program,
        "chain": {"links": links, "head": last},
        "tables": {name: {"file": file, "rows": rows} for name, (file, rows) in written.items()},
    }


@dataclass(frozen=True, slots=True)
class _Source:
    """A table and where it comes from. `sifted`: what is done to its lines on the way."""

    name: str
    title: str
    columns: Sequence[Column]
    shaped: Callable[[Query], Query]
    sifted: Callable[[Session, Lines], Lines] | None = None

    @property
    def query(self) -> Query:
        return self.shaped(select(*(column[3] for column in self.columns)))


def _streamed(session: Session, query: Query) -> Lines:
    yield from session.execute(query, execution_options=STREAM)


# -- the registers, the rounds ----------------------------------------------------------------------------


def _registers() -> Iterator[_Source]:
    unit, target, standing = models.Unit, models.Target, models.Standing
    yield _Source(
        "units",
        "单位",
        (
            ("id", "编号", 8, unit.id),
            ("name", "单位名称", 30, unit.name),
            ("parent", "上级单位", 24, unit.parent),
            ("overseer", "归口单位", 24, unit.overseer),
        ),
        lambda query: query.order_by(unit.id),
    )
    yield _Source(
        "targets",
        "网站和账号",
        (
            ("id", "编号", 8, target.id),
            ("kind", "类型", 10, target.kind),
            ("key", "标识码", 22, target.key),
            ("name", "名称", 30, target.name),
            ("unit", "主办单位", 30, unit.name),
            ("platform", "平台", 12, target.platform),
            ("site_type", "网站类型", 14, target.site_type),
            ("url", "首页网址", 36, case((target.kind == "site", target.url), else_="")),
            ("opened_on", "开设日期", 12, target.opened_on),
            ("state", "状态", 18, target.state),
        ),
        lambda query: query.join(unit, unit.id == target.unit_id).order_by(target.id),
    )
    yield _Source(
        "standings",
        "台账沿革",
        (
            ("target", "对象编号", 10, standing.target_id),
            ("unit", "主办单位", 30, unit.name),
            ("state", "状态", 18, standing.state),
            ("valid_from", "起", 12, standing.valid_from),
            ("valid_to", "止", 12, standing.valid_to),
        ),
        lambda query: (
            query.join(unit, unit.id == standing.unit_id)
            .join(target, target.id == standing.target_id)
            .where((standing.state != str(TargetState.CLOSED)) | target.is_control.is_(False))
            .order_by(standing.id)
        ),
    )


def _coverage() -> Iterator[_Source]:
    day, visit, entry, target = models.Round, models.Visit, models.Entry, models.Target
    yield _Source(
        "rounds",
        "巡检轮次",
        (
            ("id", "编号", 8, day.id),
            ("day", "日期", 12, day.day),
            ("at", "巡检时刻", 20, day.at),
            ("started_at", "开始", 20, day.started_at),
            ("finished_at", "结束", 20, day.finished_at),
        ),
        lambda query: query.order_by(day.id),
    )
    yield _Source(
        "visits",
        "巡检覆盖",
        (
            ("target", "对象编号", 10, visit.target_id),
            ("day", "日期", 12, visit.day),
            ("state", "结果", 10, visit.state),
            ("problem", "原因", 18, visit.problem),
        ),
        lambda query: query.where(visit.is_counted).order_by(visit.id),
    )
    yield _Source(
        "entries",
        "信息数量",
        (
            ("target", "对象编号", 10, entry.target_id),
            ("column", "栏目", 36, entry.place),
            ("entries", "信息条数", 12, func.count()),
            ("dated", "其中有日期", 14, func.count(entry.published)),
            ("oldest", "最早发布", 20, func.min(entry.published)),
            ("newest", "最近发布", 20, func.max(entry.published)),
        ),
        lambda query: (
            query.join(target, target.id == entry.target_id)
            .where(target.is_control.is_(False))
            .group_by(entry.target_id, entry.place)
            .order_by(entry.target_id, entry.place)
        ),
    )


# -- the issues and what they rest on ---------------------------------------------------------------------


def _issues(ours: Collection[str]) -> Iterator[_Source]:
    issue, move, waiver = models.Issue, models.Move, models.Waiver
    yield _Source(
        "issues",
        "问题",
        (
            ("id", "编号", 8, issue.id),
            ("target", "对象编号", 10, issue.target_id),
            ("check", "检查项", 20, issue.check_id),
            ("subject", "对象", 26, issue.subject),
            ("url", "网址", 36, issue.url),
            ("detail", "情况", 40, issue.detail),
            ("state", "状态", 12, issue.state),
            ("needs_person", "待人工审核", 14, issue.needs_person),
            ("source", "来源", 10, issue.source),
            ("first_seen", "首次发现", 20, issue.first_seen),
            ("last_seen", "最近发现", 20, issue.last_seen),
            ("relapses", "反弹次数", 10, issue.relapses),
            ("operator", "本系统自身故障", 18, issue.check_id.in_(ours)),
        ),
        lambda query: query.order_by(issue.id),
    )
    yield _Source(
        "moves",
        "流转",
        (
            ("id", "编号", 8, move.id),
            ("issue", "问题编号", 10, move.issue_id),
            ("at", "时间", 20, move.at),
            ("event", "事项", 16, move.event),
            ("from", "原状态", 12, move.from_state),
            ("to", "现状态", 12, move.to_state),
            ("by", "经办人", 14, move.by),
            ("why", "理由", 40, move.why),
            ("evidence", "证据", 30, move.evidence),
            ("told", "告知时间", 20, move.told),
            ("link", "审计链环", 10, move.link_id),
        ),
        lambda query: query.order_by(move.id),
    )
    yield _Source(
        "waivers",
        "报备",
        (
            ("id", "编号", 8, waiver.id),
            ("issue", "问题编号", 10, waiver.issue_id),
            ("at", "时间", 20, waiver.at),
            ("asked_by", "申请人", 20, waiver.asked_by),
            ("approved_by", "批准人", 14, waiver.approved_by),
            ("why", "理由", 40, waiver.why),
            ("until", "到期日", 12, waiver.until),
            ("ended_at", "失效时间", 20, waiver.ended_at),
        ),
        lambda query: query.order_by(waiver.id),
    )
    yield from _evidence()


def _evidence() -> Iterator[_Source]:
    stored, page, look, target = models.Evidence, models.Page, models.Look, models.Target
    yield _Source(
        "evidence",
        "证据",
        (
            ("sha256", "SHA-256", 66, stored.sha256),
            ("size", "字节", 12, stored.size),
            ("first_fetched", "首次取得", 20, stored.first_fetched),
        ),
        lambda query: query.order_by(stored.sha256),
    )
    yield _Source(
        "pages",
        "证据网页",
        (
            ("sha256", "SHA-256", 66, page.sha256),
            ("url", "网址", 60, page.url),
            ("fetched_at", "取得时间", 20, page.fetched_at),
            ("kind", "类型", 10, target.kind),
        ),
        lambda query: (
            query.join(look, look.id == page.look_id)
            .join(target, target.id == look.target_id)
            .where(page.sha256 != "")
            .order_by(page.id)
        ),
        _first_of_those_named,
    )


def _first_of_those_named(session: Session, lines: Lines) -> Lines:
    """Pages that moves rest on, each where and when it was fetched first. Memory: a hundred bytes a page that is named."""
    named = {
        bytes.fromhex(sha256)
        for (evidence,) in _streamed(session, select(models.Move.evidence))
        for sha256 in evidence
    }
    for sha256, url, fetched_at, kind in lines:
        if (key := bytes.fromhex(sha256)) in named:
            named.remove(key)
            yield sha256, url if kind == "site" else shown_address(url), fetched_at, kind


# -- the notices ------------------------------------------------------------------------------------------


def _acted(*acts: Act) -> ScalarSelect[Any]:
    """When one of these acts was done to the notice first."""
    act = models.NoticeAct
    of = select(func.min(act.at)).where(act.notice_id == models.Notice.id, act.act.in_(acts))
    return of.correlate(models.Notice).scalar_subquery()


def _notices() -> Iterator[_Source]:
    notice, item, act, reply = models.Notice, models.NoticeItem, models.NoticeAct, models.Reply
    follows = notice.about > 0
    is_withdrawn = notice.state == str(NoticeState.WITHDRAWN)
    yield _Source(
        "notices",
        "整改通知",
        (
            ("id", "编号", 8, notice.id),
            ("number", "文号", 20, notice.number),
            ("year", "年份", 8, notice.year),
            ("serial", "序号", 8, notice.serial),
            ("kind", "种类", 12, notice.kind),
            ("state", "状态", 12, notice.state),
            ("origin", "由来", 12, notice.origin),
            ("dated", "通知日期", 12, notice.dated),
            ("due_on", "整改时限", 12, notice.due_on),
            ("unit", "主办单位", 30, notice.unit),
            ("week", "通报周", 12, notice.week),
            ("about", "所撤回或更正的通知", 20, case((follows, notice.about))),
            # A notice that withdraws or corrects another one is issued by that act.
            (
                "signed_at",
                "签发时间",
                20,
                case((follows, _acted(Act.WITHDRAW, Act.CORRECT)), else_=_acted(Act.SIGN)),
            ),
            ("withdrawn_at", "撤回时间", 20, case((is_withdrawn, _acted(Act.WITHDRAW)))),
        ),
        lambda query: query.order_by(notice.id),
    )
    yield _Source(
        "items",
        "通知所列问题",
        (
            ("notice", "通知编号", 10, item.notice_id),
            ("issue", "问题编号", 10, item.issue_id),
            ("target", "对象编号", 10, item.target_id),
            ("part", "所列部分", 12, item.part),
            ("move", "所告知的流转", 14, item.move_id),
            ("times", "第几次通知", 12, item.times),
            ("due_on", "整改时限", 12, item.due_on),
        ),
        lambda query: query.order_by(item.id),
    )
    yield _Source(
        "acts",
        "通知办理",
        (
            ("id", "编号", 8, act.id),
            ("notice", "通知编号", 10, act.notice_id),
            ("at", "时间", 20, act.at),
            ("act", "事项", 10, act.act),
            ("by", "经办人", 14, act.by),
            ("why", "理由", 40, act.why),
            ("link", "审计链环", 10, act.link_id),
        ),
        lambda query: query.order_by(act.id),
    )
    yield _Source(
        "replies",
        "反馈",
        (
            ("id", "编号", 8, reply.id),
            ("notice", "通知编号", 10, reply.notice_id),
            ("issue", "问题编号", 10, reply.issue_id),
            ("at", "时间", 20, reply.at),
            ("by", "反馈人", 24, reply.by),
            ("measure", "整改措施", 40, reply.measure),
            ("finished_on", "完成日期", 12, reply.finished_on),
            ("asks", "申请", 12, reply.asks),
            ("proofs", "佐证", 30, reply.proofs),
            ("link", "审计链环", 10, reply.link_id),
        ),
        lambda query: query.order_by(reply.id),
    )


# -- the audit chain --------------------------------------------------------------------------------------


def _chain() -> Iterator[_Source]:
    frozen, link = models.FrozenFigures, models.Link
    yield _Source(
        "frozen_figures",
        "冻结的数据",
        (
            ("id", "编号", 8, frozen.id),
            ("period", "统计期", 10, frozen.period),
            ("ordinal", "第几次", 10, frozen.ordinal),
            ("at", "统计时刻", 20, frozen.at),
            ("by", "经办人", 14, frozen.by),
            ("why", "理由", 40, frozen.why),
            ("figures", "数据", 60, frozen.figures),
            ("sha256", "数据哈希", 66, frozen.sha256),
            ("head_link", "审计链尾", 10, frozen.head_link),
            ("head_hash", "链尾哈希", 66, frozen.head_hash),
            ("link", "审计链环", 10, frozen.link_id),
        ),
        lambda query: query.order_by(frozen.id),
    )
    yield _Source(
        "links",
        "审计链",
        (
            ("id", "编号", 8, link.id),
            ("recorded_at", "记录时间", 20, link.recorded_at),
            ("what", "事项", 14, link.what),
            # What was decided about a mail names its recipient.
            ("payload", "内容", 60, case((link.what == "mail", null()), else_=link.payload)),
            ("before", "前环哈希", 66, link.before),
            ("hash", "本环哈希", 66, link.hash),
        ),
        lambda query: query.order_by(link.id),
    )
