"""The office's old ledger of notices: what was notified before the system ran counts, is told nowhere again, and goes on."""

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from checks.calendar import WorkCalendar
from crawler.clock import CHINA
from tests.builders import NOW
from tests.tracker.findings import (
    ACCOUNT,
    EDUCATION,
    WATER,
    a_city,
    a_confirmed_column,
    a_round_saw,
    a_seen_column,
    everything,
    issues,
    links,
    moves,
)
from tests.tracker.sightings import HOURS, clear_of, seen, tell
from tracker import acts, notice_queries, notices
from tracker.database import Database
from tracker.drafts import drafts
from tracker.lifecycle import Event
from tracker.models import Mail, Notice, NoticeItem, Unit
from tracker.notice_terms import Terms
from tracker.old_ledger import Outcome, import_ledger
from tracker.sheets import UnusableRegister
from tracker.verification import verify
from tracker.weeks import Week

LATER = NOW + timedelta(days=7)
COLUMN = "新闻中心 > 通知公告"
HEADINGS = {
    "number": "文号",
    "dated": "通知日期",
    "unit": "主办单位",
    "target": "网站标识码",
    "check": "问题类型",
    "subject": "栏目名称",
    "detail": "问题描述",
    "url": "链接",
    "first_seen": "首次发现时间",
    "due_on": "整改时限",
    "rectified_on": "整改日期",
    "times": "第几次通知",
}
TERMS = Terms(
    title="问题整改通知单",
    number="〔{year}〕{serial}号",
    working_days=5,
    public_working_days=3,
    calendar=WorkCalendar(),
)


@pytest.fixture(autouse=True)
def city(database: Database) -> None:
    a_city(database)


def a_line(**more: str) -> dict[str, str]:
    facts = {
        "number": "〔2026〕3号",
        "dated": "2026-03-03",
        "unit": "云泽市教育局",
        "target": EDUCATION,
        "check": "空白栏目",
        "subject": "通知公告",
        "detail": "栏目没有任何内容",
        "url": "",
        "first_seen": "",
        "due_on": "2026-03-10",
        "rectified_on": "",
        "times": "",
    }
    return facts | more


