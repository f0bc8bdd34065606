"""空白栏目: no information at all, by the decision order of regulations.md 9.4."""

import pytest

from checks.verdicts import Kind
from crawler.observations import Problem, Shown
from crawler.targets import ColumnEntry
from tests.builders import SHA256, a_column, a_fetch, a_reading, a_site_visit
from tests.checks.judged import judged, kinds, only
from tests.crawler.extract.sample_pages import a_page, reading


def test_a_column_without_any_information_is_blank() -> None:
    verdict = only("column-blank", a_site_visit(a_column(rows=0)))

    assert (verdict.kind, verdict.subject, verdict.needs_person) == (Kind.FAULT, "通知公告", False)
    assert verdict.why.startswith("栏目“通知公告”没有任何内容")
    assert verdict.url == "https://www.yunze.test/tzgg/"
    assert verdict.evidence


@pytest.mark.parametrize("rows", [1, 2, 20])
def test_one_item_is_enough(rows: int) -> None:
    assert only("column-blank", a_site_visit(a_column(rows=rows, newest=None))).kind is Kind.CLEAR


@pytest.mark.parametrize("blank_columns", [0, 1, 4, 5, 6])
def test_every_blank_column_is_a_finding_of_its_own(blank_columns: int) -> None:
    """T1 of regulations.md: four are four findings, whatever the rating says of them."""
    columns = [a_column(f"栏目{number}", rows=0) for number in range(blank_columns)]

    verdicts = judged("column-blank", a_site_visit(*columns, a_column("政策解读")))

    assert sum(verdict.kind is Kind.FAULT for verdict in verdicts) == blank_columns
    assert len(verdicts) == blank_columns + 1


@pytest.mark.parametrize(
    "problem", [Problem.TIMEOUT, Problem.WAF, Problem.SOFT_404, Problem.LOGIN, Problem.BUDGET]
)
def test_a_column_that_could_not_be_read_is_not_counted_as_blank(problem: Problem) -> None:
    verdict = only("column-blank", a_site_visit(a_column(problem=problem)))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, problem)


def test_a_list_that_a_script_fills_is_not_blank_before_a_browser_saw_it() -> None:
    """T12 of regulations.md."""
    scripted = a_reading(0, blank=None, needs_browser=True)

    verdict = only("column-blank", a_site_visit(a_column(reading=scripted)))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.NEEDS_BROWSER)


def test_a_page_that_cannot_be_told_apart_is_not_blank() -> None:
    verdict = only(
        "column-blank", a_site_visit(a_column(reading=a_reading(0, blank=None, why="页面结构无法识别")))
    )

    assert (verdict.kind, verdict.why) == (Kind.UNJUDGED, "页面结构无法识别")


def test_a_page_with_text_instead_of_a_list_is_not_blank() -> None:
    static = a_reading(0, kind="static", blank=False)

    assert only("column-blank", a_site_visit(a_column("机构职能", reading=static))).kind is Kind.CLEAR


def test_a_column_that_leads_to_another_site_is_a_link() -> None:
    away = a_column(rows=0, leads_to="gov.example")

    assert only("column-blank", a_site_visit(away)).kind is Kind.CLEAR


def test_an_exempt_column_is_clear() -> None:
    exempt = a_column(rows=0, entry=ColumnEntry("通知公告", exempt=True))

    assert only("column-blank", a_site_visit(exempt)).kind is Kind.CLEAR


@pytest.mark.parametrize(
    ("name", "middle", "kind"),
    [
        ("领导信箱", "<ul></ul><p>暂无信件</p>", Kind.UNJUDGED),
        ("民意征集", "<ul></ul><p>共0条</p>", Kind.UNJUDGED),
        ("领导信箱", "<ul></ul>", Kind.FAULT),
        ("领导信箱", "<ul></ul><p>栏目建设中，敬请期待</p>", Kind.FAULT),
        ("通知公告", "<ul></ul><p>暂无信息</p>", Kind.FAULT),
    ],
)
def test_letters_and_surveys_may_say_that_none_came(name: str, middle: str, kind: Kind) -> None:
    column = a_column(name, reading=reading(a_page(middle)))

    assert only("column-blank", a_site_visit(column)).kind is kind


def test_of_a_look_that_did_not_note_whether_the_page_says_so_nothing_is_said() -> None:
    column = a_column("领导信箱", reading=a_reading(0))

    assert only("column-blank", a_site_visit(column)).kind is Kind.UNJUDGED


def test_a_parent_lives_through_its_children() -> None:
    parent = a_column("政务公开", rows=0, children=(("政务公开", "通知公告"), ("政务公开", "政策文件")))
    full = a_column("通知公告", parents=("政务公开",))
    empty = a_column("政策文件", rows=0, parents=("政务公开",))

    answers = kinds("column-blank", a_site_visit(parent, full, empty))

    assert answers == {"政务公开": Kind.CLEAR, "通知公告": Kind.CLEAR, "政策文件": Kind.FAULT}


def test_a_parent_whose_children_show_nothing_is_left_to_them() -> None:
    parent = a_column("政务公开", rows=0, children=(("政务公开", "通知公告"),))
    unread = a_column("通知公告", parents=("政务公开",), problem=Problem.TIMEOUT)

    assert set(kinds("column-blank", a_site_visit(parent, unread)).values()) == {Kind.UNJUDGED}


def test_a_site_on_which_no_column_was_found_is_unjudged_not_fine() -> None:
    verdict = only("column-blank", a_site_visit())

    assert (verdict.kind, verdict.subject, verdict.problem) == (
        Kind.UNJUDGED,
        "云泽市人民政府",
        Problem.NO_COLUMNS,
    )
    assert verdict.why == "网站没有读到任何栏目"


@pytest.mark.parametrize("rows", [0, 3])
def test_it_says_whether_a_browser_showed_the_column_and_what_it_rests_on(rows: int) -> None:
    shown = Shown(a_fetch(sha256="d0" * 32), a_fetch(sha256="91" * 32))
    verdict = only("column-blank", a_site_visit(a_column(rows=rows, shown=shown)))

    assert verdict.rendered
    assert verdict.evidence == (SHA256, "d0" * 32, "91" * 32)
    assert not only("column-blank", a_site_visit(a_column(rows=rows))).rendered
