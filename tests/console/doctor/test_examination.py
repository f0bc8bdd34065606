"""The examination: no point stands in another one's way."""

import threading
from pathlib import Path

from console.doctor.examination import Case, Finding, Mark, Point, examine, well
from crawler.clock import Clock
from tests.builders import NOW
from tests.console.doctor.cases import a_case
from tracker.errors import DatabaseBehind


def marks(*points: Point, limit: float = 20) -> list[Mark]:
    return [finding.mark for _, finding in examine(Case(Clock(NOW)), points, limit)]


def fine(case: Case) -> Finding:
    return well("好")


def breaks(case: Case) -> Finding:
    raise KeyError("no such thing")


def test_a_broken_point_is_told_and_the_others_are_asked() -> None:
    (_, first), (_, second) = examine(Case(Clock(NOW)), [Point("坏", breaks), Point("好", fine)])

    assert first.mark is Mark.TROUBLE
    assert "KeyError" in first.found
    assert second == well("好")


def test_a_point_that_hangs_is_left_behind() -> None:
    let_go = threading.Event()

    def hangs(case: Case) -> Finding:
        let_go.wait()
        return well("好")

    assert marks(Point("慢", hangs), Point("好", fine), limit=0.05) == [Mark.TROUBLE, Mark.WELL]
    let_go.set()


def test_an_error_of_the_rooms_is_told_in_its_own_words() -> None:
    def behind(case: Case) -> Finding:
        raise DatabaseBehind("xunjian.db", fresh=True)

    ((_, finding),) = examine(Case(Clock(NOW)), [Point("数据库", behind)])

    assert finding.found == "数据库 xunjian.db 尚未建立"
    assert finding.mend == "请先运行 xunjian init"


def test_what_is_said_holds_no_secret() -> None:
    def broken(case: Case) -> Finding:
        raise ValueError("postgresql://x:h1dden@db.yunze.test/x")

    ((_, finding),) = examine(Case(Clock(NOW)), [Point("数据库", broken)])

    assert "db.yunze.test" in finding.found
    assert "h1dden" not in finding.found


def test_what_cannot_be_asked_says_what_must_be_mended_first(tmp_path: Path) -> None:
    def asks_settings(case: Case) -> Finding:
        return well(case.settings.reports.office)

    def asks_record(case: Case) -> Finding:
        return well(case.database.where)

    points = [Point("甲", asks_settings), Point("乙", asks_record)]
    nothing = [str(finding) for _, finding in examine(Case(Clock(NOW)), points)]
    only_settings = [finding.mark for _, finding in examine(a_case(tmp_path), points)]

    assert nothing == ["没有检查：请先处理“设置”一项", "没有检查：请先处理“数据库”一项"]
    assert only_settings == [Mark.WELL, Mark.REMINDER]