def a_ledger(folder: Path, *lines: dict[str, str], name: str = "台账.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows([list(HEADINGS.values()), *(list(line.values()) for line in lines)])
    return path


def imported(database: Database, path: Path, at: datetime = LATER, *, dry_run: bool = False) -> Outcome:
    """Take the file in; whatever it was, the record verifies afterwards."""
    outcome = import_ledger(database, path, at=at, by="张三", terms=TERMS, recorded_at=NOW, dry_run=dry_run)
    with database.reading() as session:
        assert list(verify(session, None)) == []
    return outcome


def told(database: Database, folder: Path, *lines: dict[str, str], at: datetime = LATER) -> Outcome:
    return imported(database, a_ledger(folder, *lines), at)


def the_notices(database: Database) -> list[Notice]:
    with database.reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def the_items(database: Database) -> list[NoticeItem]:
    with database.reading() as session:
        return list(session.scalars(select(NoticeItem).order_by(NoticeItem.id)))


def parts(database: Database) -> list[tuple[str, int]]:
    return [(item.part, item.times) for item in the_items(database)]


def path_of(database: Database) -> list[str]:
    return [f"{move.from_state or '-'}>{move.to_state}" for move in moves(database)]


def pairs(session: Session) -> int:
    """家次: distinct (target, signed notice) in which something is newly named."""
    query = (
        select(NoticeItem.target_id, NoticeItem.notice_id)
        .join(Notice, Notice.id == NoticeItem.notice_id)
        .where(NoticeItem.part == "new", Notice.state == "signed", Notice.dated >= date(2026, 1, 1))
    )
    return len(session.execute(query.distinct()).all())


def said(outcome: Outcome) -> list[str]:
    return [str(error) for error in outcome.errors]


# -- what an old notice becomes ---------------------------------------------------------------------------


def test_a_line_that_is_still_open_is_notified_since_the_day_of_its_notice(
    database: Database, tmp_path: Path
) -> None:
    outcome = told(database, tmp_path, a_line(first_seen="2026-03-01"))

    (notice,) = the_notices(database)
    assert (notice.origin, notice.kind, notice.state, notice.unit) == (
        "imported",
        "weekly",
        "signed",
        "云泽市教育局",
    )
    assert (notice.number, notice.dated, notice.week, notice.year, notice.serial) == (
        "〔2026〕3号",
        date(2026, 3, 3),
        "2026-W10",
        2026,
        None,
    )
    (issue,) = issues(database)
    assert (issue.state, issue.source, issue.subject, issue.due_on) == (
        "notified",
        "ledger",
        "通知公告",
        date(2026, 3, 10),
    )
    assert issue.first_seen.astimezone(CHINA).date() == date(2026, 3, 1)
    opened, notified = moves(database)
    assert [opened.event, opened.to_state, notified.event, notified.to_state] == [
        "opened",
        "confirmed",
        "notify",
        "notified",
    ]
    assert (opened.by, opened.why) == ("历史台账", "历史台账（台账.csv）〔2026〕3号：栏目没有任何内容")
    (item,) = the_items(database)
    assert (item.part, item.times, item.move_id, item.due_on) == ("new", 1, opened.id, date(2026, 3, 10))
    assert opened.told == notified.at == datetime(2026, 3, 3, 23, 59, 59, tzinfo=CHINA)
    assert str(outcome) == "导入历史台账 台账.csv：通知 1，新列问题 1，再次通知 0，整改 0，已有 0，有误 0"


def test_the_printed_row_says_what_the_ledger_says(database: Database, tmp_path: Path) -> None:
    told(database, tmp_path, a_line(url="https://jy.yunze.test/tzgg/"))
    row = the_items(database)[0].row
    assert [
        row[name] for name in ("unit", "target", "check", "path", "detail", "url", "due_on", "origin")
    ] == [
        "云泽市教育局",
        "云泽市教育局",
        "空白栏目",
        "通知公告",
        "栏目没有任何内容",
        "https://jy.yunze.test/tzgg/",
        "2026-03-10",
        "历史台账",
    ]


def test_a_line_that_was_put_right_is_rectified_on_its_day_and_waits_for_no_notice_of_ours(
    database: Database, tmp_path: Path
) -> None:
    told(database, tmp_path, a_line(rectified_on="2026-03-09"))
    (issue,) = issues(database)
    assert issue.state == "rectified"
    assert issue.last_clear is not None
    assert issue.last_clear.astimezone(CHINA).date() == date(2026, 3, 9)
    assert all(move.told is not None for move in moves(database))
    with database.reading() as session:
        assert drafts(session, Week.named("2026-W48"), LATER) == []


def test_what_is_open_and_overdue_stands_in_our_next_notice_as_named_again(
    database: Database, tmp_path: Path
) -> None:
    told(database, tmp_path, a_line())
    with database.reading() as session:
        (draft,) = drafts(session, Week.named("2026-W48"), LATER)
    assert [str(point.part) for point in draft.points] == ["again"]


def test_no_mail_is_written_and_the_notice_is_signed_by_the_ledger(
    database: Database, tmp_path: Path
) -> None:
    told(database, tmp_path, a_line())
    with database.reading() as session:
        assert session.scalars(select(Mail)).all() == []
        (row,) = notice_queries.listed(session)
    assert [(act, by) for act, by, _ in row.acts] == [("签发", "历史台账")]
    assert (row.no, row.fields["number"], row.fields["new"]) == ("", "〔2026〕3号", 1)


def test_several_notices_to_one_unit_in_one_week_stay_several_and_leave_our_own_its_place(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database, "政务公开 > 政策文件")
    day = str(NOW.date())
    first = a_line(number="〔2026〕90号", dated=day, due_on="")
    told(database, tmp_path, first, first | {"number": "〔2026〕91号", "subject": "领导之窗"})
    with database.writing() as session:
        done = notices.prepare(
            session,
            Week.of(NOW.date()),
            at=LATER,
            by="张三",
            terms=TERMS,
            kind="weekly",
            recorded_at=NOW,
        )
        assert (done.drafted, done.issued) == (1, 0)
        assert pairs(session) == 2


def test_our_own_numbers_go_on_without_a_gap(database: Database, tmp_path: Path) -> None:
    told(database, tmp_path, a_line(), a_line(number="〔2026〕4号", subject="领导之窗"))
    a_confirmed_column(database, "政务公开 > 政策文件")
    with database.writing() as session:
        week = Week.of(NOW.date())
        notices.prepare(session, week, at=LATER, by="张三", terms=TERMS, kind="weekly", recorded_at=NOW)
        (draft,) = session.scalars(select(Notice).where(Notice.state == "drafted"))
        ready = notices.make_ready(session, draft, at=LATER, terms=TERMS)
        assert ready is not None
        notices.sign(session, ready, documents={}, template="", by="王主任", at=LATER, recorded_at=NOW)
        assert (draft.number, draft.serial) == ("〔2026〕1号", 1)
    with database.reading() as session:
        assert list(verify(session, None)) == []


@pytest.mark.parametrize(
    ("lines", "counted"),
    [
        ([a_line()], 1),
        ([a_line(), a_line(subject="领导之窗")], 1),  # one target in one notice
        ([a_line(), a_line(target=WATER)], 2),
        ([a_line(), a_line(number="〔2026〕4号", dated="2026-03-17", due_on="")], 1),  # only repeated
        ([a_line(number="〔2025〕99号", dated="2025-12-30", due_on="")], 0),  # another year
    ],
)
def test_targets_are_counted_once_a_notice_that_newly_names_them(
    database: Database, tmp_path: Path, lines: list[dict[str, str]], counted: int
) -> None:
    told(database, tmp_path, *lines)
    with database.reading() as session:
        assert pairs(session) == counted


# -- named again, and come back ---------------------------------------------------------------------------


def test_what_was_not_put_right_before_the_next_notice_is_named_again(
    database: Database, tmp_path: Path
) -> None:
    told(
        database,
        tmp_path,
        a_line(number="〔2026〕5号", dated="2026-03-17", due_on="2026-03-24", rectified_on="2026-03-20"),
        a_line(),
    )
    assert parts(database) == [("new", 1), ("again", 2)]
    (issue,) = issues(database)
    assert (issue.state, issue.relapses, issue.due_on) == ("rectified", 0, date(2026, 3, 24))
    assert path_of(database) == ["->confirmed", "confirmed>notified", "notified>rectified"]


def test_the_day_of_putting_right_may_stand_in_the_first_line_or_in_all(
    database: Database, tmp_path: Path
) -> None:
    first = a_line(rectified_on="2026-03-20")
    second = a_line(number="〔2026〕5号", dated="2026-03-17", due_on="2026-03-24", rectified_on="2026-03-20")
    told(database, tmp_path, first, second)
    assert [issue.state for issue in issues(database)] == ["rectified"]
    assert parts(database) == [("new", 1), ("again", 2)]


def test_what_came_back_after_it_was_put_right_is_newly_named(database: Database, tmp_path: Path) -> None:
    told(
        database,
        tmp_path,
        a_line(rectified_on="2026-03-09"),
        a_line(number="〔2026〕8号", dated="2026-05-05", due_on="2026-05-12"),
    )
    (issue,) = issues(database)
    assert (issue.state, issue.relapses) == ("notified", 1)
    assert parts(database) == [("new", 1), ("new", 1)]
    assert path_of(database)[2:] == ["notified>rectified", "rectified>confirmed", "confirmed>notified"]


def test_a_ledger_may_begin_with_what_was_named_the_year_before(database: Database, tmp_path: Path) -> None:
    outcome = told(database, tmp_path, a_line(times="第3次"))
    assert (parts(database), outcome.named, outcome.again) == ([("again", 3)], 0, 1)
    assert [issue.state for issue in issues(database)] == ["notified"]


# -- the same again ---------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = a_ledger(
        tmp_path,
        a_line(rectified_on="2026-03-09"),
        a_line(number="〔2026〕8号", dated="2026-05-05", due_on=""),
        a_line(target=ACCOUNT, check="账号更新不及时", subject="", rectified_on="2026-03-05"),
    )
    imported(database, path)
    before = everything(database)
    outcome = imported(database, path, LATER + timedelta(days=1))
    assert everything(database) == before
    assert (outcome.known, outcome.notices, outcome.errors) == (3, 0, [])


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    path, before = a_ledger(tmp_path, a_line(), a_line(check="没有这项")), everything(database)
    tried = imported(database, path, dry_run=True)
    assert everything(database) == before
    assert str(tried) == str(imported(database, path))


