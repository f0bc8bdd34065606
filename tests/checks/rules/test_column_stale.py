"""栏目更新不及时: 14, 180 or 365 days by the column's class, or its own limit."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.verdicts import Kind
from crawler.observations import Problem
from crawler.targets import ColumnEntry
from tests.builders import NOW, SHANGHAI, a_column, a_reading, a_row, a_site_visit, days_ago
from tests.checks.judged import judged, kinds, only


@pytest.mark.parametrize(
    ("name", "parents", "limit"),
    [
        ("工作动态", (), 14),
        ("通知公告", (), 180),
        ("政策文件", (), 180),
        ("政策文件", ("政务公开",), 365),
        ("政策解读", (), 180),
        ("人事信息", (), 365),
        ("规划计划", ("政务公开",), 365),
    ],
)
@pytest.mark.parametrize(("past_limit", "kind"), [(-1, Kind.CLEAR), (0, Kind.CLEAR), (1, Kind.FAULT)])
def test_the_last_day_of_a_limit_is_still_in_time(
    name: str, parents: tuple[str, ...], limit: int, past_limit: int, kind: Kind
) -> None:
    column = a_column(name, parents=parents, newest=days_ago(limit + past_limit))

    assert only("column-stale", a_site_visit(column)).kind is kind


@pytest.mark.parametrize(("age", "warns"), [(11, False), (12, True), (14, True)])
def test_the_last_fifth_of_a_limit_is_warned_of(age: int, warns: bool) -> None:
    verdict = only("column-stale", a_site_visit(a_column("工作动态", newest=days_ago(age))))

    assert (verdict.kind, bool(verdict.warning)) == (Kind.CLEAR, warns)


def test_the_sentence_names_the_column_its_newest_day_and_the_limit() -> None:
    verdict = only("column-stale", a_site_visit(a_column("通知公告", newest=days_ago(200))))

    assert verdict.why == "栏目“通知公告”最新一条信息为2026-05-08，已200天未更新，超过规定的180天"
    assert (verdict.subject, verdict.key, verdict.facts) == (
        "通知公告",
        "通知公告",
        "newest=2026-05-08 limit=180 rows=3",
    )


def test_half_a_year_and_a_day_is_late_for_notices_and_eight_months_are_not_for_sub_columns_of_policies() -> (
    None
):
    """T4 of regulations.md."""
    notices = a_column("通知公告", newest=days_ago(185))
    policies = a_column("政策文件", parents=("政务公开",), newest=days_ago(240))

    answers = kinds("column-stale", a_site_visit(notices, policies))

    assert answers == {"通知公告": Kind.FAULT, "政策文件": Kind.CLEAR}


def test_four_stale_news_nine_others_and_every_one_is_a_finding() -> None:
    """T3 of regulations.md, the stale part of it."""
    news = [a_column("工作动态", parents=(f"部门{number}",), newest=days_ago(20)) for number in range(4)]
    others = [a_column("规划计划", parents=(f"部门{number}",), newest=days_ago(400)) for number in range(9)]

    verdicts = judged("column-stale", a_site_visit(*news, *others))

    assert sum(verdict.kind is Kind.FAULT for verdict in verdicts) == 13


@pytest.mark.parametrize("days_failed", [1, 2, 3])
def test_a_column_that_fails_for_days_is_never_stale(days_failed: int) -> None:
    """T13 of regulations.md."""
    visit = a_site_visit(a_column(problem=Problem.TIMEOUT), at=NOW + timedelta(days=days_failed))

    verdict = only("column-stale", visit)

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.TIMEOUT)


def test_a_parent_without_a_list_is_as_fresh_as_its_freshest_child() -> None:
    """T14 of regulations.md."""
    parent = a_column("新闻动态", rows=0, children=(("新闻动态", "工作动态"), ("新闻动态", "图片新闻")))
    fresh = a_column("工作动态", parents=("新闻动态",))
    stale = a_column("图片新闻", parents=("新闻动态",), newest=days_ago(40))

    answers = kinds("column-stale", a_site_visit(parent, fresh, stale))

    assert answers == {"新闻动态": Kind.CLEAR, "工作动态": Kind.CLEAR, "图片新闻": Kind.FAULT}


def test_a_static_child_does_not_make_its_parent_fresh() -> None:
    parent = a_column("新闻动态", rows=0, children=(("新闻动态", "图片新闻"), ("新闻动态", "联系我们")))
    stale = a_column("图片新闻", parents=("新闻动态",), newest=days_ago(40))
    static = a_column("联系我们", parents=("新闻动态",), reading=a_reading(0, kind="static", blank=False))

    assert kinds("column-stale", a_site_visit(parent, stale, static))["新闻动态"] is Kind.UNJUDGED


def test_children_that_point_at_each_other_end_somewhere() -> None:
    one = a_column("一", rows=0, children=(("二",),))
    two = a_column("二", rows=0, children=(("一",),))

    assert kinds("column-stale", a_site_visit(one, two)) == {"一": Kind.UNJUDGED, "二": Kind.UNJUDGED}


def test_a_topic_that_is_closed_is_left_alone() -> None:
    """T14 of regulations.md."""
    topic = a_column("2021年疫情防控专题", newest=days_ago(1800))

    assert only("column-stale", a_site_visit(topic)).kind is Kind.CLEAR


def test_what_a_topic_has_not_brought_for_a_year_may_be_over() -> None:
    def kind(age: int, parents: tuple[str, ...] = ("专题专栏", "污染源普查")) -> Kind:
        return only(
            "column-stale", a_site_visit(a_column("工作动态", parents=parents, newest=days_ago(age)))
        ).kind

    assert (kind(400), kind(300), kind(400, ("新闻中心",))) == (Kind.UNJUDGED, Kind.FAULT, Kind.FAULT)


def test_a_parent_whose_own_class_has_no_period_is_clear() -> None:
    parent = a_column("机构职能", rows=0, children=(("机构职能", "内设机构"),))
    child = a_column("内设机构", parents=("机构职能",), reading=a_reading(0, kind="static", blank=False))

    assert kinds("column-stale", a_site_visit(parent, child))["机构职能"] is Kind.CLEAR


# -- which date counts ------------------------------------------------------------------------------------


def test_pinned_old_items_on_top_do_not_hide_the_newest() -> None:
    rows = [a_row(date=days_ago(800)), a_row(date=days_ago(3)), a_row(date=days_ago(9))]

    assert only("column-stale", a_site_visit(a_column("工作动态", rows))).kind is Kind.CLEAR


def test_a_date_to_come_is_not_the_newest() -> None:
    rows = [a_row(date=days_ago(-30)), a_row(date=days_ago(20))]

    assert (
        only("column-stale", a_site_visit(a_column("工作动态", rows))).facts
        == f"newest={days_ago(20)} limit=14 rows=2"
    )


def test_a_list_without_any_date_is_unjudged() -> None:
    """design.md, against "undated = stale" of regulations.md 9.5."""
    verdict = only("column-stale", a_site_visit(a_column("工作动态", rows=5, newest=None)))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.NO_DATES)


def test_undated_rows_among_dated_ones_do_not_hide_that_the_column_is_stale() -> None:
    rows = [a_row(date=None), a_row(date=days_ago(20))]

    assert only("column-stale", a_site_visit(a_column("工作动态", rows))).kind is Kind.FAULT


def test_one_old_date_among_many_undated_rows_does_not_accuse() -> None:
    rows = [a_row(date=days_ago(400)), *(a_row(date=None) for _ in range(9))]

    assert only("column-stale", a_site_visit(a_column("工作动态", rows))).problem is Problem.NO_DATES


# -- when we do not judge ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["乡村振兴", "人事公告", "统计公报"])
def test_a_class_that_is_not_certain_waits_for_the_office_and_only_warns(name: str) -> None:
    verdict = only("column-stale", a_site_visit(a_column(name, newest=days_ago(700))))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.CLASS_OPEN)
    assert "类别待确认" in verdict.why
    assert "700天" in verdict.warning


def test_a_blank_column_is_not_stale_too() -> None:
    verdict = only("column-stale", a_site_visit(a_column("工作动态", rows=0)))

    assert (verdict.kind, verdict.why) == (Kind.UNJUDGED, "空白栏目，按空白栏目判定")


def test_a_list_that_a_script_fills_waits_for_a_browser() -> None:
    column = a_column("工作动态", reading=a_reading(0, blank=None, needs_browser=True))

    assert only("column-stale", a_site_visit(column)).problem is Problem.NEEDS_BROWSER


def test_a_news_column_that_shows_one_old_article_is_not_called_stale() -> None:
    article = a_reading([a_row(date=days_ago(500))], kind="article")

    assert only("column-stale", a_site_visit(a_column("工作动态", reading=article))).kind is Kind.UNJUDGED


# -- columns without a period -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["机构职能", "领导之窗", "领导信箱", "民意征集", "在线访谈", "统计数据", "历史专题"]
)
def test_a_class_without_a_period_is_clear_however_old(name: str) -> None:
    assert only("column-stale", a_site_visit(a_column(name, newest=days_ago(2000)))).kind is Kind.CLEAR


@pytest.mark.parametrize("kind", ["article", "static", "interaction"])
def test_a_page_that_is_no_list_is_judged_by_its_content(kind: str) -> None:
    column = a_column("乡村振兴", reading=a_reading(0, kind=kind, blank=False))

    assert only("column-stale", a_site_visit(column)).kind is Kind.CLEAR


def test_a_column_that_leads_to_another_site_has_no_period_here() -> None:
    away = replace(a_column("工作动态", newest=days_ago(500)), leads_to="gov.example")

    assert only("column-stale", a_site_visit(away)).kind is Kind.CLEAR


# -- what the office wrote --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "age", "kind"),
    [
        (ColumnEntry("乡村振兴", limit_days=30), 30, Kind.CLEAR),
        (ColumnEntry("乡村振兴", limit_days=30), 31, Kind.FAULT),
        (ColumnEntry("乡村振兴", column_class="其他"), 365, Kind.CLEAR),
        (ColumnEntry("乡村振兴", column_class="其他"), 366, Kind.FAULT),
        (ColumnEntry("乡村振兴", column_class="要闻动态类"), 15, Kind.FAULT),
        (ColumnEntry("乡村振兴", column_class="静态类"), 900, Kind.CLEAR),
        (ColumnEntry("乡村振兴", limit_days=30, exempt=True), 900, Kind.CLEAR),
        (ColumnEntry("乡村振兴", column_class="没有的类"), 900, Kind.UNJUDGED),
    ],
)
def test_the_register_goes_before_every_guess(entry: ColumnEntry, age: int, kind: Kind) -> None:
    column = a_column("乡村振兴", newest=days_ago(age), entry=entry)

    assert only("column-stale", a_site_visit(column)).kind is kind


def test_the_facts_of_a_confirmed_class_name_it_for_the_rating() -> None:
    entry = ColumnEntry("乡村振兴", column_class="B1", confirmed="张三于2026-11-24")
    column = a_column("乡村振兴", newest=days_ago(200), entry=entry)

    assert only("column-stale", a_site_visit(column)).facts == "newest=2026-05-08 limit=180 rows=3 class=B1"


@given(
    st.sampled_from(["工作动态", "通知公告", "规划计划", "乡村振兴"]),
    st.integers(0, 1000),
    st.integers(0, 400),
)
def test_time_alone_never_makes_a_column_fresh(name: str, age: int, later: int) -> None:
    column = a_column(name, newest=days_ago(age))

    now, then = (
        only("column-stale", a_site_visit(column, at=NOW + timedelta(days=days))) for days in (0, later)
    )

    assert not (now.kind is Kind.FAULT and then.kind is not Kind.FAULT)
    assert now.kind is not Kind.FAULT or now.facts == then.facts


@pytest.mark.parametrize(
    ("at", "newest", "kind", "warns"),
    [
        (datetime(2026, 1, 31, 9, tzinfo=SHANGHAI), date(2025, 1, 20), Kind.CLEAR, True),
        (datetime(2026, 2, 1, 9, tzinfo=SHANGHAI), date(2025, 1, 20), Kind.FAULT, False),
        (datetime(2027, 1, 31, 9, tzinfo=SHANGHAI), date(2026, 1, 10), Kind.CLEAR, True),
        (datetime(2026, 12, 31, 9, tzinfo=SHANGHAI), date(2026, 1, 10), Kind.CLEAR, False),
    ],
)
def test_the_yearly_disclosure_report_is_due_by_31_january(
    at: datetime, newest: date, kind: Kind, warns: bool
) -> None:
    verdict = only("column-stale", a_site_visit(a_column("政府信息公开年报", newest=newest), at=at))

    assert (verdict.kind, bool(verdict.warning)) == (kind, warns)
    assert kind is Kind.CLEAR or "未在1月31日前公布上一年度报告" in verdict.why


def test_the_fault_of_a_missing_yearly_report_stays_the_same_from_day_to_day() -> None:
    column = a_column("政府信息公开年报", newest=date(2025, 1, 20))
    days = [datetime(2026, month, 9, 9, tzinfo=SHANGHAI) for month in (2, 5, 11)]

    assert len({only("column-stale", a_site_visit(column, at=at)).facts for at in days}) == 1


def test_a_site_on_which_no_column_was_found_is_unjudged_not_fresh() -> None:
    verdict = only("column-stale", a_site_visit())

    assert (verdict.kind, verdict.why) == (Kind.UNJUDGED, "网站没有读到任何栏目")
