"""Counting what units were told: 家次 and what is shown beside it, by small records counted by hand."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from reports.explain import Address, NotAFigure, rows_behind
from reports.figures import FIGURES, KINDS, NAMES, Figures, count
from tests.tracker.sightings import SIX_HOURS
from tests.tracker.telling import (
    MONDAY,
    WEEKS,
    a_site_of,
    a_unit,
    confirmed,
    corrected,
    dismissed,
    put_right,
    stands,
    told,
    withdrawn,
)
from tracker.database import Database
from tracker.figure_facts import AsKnown
from tracker.periods import Period

US, OTHERS = "云泽市教育局", "云泽市/水利局"
YEAR = Period.of_year(2026)
LATE = datetime(2027, 1, 20, tzinfo=CHINA)
DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_site_of(session, a_unit(session, US), "4199000001")
        a_site_of(session, a_unit(session, OTHERS), "4199000002")
        yield session


def counted(session: Session, period: Period = YEAR, at: datetime = LATE) -> Figures:
    """At every count each figure that counts something opens to as many rows as it says."""
    figures = count(session, period, at, ("source-broken",))
    for kind in KINDS:
        for name in filter(lambda name: figures.value(name, kind), NAMES):
            rows = rows_behind(session, Address(period, kind, name, {}), AsKnown(at), ("source-broken",), {})
            assert len(list(rows)) == figures.value(name, kind), name
    return figures


def sites(figures: Figures, *names: str) -> list[int]:
    return [figures.value(name, "site") for name in names]


def test_a_target_in_three_notices_of_which_one_was_withdrawn_is_two_times_and_one_target(
    session: Session,
) -> None:
    """regulations.md T15."""
    for week, key in ((0, "甲"), (1, "乙"), (3, "丙")):
        confirmed(session, key, MONDAY + week * WEEKS - 4 * DAY)
        (notice,) = told(session, MONDAY + week * WEEKS)
        put_right(session, key, MONDAY + week * WEEKS + DAY)
    assert sites(counted(session), "家次", "家", "问题", "通知") == [3, 1, 3, 3]
    withdrawn(session, notice, MONDAY + 3 * WEEKS + 2 * DAY)
    assert sites(counted(session), "家次", "家", "问题", "通知") == [2, 1, 2, 2]
    before = counted(session, at=MONDAY + 3 * WEEKS + DAY)
    assert sites(before, "家次", "家") == [3, 1], "as it was known before it was withdrawn"


def test_two_faults_in_one_notice_are_one_time_under_both_their_checks(session: Session) -> None:
    confirmed(session, "甲")
    confirmed(session, "乙")
    told(session)
    figures = counted(session)
    assert sites(figures, "家次", "问题", "家") == [1, 2, 1]
    assert figures.by("家次", "site", "unit") == {US: 1}
    assert figures.by("家次", "site", "month") == {"2026-11": 1}


def test_what_is_only_told_again_stands_beside_the_times_and_not_in_them(session: Session) -> None:
    confirmed(session, "甲")
    told(session)
    told(session, MONDAY + 2 * WEEKS)
    assert sites(counted(session), "家次", "再次通知家次", "问题") == [1, 1, 1]


def test_a_corrected_notice_counts_once(session: Session) -> None:
    confirmed(session, "甲")
    (notice,) = told(session)
    corrected(session, notice, MONDAY + DAY)
    assert sites(counted(session), "家次", "再次通知家次", "通知") == [1, 0, 1]


def test_a_relapse_is_newly_named_again_and_stays_one_issue(session: Session) -> None:
    confirmed(session, "甲")
    told(session)
    put_right(session, "甲", MONDAY + DAY)
    confirmed(session, "甲", MONDAY + 3 * DAY)
    assert sites(counted(session), "整改中", "已整改（销号）") == [1, 0], "open again, though told once only"
    told(session, MONDAY + WEEKS)
    figures = counted(session)
    assert sites(figures, "家次", "问题", "问题反弹", "确认问题", "整改中") == [2, 1, 1, 1, 1]


def test_what_was_put_right_or_dismissed_before_its_notice_is_in_no_count_of_notices(
    session: Session,
) -> None:
    confirmed(session, "甲")
    put_right(session, "甲", MONDAY - DAY)
    dismissed(session, confirmed(session, "乙"), MONDAY - DAY)
    told(session)
    figures = counted(session)
    assert sites(figures, "确认问题", "应通知", "家次", "问题") == [2, 0, 0, 0]
    assert figures.share("通知率", "site").words() == "—（0/0）"


def test_what_was_dismissed_after_its_notice_is_shown_apart_and_leaves_the_rate(session: Session) -> None:
    issue = confirmed(session, "甲")
    confirmed(session, "乙")
    told(session)
    dismissed(session, issue, MONDAY + DAY)
    put_right(session, "乙", MONDAY + DAY)
    figures = counted(session)
    assert sites(figures, "家次", "问题", "已排除（误报）", "已整改（销号）") == [1, 2, 1, 1]
    assert figures.share("整改率", "site").words() == "100%（1/1）"


def test_a_fault_across_the_years_end_is_confirmed_in_one_and_told_in_the_other(session: Session) -> None:
    confirmed(session, "甲", datetime(2026, 12, 31, 23, 59, 59, tzinfo=CHINA))
    told(session, datetime(2027, 1, 4, 9, tzinfo=CHINA))
    old, new = counted(session), counted(session, Period.of_year(2027))
    assert sites(old, "确认问题", "家次", "已通知", "及时通知") == [1, 0, 1, 1]
    assert sites(new, "确认问题", "家次") == [0, 1]


def test_the_year_ends_at_midnight_in_china(session: Session) -> None:
    confirmed(session, "甲", datetime(2027, 1, 1, 0, 0, tzinfo=CHINA))
    assert sites(counted(session), "确认问题") == [0]
    assert sites(counted(session, Period.of_year(2027)), "确认问题") == [1]


def test_timely_is_by_the_sunday_after_the_week_of_its_confirmation(session: Session) -> None:
    confirmed(session, "甲", MONDAY - 7 * DAY + SIX_HOURS)
    told(session, MONDAY + 6 * DAY)
    assert sites(counted(session), "及时通知", "已通知") == [1, 1]
    confirmed(session, "乙", MONDAY + DAY, 2)
    told(session, MONDAY + 14 * DAY)
    assert sites(counted(session), "及时通知", "已通知") == [1, 2]


def test_a_closed_target_and_one_that_changed_hands_are_counted_by_their_days(session: Session) -> None:
    stands(session, 1, 1, "closed", MONDAY.date())
    stands(session, 2, 1, "running", MONDAY.date())
    figures = counted(session)
    assert sites(figures, "监控对象", "期末在册", "期内关停") == [2, 1, 1]
    assert figures.by("监控对象", "site", "unit") == {US: 2, OTHERS: 1}
    assert figures.by("期内关停", "site", "month") == {"2026-11": 1}
    assert figures.by("监控对象", "site", "month")["2026-12"] == 1
    assert sites(counted(session, Period.of_year(2027)), "监控对象") == [1]
    assert sites(counted(session, Period.of_year(2028)), "监控对象") == [0], "a period that has not begun"


def test_an_empty_record_counts_nothing_and_says_so(database: Database) -> None:
    with database.reading() as session:
        figures = count(session, YEAR, LATE, ())
    assert set(figures.flat().values()) == {0}
    assert figures.median_days("通知用时", "site") is None


def test_spans_have_a_median_and_a_longest(session: Session) -> None:
    took = {f"栏目{days}": days for days in (1, 2, 5, 6)}
    for key in took:
        confirmed(session, key)
    told(session)
    for key, days in took.items():
        put_right(session, key, MONDAY + days * DAY)
    figures = counted(session)
    assert (figures.median_days("整改用时", "site"), figures.longest_days("整改用时", "site")) == (3.5, 6)


# -- addresses --------------------------------------------------------------------------------------------


def test_an_address_is_read_as_it_is_written_also_with_a_stroke_in_a_units_name(session: Session) -> None:
    confirmed(session, "甲", target_id=2)
    told(session)
    address = Address.named(f"2026/网站/家次/单位={OTHERS}/月=11")
    assert str(address) == f"2026/site/家次/单位={OTHERS}/月=11"
    assert len(list(rows_behind(session, address, AsKnown(LATE), (), {}))) == 1
    assert not list(rows_behind(session, Address.named("2026/site/家次/月=10"), AsKnown(LATE), (), {}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026", "统计期/类型/指标"),
        ("2026/site/家数", "没有指标“家数”"),
        ("2026/地方/家次", "应为 site"),
        ("2026/site/整改率", "请分别查看 已整改"),
        ("2026/site/家次/月=13", "月份应为"),
        ("2026/site/家次/区县=甲", "应写成 月="),
    ],
)
def test_what_is_no_address_says_how_to_write_one(text: str, why: str) -> None:
    with pytest.raises(NotAFigure, match=why):
        Address.named(text)


def test_every_flat_address_is_one_that_opens(session: Session) -> None:
    confirmed(session, "甲")
    confirmed(session, "乙", target_id=2)
    told(session)
    figures = counted(session)
    for address, number in figures.flat().items():
        rows = rows_behind(session, Address.named(address), AsKnown(LATE), (), {})
        assert len(list(rows)) == number, address


def test_every_figure_has_a_definition_in_words() -> None:
    assert all(figure.words and figure.unit for figure in FIGURES.values())