def test_a_ledger_filled_in_further_puts_right_what_it_left_open(database: Database, tmp_path: Path) -> None:
    told(database, tmp_path, a_line())
    outcome = told(database, tmp_path, a_line(rectified_on="2026-03-09"))
    assert (outcome.known, outcome.rectified) == (1, 1)
    assert [issue.state for issue in issues(database)] == ["rectified"]


def test_a_line_that_was_mended_later_joins_its_notice_and_the_chain_says_so(
    database: Database, tmp_path: Path
) -> None:
    told(database, tmp_path, a_line(), a_line(subject="领导之窗", check="空白的栏"))
    told(database, tmp_path, a_line(), a_line(subject="领导之窗"))
    (notice,) = the_notices(database)
    assert [(item.notice_id, item.ordinal) for item in the_items(database)] == [
        (notice.id, 1),
        (notice.id, 2),
    ]
    with database.reading() as session:
        assert [act for act, _, _ in notice_queries.listed(session)[0].acts] == ["签发", "补录"]


def test_an_older_ledger_may_come_after_a_newer_one(database: Database, tmp_path: Path) -> None:
    told(database, tmp_path, a_line(number="〔2026〕8号", dated="2026-05-05", due_on=""))
    outcome = told(database, tmp_path, a_line(rectified_on="2026-03-09"))
    assert outcome.errors == []
    assert [issue.state for issue in issues(database)] == ["notified", "rectified"]


