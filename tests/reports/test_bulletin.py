"""The bulletin's facts and sentences: its numbers are the figures', its words say what the numbers allow."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from checks.ratings import Rating, Result
from reports import bulletin
from reports.bulletin import Bulletin, NotBegun, total_line, unit_lines
from reports.figures import KINDS
from tests.reports.bulletins import (
    ACCOUNT,
    AFTER,
    EDUCATION,
    OTHER_SITE,
    SITE,
    SO_FAR,
    WATER,
    a_bulletin,
    a_quarter,
    a_round,
    a_town,
    found,
    gone,
    on,
    the_quarter,
)
from tests.tracker.telling import dismissed, stands, told
from tracker.acts import act
from tracker.database import Database
from tracker.lifecycle import Event
from tracker.models import Issue
from tracker.periods import Period


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_town(session)
        yield session


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory, empty_record: Path) -> Bulletin:
    return the_quarter(tmp_path_factory.mktemp("quarter"), empty_record)


def everything(of: Bulletin) -> str:
    said = [bulletin.opening(of), bulletin.scope(of), bulletin.public(of), bulletin.follow_up(of)]
    for kind in KINDS:
        said += [bulletin.results(of, kind), bulletin.notices(of, kind), bulletin.failures(of, kind)]
    for heading, text in (*bulletin.by_check(of), *bulletin.demands(of)):
        said += [heading, text]
    return "\n".join(said)


# -- what was counted by hand -----------------------------------------------------------------------------


def test_the_quarter_comes_out_as_counted_by_hand(quarter: Bulletin) -> None:
    assert bulletin.notices(quarter, "site") == (
        "政府网站：整改通知新列问题7个，涉及2家、3家次，另有只再次通知以前问题的1家次，比2026年第三季度（1家次）增加2家次。"
        "所列问题中已整改（销号）5个、整改中2个（其中逾期未整改2个），整改率71.4%（5/7）。"
    )
    assert bulletin.notices(quarter, "account") == (
        "政务新媒体：整改通知新列问题1个，涉及1家、1家次，另有只再次通知以前问题的1家次，比2026年第三季度（0家次）增加1家次。"
        "所列问题中整改中1个（其中逾期未整改1个），整改率0.0%（0/1）。"
    )
    assert bulletin.public(quarter).endswith("留言的1个，已整改1个。")


def test_who_fails_is_named_with_the_reason(quarter: Bulletin) -> None:
    assert bulletin.failures(quarter, "site") == (
        "不合格的政府网站1家：云泽市教育局“网站4199000001”（空白栏目同时有5个，达到5个）。"
    )
    assert bulletin.failures(quarter, "account") == (
        "不合格的政务新媒体1家：云泽市教育局微博“云泽教育”（超过14天未更新）。"
    )


def test_what_became_of_the_period_before_and_who_did_not_answer(quarter: Bulletin) -> None:
    assert bulletin.follow_up(quarter) == (
        "2026年第三季度整改通知新列的1个问题，截至2027年1月4日，政府网站整改率100%（1/1），没有未整改到位的。"
        "本期通知未按期反馈的：云泽市教育局（4份）。"
    )


def test_problems_are_named_by_kind_with_unit_target_and_column_the_worst_first(quarter: Bulletin) -> None:
    (heading, blank), (_, account), (_, stale) = bulletin.by_check(quarter)
    assert heading == "空白栏目"
    first, *_ = re.findall(r"的“(.*?)”栏目（(.*?)）", blank)
    assert blank.startswith("涉及政府网站1家、问题6个，尚未整改到位2个。")
    assert first == ("政务公开 > 栏目3", "逾期70天未整改")
    assert blank.endswith("等6个问题（见附件3）。")
    assert account.endswith("云泽市教育局微博“云泽教育”（最后更新2026-09-30，逾期63天未整改）。")
    assert "均已整改" in stale


def test_what_is_left_is_asked_for_and_overdue_is_what_the_figures_call_so(quarter: Bulletin) -> None:
    (_, first), *_ = bulletin.demands(quarter)
    assert "尚未整改到位的3个问题（政府网站2个、政务新媒体1个，见附件4）" in first
    late = sum(quarter.figures.value("逾期未整改", kind) for kind in KINDS)
    assert f"已超过整改时限的{late}个" in first
    assert [quarter.days_over(each) for each in quarter.unfinished] == [70, 70, 63]


def test_the_table_holds_the_figures_of_this_period_and_of_the_one_before(quarter: Bulletin) -> None:
    lines = {line.name: line for line in bulletin.main_lines(quarter)}
    assert (lines["家次"].site, lines["家次"].account) == (("3", "1"), ("1", "0"))
    assert (lines["不合格（家）"].site, lines["不合格（家）"].account) == (("1", "0"), ("1", "0"))
    for figure, name, unit in bulletin.MAIN:
        line = lines.get(f"{name}（{unit}）" if unit else name)
        for kind, told_of in zip(
            KINDS, (line.site, line.account) if line else (("0", "0"), ("0", "0")), strict=True
        ):
            assert told_of == tuple(
                str(each.value(figure, kind)) for each in (quarter.figures, quarter.before)
            )


# -- no more than the numbers allow -----------------------------------------------------------------------


def test_no_rate_stands_without_its_fraction(quarter: Bulletin) -> None:
    text = everything(quarter)
    assert re.findall(r"[\d.]+%", text)
    assert not re.findall(r"%(?!（\d+/\d+）)", text)


def test_a_period_that_is_not_over_says_up_to_when_and_is_compared_with_nothing(session: Session) -> None:
    a_quarter(session)
    so_far = a_bulletin(session, at=SO_FAR)
    assert so_far.words == "2026年第四季度（截至2026年11月24日）"
    assert "现将2026年第四季度（截至2026年11月24日）检查情况通报如下" in bulletin.opening(so_far)
    assert "增加" not in everything(so_far)
    assert {line.site[1] for line in bulletin.main_lines(so_far)} == {""}


def test_a_bare_last_day_is_the_whole_period(session: Session) -> None:
    assert a_bulletin(session, at=on(12, 31, 23).replace(minute=59, second=59)).words == "2026年第四季度"
    assert not a_bulletin(session, at=on(12, 31, 23)).is_over


def test_a_period_of_which_nothing_is_on_record_is_compared_with_nothing(session: Session) -> None:
    found(session, on(10, 15), "column-blank", "通知公告", SITE)
    told(session, on(10, 19))
    assert "比2026年第三季度" not in everything(a_bulletin(session))


def test_a_period_that_has_not_begun_is_refused(session: Session) -> None:
    with pytest.raises(NotBegun, match="2026年第四季度在 2026-09-30 尚未开始：请改写 --period 或 --as-of"):
        a_bulletin(session, at=on(9, 30, 23))


def test_where_there_is_nothing_it_says_so(session: Session) -> None:
    empty = a_bulletin(session)
    text = everything(empty)
    for said in (
        "本期没有巡检记录",
        "政府网站：本期整改通知没有列入问题。",
        "未发现不合格的政府网站。",
        "未发现不合格的政务新媒体。",
        "2026年第三季度没有列入整改通知的问题。",
    ):
        assert said in text
    assert "进行了巡检" not in text, "without a round nothing of the kind is claimed"
    assert "未按期反馈" not in bulletin.follow_up(empty)
    assert list(bulletin.by_check(empty)) == []
    assert list(bulletin.charts(empty)) == []
    assert "尚未整改" not in str(list(bulletin.demands(empty)))


def test_without_targets_nothing_is_rated(database: Database) -> None:
    with database.reading() as session:
        assert bulletin.results(a_bulletin(session), "site") == "政府网站：本期没有监控对象。"


def test_who_was_judged_by_some_checks_only_is_not_called_a_pass(session: Session) -> None:
    a_round(session, on(11, 20), {SITE: ("column-blank",), OTHER_SITE: ("column-blank",)})
    text = bulletin.results(a_bulletin(session), "site")
    assert text.startswith(
        "政府网站2家中，合格0家、已检项目未发现单项否决问题2家、不合格0家，不合格率0.0%（0/2）。"
    )
    assert "合格率" not in text.replace("不合格率", "")
    assert "首页不更新（2家）" in text
    assert "空白栏目" not in text


def rated_as(of: Bulletin, *results: Result, unchecked: tuple[str, ...] = ()) -> Bulletin:
    """The sites of it with these results."""
    sites = [each for each in of.rated if each.kind == "site"]
    rated = (
        replace(each, rating=Rating(result, (), unchecked))
        for each, result in zip(sites, results, strict=True)
    )
    return replace(of, rated=tuple(rated))


def test_a_pass_rate_is_printed_when_everything_was_judged(session: Session) -> None:
    passed = rated_as(a_bulletin(session), Result.PASSED, Result.FAILED)
    assert bulletin.results(passed, "site") == (
        "政府网站2家中，合格1家、不合格1家，不合格率50.0%（1/2），合格率50.0%（1/2）。"
    )


def test_what_was_not_inspected_is_no_part_of_a_rate(session: Session) -> None:
    half = rated_as(a_bulletin(session), Result.FAILED, Result.UNSEEN)
    assert "未检1家，不合格率100%（1/1）" in bulletin.results(half, "site")
    none = rated_as(a_bulletin(session), Result.UNSEEN, Result.UNSEEN)
    assert bulletin.results(none, "site") == "政府网站2家中，合格0家、不合格0家、未检2家。"


def test_what_a_person_must_decide_is_called_so(session: Session) -> None:
    words = "安全、泄密事故等严重问题（表述错误2个，是否属于严重表述错误由人判定）"
    told_of = rated_as(a_bulletin(session), Result.NOTHING_FOUND, Result.PASSED, unchecked=(words,))
    assert "安全、泄密事故等严重问题，须由人判定（1家）" in bulletin.results(told_of, "site")


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("cleared", "均已整改"),
        ("dismissed", "均已整改或排除"),
        ("waived", "除已报备暂不计1个外，均已整改或排除"),
    ],
)
def test_put_right_is_said_of_nothing_else(session: Session, end: str, said: str) -> None:
    for key in ("通知公告", "政策文件"):
        found(session, on(10, 15), "column-blank", key, SITE)
    told(session, on(10, 19))
    gone(session, on(10, 22), "column-blank", "政策文件", SITE)
    match end:
        case "cleared":
            gone(session, on(10, 22), "column-blank", "通知公告", SITE)
        case "dismissed":
            dismissed(session, session.get_one(Issue, 1), on(10, 22))
        case "waived":
            act(session, 1, Event.WAIVE, why="改版", by="李主任", at=on(10, 22), recorded_at=on(10, 22))
    ((_, text),) = bulletin.by_check(a_bulletin(session))
    assert text.startswith(f"涉及政府网站1家、问题2个，{said}。")


def test_long_lists_are_cut_and_say_how_many_and_where_all_stand(session: Session) -> None:
    for number in range(9):
        found(session, on(10, 15), "column-blank", f"栏目{'很长的名称' * 12}{number}", SITE)
    told(session, on(10, 19))
    ((_, text),) = bulletin.by_check(a_bulletin(session))
    assert text.endswith("等9个问题（见附件3）。")
    assert text.count("…") == bulletin.ISSUES_NAMED


# -- by unit ----------------------------------------------------------------------------------------------


def test_each_unit_has_its_line_and_the_total_is_the_figures_own(quarter: Bulletin) -> None:
    education, water = unit_lines(quarter)
    assert (education.unit, education.site_times, education.account_times, education.again) == (
        EDUCATION,
        2,
        1,
        2,
    )
    assert (water.unit, water.issues, water.rectified.words(), water.failed) == (WATER, 1, "100%（1/1）", 0)
    total = total_line(quarter)
    assert total.site_times == quarter.figures.value("家次", "site") == 3
    assert (total.issues, total.going, total.unanswered, total.failed) == (8, 3, 4, 2)
    assert total.on_time.words() == "37.5%（3/8）"


def test_a_target_under_two_units_counts_for_both_and_once_in_all(session: Session) -> None:
    stands(session, SITE, 2, since=on(11, 1).date())
    lines = unit_lines(told_of := a_bulletin(session))
    assert [(line.unit, line.sites) for line in lines] == [(EDUCATION, 1), (WATER, 2)]
    assert total_line(told_of).sites == 2


# -- charts -----------------------------------------------------------------------------------------------


def test_charts_show_the_figures(quarter: Bulletin) -> None:
    months, units = bulletin.charts(quarter)
    assert months.labels == ["10月", "11月", "12月"]
    assert months.series == [("政府网站", [6, 1, 0]), ("政务新媒体", [1, 0, 0])]
    assert units.stacked
    assert [sum(column) for column in zip(*(values for _, values in units.series), strict=True)] == [7, 1]


def test_months_to_come_are_not_drawn_and_one_month_is_drawn_by_kind_of_problem(session: Session) -> None:
    a_quarter(session)
    months, _ = bulletin.charts(a_bulletin(session, at=SO_FAR))
    assert months.labels == ["10月", "11月"]
    kinds, _ = bulletin.charts(a_bulletin(session, Period.named("2026-10")))
    assert kinds.labels == ["空白栏目", "账号更新不及时", "栏目更新不及时"]


# -- every length of period -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "title"),
    [
        ("2026-10", "关于2026年10月全市政府网站和政务新媒体检查情况的通报"),
        ("2026-Q4", "关于2026年第四季度全市政府网站和政务新媒体检查情况的通报"),
        ("2026", "关于2026年全市政府网站和政务新媒体检查情况的通报"),
    ],
)
def test_it_works_for_a_month_a_quarter_and_a_year(session: Session, period: str, title: str) -> None:
    a_quarter(session)
    told_of = a_bulletin(session, Period.named(period), AFTER)
    assert told_of.title == title
    newly = Counter(each.kind for each in told_of.newly)
    assert newly == Counter({kind: told_of.figures.value("问题", kind) for kind in KINDS})
    for kind in KINDS:
        assert told_of.results(kind).total() == told_of.figures.value("监控对象", kind)
    assert {each.target for each in told_of.rated} == {SITE, OTHER_SITE, ACCOUNT}
