"""The canaries: found by every round with the settings of an office, missed as soon as something on the way does not work."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from checks.catalogue import Catalogue
from checks.verdicts import Problem, clear, fault, unjudged
from console.settings import built_in
from console.wiring import parts
from crawler.observations import SiteVisit, Visit
from crawler.targets import Target
from scheduler.canary import KNOWN, PLANTED, SOUND, Canary
from scheduler.round import Parts, Round, Silent
from scheduler.stopping import Stop, Stopped
from tests.builders import NOW
from tests.records import fresh_record
from tracker import models, self_checks
from tracker.ledger import Job
from tracker.verification import verify

CLOSED = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with Canary() as served:
        yield served


@pytest.fixture
def joined(tmp_path: Path) -> Parts:
    """A record with one website that nobody answers for; the guard is as strict as in an office."""
    settings = built_in(
        tracker={"database_url": f"sqlite:///{tmp_path / 'x.db'}", "evidence_dir": tmp_path / "evidence"},
        crawler={"site_requests_a_second": 0, "retries": 0},
    )
    database = fresh_record(settings.tracker)
    with database.writing() as session:
        session.add(models.Unit(id=1, name="云泽市教育局"))
        session.flush()
        session.add(
            models.Target(id=1, kind="site", key="4199000001", name="云泽市教育局", unit_id=1, url=CLOSED)
        )
        session.flush()
        session.add(models.Standing(target_id=1, unit_id=1, state="running"))
    return parts(settings, database)


def newest(joined: Parts) -> models.SelfCheck:
    with joined.database.reading() as session:
        found = self_checks.newest(session)
    assert found is not None
    return found


def rounds(joined: Parts, canary: Canary, at: datetime = NOW) -> models.SelfCheck:
    Round(joined, at, canary=canary).run()
    return newest(joined)


def test_a_round_with_the_settings_of_an_office_finds_what_was_planted_and_nothing_else(
    joined: Parts, canary: Canary
) -> None:
    assert not joined.crawler.allow_private_addresses

    seen = rounds(joined, canary)

    assert (seen.day, len(seen.found), seen.missing, seen.wrong) == (NOW.date(), len(PLANTED), [], [])


def test_its_dates_follow_the_time_of_the_round(joined: Parts, canary: Canary) -> None:
    rounds(joined, canary)
    seen = rounds(joined, canary, NOW + timedelta(days=400))

    assert (len(seen.found), seen.missing, seen.wrong) == (len(PLANTED), [], [])


def test_it_is_visited_again_by_a_round_that_has_nothing_else_to_do(joined: Parts, canary: Canary) -> None:
    rounds(joined, canary)
    rounds(joined, canary, NOW + timedelta(hours=6))

    with joined.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(models.SelfCheck)) == 2


def test_nothing_of_it_stands_in_the_record_but_the_self_check(joined: Parts, canary: Canary) -> None:
    rounds(joined, canary)

    with joined.database.reading() as session:
        assert session.scalars(select(models.Visit.target_id)).all() == [1]
        assert session.scalars(select(models.Look.target_id)).all() == [1]
        assert session.scalars(select(models.Issue)).all() == []
        assert session.scalars(select(models.Page.url)).all() == [CLOSED]
        assert session.scalars(select(models.Evidence)).all() == []
        assert list(verify(session, joined.evidence)) == []
    assert [path for path in joined.evidence.folder.rglob("*") if path.is_file()] == []


def test_who_watches_the_progress_is_told_of_the_targets_alone(joined: Parts, canary: Canary) -> None:
    class Watcher(Silent):
        def __init__(self) -> None:
            self.told: list[object] = []

        def begins(self, phase: str, total: int) -> None:
            self.told.append(total)

        def looked(self, job: Job, visit: Visit) -> None:
            self.told.append(visit.target.key)

    watcher = Watcher()
    done = Round(joined, NOW, watcher, canary=canary).run()

    assert watcher.told == [1, "4199000001"]
    assert (done.looked, done.broken_checks) == (1, {})


def test_all_that_its_pages_lead_to_is_there(canary: Canary) -> None:
    pages, waiting = {}, {"/"}
    while waiting:
        path = waiting.pop()
        pages[path] = canary.page(path)
        waiting |= set(re.findall(r'href="([^"]+)"', (pages[path] or ("", ""))[1])) - pages.keys()

    assert len(pages) == 1 + 3 + 2 * 12
    assert None not in pages.values()


def test_once_it_is_gone_all_that_was_planted_is_missed_within_one_round(joined: Parts) -> None:
    with Canary() as canary:
        pass

    seen = rounds(joined, canary)

    assert (seen.found, len(seen.missing), seen.wrong) == ([], len(PLANTED) + len(SOUND), [])
    assert seen.missing[0] == "空白栏目“政策解读”：服务器拒绝连接"
    assert all("没有判定" not in why for why in seen.missing)


class Torn(Canary):
    """Even to ask it for its targets fails."""

    @property
    def targets(self) -> tuple[Target, ...]:
        raise OSError("torn")


def test_whatever_breaks_down_on_the_way_to_it_the_round_comes_to_its_end(
    joined: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    with Torn() as torn:
        seen = rounds(joined, torn)

    assert (seen.found, len(seen.missing), seen.wrong) == ([], len(PLANTED) + len(SOUND), [])
    assert "self-check broke down" in caplog.messages
    with joined.database.reading() as session:
        assert session.scalars(select(models.Round.finished_at)).one() is not None


def test_a_check_that_sees_nothing_any_more_is_noticed(joined: Parts, canary: Canary) -> None:
    blind = _with(joined, "column-blank", lambda visit: [unjudged(visit.target, Problem.UNCLEAR)])

    seen = rounds(blind, canary)

    missed = [f"空白栏目“{name}”：页面结构无法识别" for name in ("政策解读", "要闻动态", "通知公告")]
    assert (len(seen.found), seen.missing, seen.wrong) == (len(PLANTED) - 1, missed, [])


def test_a_check_that_breaks_down_is_noticed(joined: Parts, canary: Canary) -> None:
    broken = _with(joined, "account-stale", lambda visit: 1 / 0)

    missing = [f"账号更新不及时“{name}”：本系统内部故障" for name in ("自检账号", "自检改名账号")]
    assert rounds(broken, canary).missing == missing


def test_a_check_that_spares_everybody_is_noticed(joined: Parts, canary: Canary) -> None:
    mild = _with(joined, "account-stale", lambda visit: [clear(visit.target)])

    assert rounds(mild, canary).missing == ["账号更新不及时“自检账号”：判为未发现问题"]


def test_a_fault_that_is_only_suspected_is_not_found(joined: Parts, canary: Canary) -> None:
    shy = _with(joined, "account-stale", lambda visit: [fault(visit.target, "未更新", needs_person=True)])

    assert rounds(shy, canary).missing == ["账号更新不及时“自检账号”：仅为疑似，需人工核实"]


def test_a_check_that_accuses_everybody_is_noticed(joined: Parts, canary: Canary) -> None:
    harsh = _with(joined, "home-stale", lambda visit: [fault(visit.target, "总是有问题")])

    seen = rounds(harsh, canary)

    assert (len(seen.found), seen.missing, seen.wrong) == (len(PLANTED), [], ["首页更新不及时“自检站点”"])


def test_what_an_offices_own_check_says_of_it_is_no_mistake_of_ours(joined: Parts, canary: Canary) -> None:
    strict = replace(joined.catalogue.checks[0], id="own", reads=SiteVisit, wants_settings=False)
    strict = replace(strict, judge=lambda visit: [fault(visit.target, "没有网站标识码")])

    seen = rounds(replace(joined, catalogue=Catalogue((*joined.catalogue, strict))), canary)

    assert (len(seen.found), seen.missing, seen.wrong) == (len(PLANTED), [], [])


def test_every_check_of_ours_has_something_to_say_of_it(joined: Parts) -> None:
    assert {check.id for check in joined.catalogue if check.package == "xunjian"} == KNOWN


def test_of_a_check_that_is_switched_off_nothing_is_asked(joined: Parts, canary: Canary) -> None:
    rest = tuple(check for check in joined.catalogue if check.id != "column-stale")

    seen = rounds(replace(joined, catalogue=Catalogue(rest)), canary)

    assert (len(seen.found), seen.missing) == (len(PLANTED) - 1, [])


def test_a_round_that_is_told_to_stop_checks_nothing(joined: Parts, canary: Canary) -> None:
    stop = Stop()
    stop.ask()

    with pytest.raises(Stopped):
        Round(joined, NOW, stop=stop, canary=canary).run()
    with joined.database.reading() as session:
        assert self_checks.newest(session) is None


def test_told_to_stop_while_it_looks_at_the_canaries_a_round_concludes_nothing_and_the_next_call_goes_on(
    joined: Parts,
) -> None:
    stop = Stop()

    class Interrupting(Canary):
        def at(self, moment: datetime) -> None:
            super().at(moment)
            stop.ask()

    with Interrupting() as canary:
        with pytest.raises(Stopped):
            Round(joined, NOW, stop=stop, canary=canary).run()
        with joined.database.reading() as session:
            assert self_checks.newest(session) is None
            assert session.scalars(select(models.Round.finished_at)).one() is None

        seen = rounds(joined, canary)

    assert (len(seen.found), seen.missing, seen.wrong) == (len(PLANTED), [], [])


def _with(joined: Parts, check_id: str, judge: Callable[..., Any]) -> Parts:
    changed = tuple(
        replace(check, judge=judge, wants_settings=False) if check.id == check_id else check
        for check in joined.catalogue
    )
    return replace(joined, catalogue=Catalogue(changed))