def test_the_import_is_a_link_of_the_audit_chain_with_who_did_it(database: Database, tmp_path: Path) -> None:
    told(database, tmp_path, a_line())
    (link,) = links(database, "old ledger")
    assert (link["by"], link["file"], len(link["sha256"])) == ("张三", "台账.csv", 64)
    assert (link["counts"]["notices"], link["counts"]["errors"]) == (1, 0)


# -- what the rounds know already -------------------------------------------------------------------------


def test_what_the_round_found_and_a_paper_notice_told_is_one_issue_and_notified(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database, COLUMN)
    outcome = told(database, tmp_path, a_line(dated="2026-11-24", due_on="2026-12-01"))
    (issue,) = issues(database)
    assert (issue.state, issue.source, issue.due_on) == ("notified", "round", date(2026, 12, 1))
    confirming = moves(database)[-2]
    assert [item.move_id for item in the_items(database)] == [confirming.id]
    assert confirming.told == datetime(2026, 11, 24, 23, 59, 59, tzinfo=CHINA)
    assert (outcome.named, outcome.linked) == (1, 1)
    with database.reading() as session:
        assert drafts(session, Week.named("2026-W48"), NOW + timedelta(days=2)) == []


@pytest.mark.parametrize("needs_person", [False, True])
def test_a_paper_notice_confirms_what_was_suspected_or_waited_for_a_person(
    database: Database, tmp_path: Path, needs_person: bool
) -> None:
    times = [NOW, NOW + 7 * HOURS] if needs_person else [NOW]
    a_round_saw(database, COLUMN, *times, needs_person=needs_person)
    told(database, tmp_path, a_line(dated="2026-11-24", due_on=""))
    (issue,) = issues(database)
    assert (issue.state, issue.needs_person, issue.look_again_at) == ("notified", False, None)


def test_what_the_round_saw_later_than_the_paper_notice_is_the_same_fault_while_the_ledger_is_open(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database, COLUMN)
    told(database, tmp_path, a_line())
    assert [issue.state for issue in issues(database)] == ["notified"]


def test_what_stands_in_a_draft_of_ours_leaves_it_when_a_paper_notice_told_it(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database, COLUMN)
    with database.writing() as session:
        notices.prepare(
            session,
            Week.of(NOW.date()),
            at=LATER,
            by="张三",
            terms=TERMS,
            kind="weekly",
            recorded_at=NOW,
        )
    told(database, tmp_path, a_line(dated="2026-11-24", due_on=""))
    assert [notice.state for notice in the_notices(database)] == ["drafted", "signed"]
    assert [item.notice_id for item in the_items(database)] == [2]


def test_a_day_of_putting_right_does_not_stand_against_what_a_visit_saw_later(
    database: Database, tmp_path: Path
) -> None:
    a_round_saw(database, COLUMN, NOW, NOW + 7 * HOURS, NOW + timedelta(days=5))
    outcome = told(database, tmp_path, a_line(dated="2026-11-24", due_on="", rectified_on="2026-11-25"))
    assert [issue.state for issue in issues(database)] == ["notified"]
    (note,) = outcome.notes
    assert "仍看到“通知公告”，没有按 2026-11-25 记为已整改" in str(note)


def test_what_was_over_before_the_round_saw_anything_is_a_life_of_its_own(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database, COLUMN)
    told(database, tmp_path, a_line(rectified_on="2026-03-09"))
    standing, past = issues(database)
    assert (standing.state, standing.source) == ("confirmed", "round")
    assert (past.state, past.source, past.subject_key) == ("rectified", "ledger", COLUMN)
    with database.reading() as session:
        (draft,) = drafts(session, Week.of(NOW.date()), LATER)
    assert [(str(point.part), point.issue_id) for point in draft.points] == [("new", standing.id)]


