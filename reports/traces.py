"""Which figures stand on a piece of evidence, and whether filed figures still come out: the two questions of `audit verify`
that need counting."""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from reports.figures import COVERAGE, count
from tracker import models
from tracker.evidence import EvidenceStore
from tracker.figure_facts import AsKnown
from tracker.frozen import all_filed, filed
from tracker.lifecycle import State
from tracker.notice_words import NoticeState, Part
from tracker.periods import Period
from tracker.verification import STREAM, lost_evidence

SHOWN = 12
"""Differences of one filed set that are spelled out."""
FROM_REGISTERS = ("监控对象", "期末在册", "期内关停")
"""Figures that rest on the registers, which later imports rightly change (a closing that was entered late)."""
BY_REGISTERS = ("确认问题", "问题反弹", "应通知", "已通知", "及时通知", "报备")
"""Figures that are split by the unit that answers by the registers; those of notices go by the unit as it was issued."""


def lost(session: Session, evidence: EvidenceStore, ours: Collection[str]) -> Iterator[str]:
    """What cannot be read any more, with the figures that stand on it."""
    broken = list(lost_evidence(session, evidence))
    standing = figures_on(session, {sha256 for sha256, _ in broken}, ours)
    for sha256, words in broken:
        addresses = standing.get(sha256, [])
        yield f"{words}；所支撑的数字：{'、'.join(addresses)}" if addresses else words


def figures_on(session: Session, shas: Collection[str], ours: Collection[str]) -> dict[str, list[str]]:
    """Evidence -> addresses of the year's figures that its issues are counted in."""
    if not shas:
        return {}
    wanted, issues = set(shas), dict[int, set[str]]()
    years: dict[int, set[int]] = {}
    move = models.Move
    columns = (move.issue_id, move.at, move.to_state, move.evidence)
    for issue, at, reached, proofs in session.execute(select(*columns).execution_options(**STREAM)):
        if found := wanted.intersection(proofs):
            issues.setdefault(issue, set()).update(found)
            if reached == State.CONFIRMED:
                years.setdefault(issue, set()).add(at.astimezone(CHINA).year)
    found_on: dict[str, list[str]] = {}
    for issue, address in _addresses(session, issues, years, ours):
        for sha256 in issues[issue]:
            listed = found_on.setdefault(sha256, [])
            if address not in listed:
                listed.append(address)
    return found_on


def _addresses(
    session: Session, issues: Mapping[int, object], years: Mapping[int, set[int]], ours: Collection[str]
) -> Iterator[tuple[int, str]]:
    issue, target, item, notice = models.Issue, models.Target, models.NoticeItem, models.Notice
    kinds = (
        select(issue.id, target.kind)
        .join(target, target.id == issue.target_id)
        .where(issue.id.in_(issues), issue.check_id.not_in(ours))
    )
    kind_of = {number: kind for number, kind in session.execute(kinds)}  # noqa: C416 (rows are no pairs to mypy)
    for number, kind in kind_of.items():
        for year in sorted(years.get(number, ())):
            yield number, f"{year}/{kind}/确认问题"
    named = (
        select(item.issue_id, notice.dated)
        .join(notice, notice.id == item.notice_id)
        .where(
            item.issue_id.in_(kind_of), item.part == str(Part.NEW), notice.state == str(NoticeState.SIGNED)
        )
        .order_by(notice.dated)
    )
    for number, dated in session.execute(named):
        for name in ("家次", "家", "问题"):
            yield number, f"{dated:%Y}/{kind_of[number]}/{name}"


def recounted(session: Session, ours: Collection[str]) -> Iterator[str]:
    """Every filed set counted again, as the record was known when it was filed; what does not come out is named."""
    link = models.Link
    for row in all_filed(session):
        period = Period.named(row.period)
        now = count(session, period, AsKnown.filed(session, row.at, row.head_link), ours).flat()
        registers = select(link.id).where(link.what == "registers", link.id > row.head_link).limit(1)
        changed = session.scalar(registers) is not None
        going_on = row.at < period.ends
        apart = [
            line
            for address, line in differences(row.figures, now)
            if not (changed and _rests_on_registers(address)) and not (going_on and _is_coverage(address))
        ]
        yield from (f"冻结的数据重算不符：{line}" for line in apart[:SHOWN])
        if len(apart) > SHOWN:
            yield f"冻结的 {row.period} 数据另有 {len(apart) - SHOWN} 处重算不符"


def _rests_on_registers(address: str) -> bool:
    name, split = address.split("/")[2], address.split("/", 3)[3:]
    by_unit = bool(split) and split[0].startswith("单位=")
    return name in FROM_REGISTERS or (by_unit and name in BY_REGISTERS) or "/平台=" in address


def _is_coverage(address: str) -> bool:
    """Of a period that was not over the day's round may have gone on afterwards."""
    return address.split("/")[2] in COVERAGE


def differences(before: Mapping[str, int], now: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """(address, words) of every figure that is not what it was."""
    for address in dict.fromkeys((*before, *now)):
        was, has = before.get(address, 0), now.get(address, 0)
        if was != has:
            yield address, f"{address} 冻结时 {was}，现为 {has}"


def since_filed(session: Session, period: Period, now: Mapping[str, int]) -> tuple[str, list[str]]:
    """When this period was filed (empty: it was not), and what is different since."""
    row = filed(session, str(period))
    if row is None:
        return "", []
    day = row.at.astimezone(CHINA).date()
    return f"{day} 由{row.by}冻结", [line for _, line in differences(row.figures, now)]