def test_rounds_go_on_with_the_issue_that_stands_and_not_with_its_past(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database, COLUMN)
    told(database, tmp_path, a_line(rectified_on="2026-03-09"))
    with database.writing() as session:
        tell(session, seen(clear_of(COLUMN), LATER))
    assert [issue.state for issue in issues(database)] == ["rectified", "rectified"]


def test_a_visit_sees_the_open_issue_of_a_ledger_clear(database: Database, tmp_path: Path) -> None:
    a_seen_column(database, COLUMN)
    told(database, tmp_path, a_line())
    with database.writing() as session:
        tell(session, seen(clear_of(COLUMN), LATER))
    assert [issue.state for issue in issues(database)] == ["rectified"]


def test_a_column_of_the_ledger_is_known_again_by_its_address(database: Database, tmp_path: Path) -> None:
    url = "https://jy.yunze.test/tzgg/"
    told(database, tmp_path, a_line(url=url))
    a_round_saw(database, COLUMN, LATER, LATER + 7 * HOURS, url=url)
    assert [(issue.state, issue.subject_key) for issue in issues(database)] == [("notified", "通知公告")]


# -- what is in error -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "told_so"),
    [
        ({"number": ""}, "第3行“文号”：未填写"),
        ({"dated": "三月"}, "第3行“通知日期”：“三月”不是日期"),
        ({"dated": "2027-01-01", "due_on": ""}, "第3行“通知日期”：2027-01-01 晚于导入所记的日期 2026-1"),
        (
            {"unit": "云泽市教育委员会"},
            "第3行“主办单位”：台账中没有单位“云泽市教育委员会”：是否想写 云泽市教育局",
        ),
        ({"target": "4199999999"}, "第3行“标识码”：台账中没有“4199999999”"),
        ({"target": ""}, "第3行“标识码”：未填写"),
        ({"check": "空白的栏目"}, "第3行“检查项”：没有检查项“空白的栏目”：是否想写 空白栏目"),
        ({"check": "账号更新不及时"}, "第3行“检查项”：“账号更新不及时”不适用于网站"),
        ({"check": "source-broken", "target": ACCOUNT}, "第3行“检查项”：“采集渠道故障”是本系统自身的问题"),
        ({"subject": ""}, "第3行“问题对象”：未填写"),
        ({"first_seen": "2026-03-04"}, "第3行“首次发现时间”：2026-03-04 晚于通知日期"),
        ({"due_on": "2026-03-01"}, "第3行“整改时限”：2026-03-01 早于通知日期"),
        ({"rectified_on": "2026-03-01"}, "第3行“整改日期”：2026-03-01 早于通知日期"),
        ({"rectified_on": "2026-12-31"}, "第3行“整改日期”：2026-12-31 晚于导入所记的日期"),
        ({"rectified_on": "已整改"}, "第3行“整改日期”：“已整改”不是日期"),
        ({"times": "多次"}, "第3行“第几次通知”：“多次”不是次数"),
        ({"dated": "2026-03-04"}, "第3行“通知日期”：文号“〔2026〕3号”的日期，第2行为 2026-03-03"),
        (
            {"unit": "云泽市水利局", "subject": "领导之窗"},
            "第3行“主办单位”：“云泽市教育局”在同一文号中已列在",
        ),
        ({"rectified_on": "2026-03-09"}, "第3行：与第2行是同一通知中的同一问题"),
        (
            {"number": "〔2026〕4号", "dated": "2026-03-17", "due_on": "", "times": "1"},
            "第3行“第几次通知”：“通知公告”在“〔2026〕3号”中已列、到 2026-03-17 尚未整改，这里应是第 2 次",
        ),
    ],
)
def test_a_line_in_error_is_named_with_field_and_mend_and_takes_no_other_with_it(
    database: Database, tmp_path: Path, wrong: dict[str, str], told_so: str
) -> None:
    with database.writing() as session:
        session.add(Unit(name="云泽市水利局"))
    outcome = told(database, tmp_path, a_line(), a_line(**wrong))
    assert [error[: len(told_so)] for error in said(outcome)] == [told_so]
    assert [issue.subject for issue in issues(database)] == ["通知公告"]


def test_a_number_for_what_came_back_is_refused_unless_it_is_the_first(
    database: Database, tmp_path: Path
) -> None:
    outcome = told(
        database,
        tmp_path,
        a_line(rectified_on="2026-03-09"),
        a_line(number="〔2026〕8号", dated="2026-05-05", due_on="", times="2"),
    )
    assert said(outcome) == [
        "第3行“第几次通知”：“通知公告”已于 2026-03-09 整改，此后再列是问题反弹，应为第 1 次；请核对整改日期"
    ]


def test_what_a_notice_of_ours_told_already_is_not_told_by_the_ledger_too(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database, COLUMN)
    with database.writing() as session:
        week = Week.of(NOW.date())
        notices.prepare(session, week, at=LATER, by="张三", terms=TERMS, kind="weekly", recorded_at=NOW)
        ready = notices.make_ready(session, session.scalars(select(Notice)).one(), at=LATER, terms=TERMS)
        assert ready is not None
        notices.sign(session, ready, documents={}, template="", by="王主任", at=LATER, recorded_at=NOW)
    before = everything(database)
    outcome = told(
        database,
        tmp_path,
        a_line(dated="2026-11-24", due_on=""),
        a_line(number="〔2026〕1号", subject="领导之窗"),
    )
    assert sorted(said(outcome)) == [
        "第2行“通知日期”：日期较晚的通知“〔2026〕1号”已把“通知公告”列为新问题，请核对两者的日期",
        "第3行“文号”：“〔2026〕1号”是本系统签发的通知，不必导入",
    ]
    assert everything(database) == before


def test_what_a_person_dismissed_stays_so_beside_an_old_notice_of_it(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database, COLUMN)
    with database.writing() as session:
        acts.act(session, 1, Event.DISMISS, why="误报", by="李四", at=NOW + 9 * HOURS, recorded_at=NOW)
    outcome = told(database, tmp_path, a_line(dated="2026-11-24", due_on="", rectified_on="2026-11-25"))
    assert outcome.errors == []
    assert [issue.state for issue in issues(database)] == ["dismissed", "rectified"]


def test_an_open_line_without_a_limit_is_taken_and_pointed_out(database: Database, tmp_path: Path) -> None:
    outcome = told(database, tmp_path, a_line(due_on=""))
    assert [str(note) for note in outcome.notes] == [
        "第2行“整改时限”：未填写，尚未整改的问题不会逾期再次通知"
    ]


# -- the file ---------------------------------------------------------------------------------------------


def test_workbooks_and_json_lines_say_the_same_as_csv(database: Database, tmp_path: Path) -> None:
    lines = [a_line(rectified_on="2026-03-09"), a_line(subject="领导之窗")]
    told(database, tmp_path, *lines)
    before = everything(database)
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["某市通知台账"])
    sheet.append(list(HEADINGS.values()))
    for line in lines:
        sheet.append(list(line.values()))
    book.save(tmp_path / "台账.xlsx")
    objects = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    (tmp_path / "台账.jsonl").write_text(objects, "utf-8")
    for name in ("台账.xlsx", "台账.jsonl"):
        outcome = imported(database, tmp_path / name)
        assert (outcome.known, outcome.errors) == (2, [])
    assert everything(database) == before


def test_without_a_unit_it_was_the_one_that_answered_for_the_target(
    database: Database, tmp_path: Path
) -> None:
    told(database, tmp_path, a_line(unit=""))
    assert [notice.unit for notice in the_notices(database)] == ["云泽市教育局"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有认出表头"),
        ("甲,乙\n1,2\n", "没有认出表头"),
        ("文号,通知日期,检查项\n1,2026-03-03,空白栏目\n", "缺少表头：标识码（或名称）"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_as_a_whole(
    database: Database, tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "台账.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UnusableRegister, match=words):
        imported(database, path)


def test_a_thousand_lines_take_as_many_queries_as_ten(database: Database, tmp_path: Path) -> None:
    def many(count: int, year: int) -> Path:
        lines = [
            a_line(
                number=f"〔{year}〕{n // 5}号",
                dated=f"{year}-03-03",
                due_on="",
                rectified_on=f"{year}-03-20",
                subject=f"栏目{n}",
            )
            for n in range(count)
        ]
        return a_ledger(tmp_path, *lines, name=f"{year}.csv")

    assert asked(database, many(10, 2024)) == asked(database, many(1000, 2025))


def asked(database: Database, path: Path) -> int:
    """How many statements an import asks the record."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = database._writer
    event.listen(engine, "before_cursor_execute", note)
    outcome = import_ledger(database, path, at=LATER, by="张三", terms=TERMS, recorded_at=NOW)
    event.remove(engine, "before_cursor_execute", note)
    assert outcome.errors == []
    return sum(statement.startswith("SELECT") for statement in statements)
