"""The catalogue as it is installed: every rule has its page, its test and its own id."""

import importlib
import pkgutil
import sys
from collections import Counter
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

import checks.rules
from checks.catalogue import HEADINGS, BadCheck, Check, check, load
from checks.settings import CheckSettings
from checks.verdicts import Verdict, clear
from crawler.observations import SiteVisit
from tests.builders import a_site_visit

ROOT = Path(__file__).parents[2]
OURS = EntryPoint("national", "checks.rules", "xunjian.checks")
CHECKS = load([OURS]).checks
MODULES = [info.name for info in pkgutil.iter_modules(checks.rules.__path__)]


def module_of(each: Check) -> str:
    return each.judge.__module__.rpartition(".")[2]


def test_all_our_rules_load() -> None:
    assert load([OURS]).failures == ()
    assert CHECKS


@pytest.mark.parametrize("each", CHECKS, ids=[each.id for each in CHECKS])
def test_a_rule_states_its_five_headings(each: Check) -> None:
    positions = [each.manual.find(f"\n{heading} ") for heading in HEADINGS]

    assert -1 not in positions, f"{each.id}: {dict(zip(HEADINGS, positions, strict=True))}"
    assert positions == sorted(positions)


@pytest.mark.parametrize("each", CHECKS, ids=[each.id for each in CHECKS])
def test_a_rule_is_named_after_its_fault_and_has_a_test_of_that_name(each: Check) -> None:
    name = module_of(each)

    assert each.id == name.replace("_", "-")
    assert (ROOT / "tests" / "checks" / "rules" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("name", MODULES)
def test_no_file_among_the_rules_registers_nothing(name: str) -> None:
    assert name in map(module_of, CHECKS)


def test_ids_are_unique() -> None:
    counted = Counter(
        value.check.id
        for name in MODULES
        for value in vars(importlib.import_module(f"checks.rules.{name}")).values()
        if isinstance(getattr(value, "check", None), Check)
    )

    assert set(counted.values()) == {1}


def test_only_faults_of_our_own_roads_are_the_operators() -> None:
    assert [each.id for each in CHECKS if each.operator] == ["source-broken"]
    assert [each.id for each in CHECKS if each.looks_twice] == ["site-unreachable"]


# -- rules of other packages ------------------------------------------------------------------------------


def test_an_entry_point_that_fails_to_load_names_its_package_and_the_rest_works() -> None:
    broken = EntryPoint("provincial", "a_package_that_is_not_here.rules", "xunjian.checks")

    catalogue = load([broken, OURS])

    (failure,) = catalogue.failures
    assert "a_package_that_is_not_here" in failure.package
    assert "a_package_that_is_not_here" in failure.error
    assert len(catalogue.checks) == len(CHECKS)


def test_an_entry_point_that_is_no_check_is_a_failure() -> None:
    catalogue = load([EntryPoint("odd", "json:dumps", "xunjian.checks")])

    assert catalogue.checks == ()
    assert "neither a check nor a module" in catalogue.failures[0].error


def test_a_second_check_with_a_taken_id_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    @check(id="home-stale", title="另一条")
    def other(visit: SiteVisit) -> list[Verdict]:
        return [clear(visit.site)]

    theirs = ModuleType("their_rules")
    theirs.other = other  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "their_rules", theirs)

    catalogue = load([OURS, EntryPoint("theirs", "their_rules:other", "xunjian.checks")])

    assert "home-stale is taken" in catalogue.failures[0].error
    assert len(catalogue.checks) == len(CHECKS)


def test_a_rule_must_say_what_it_reads() -> None:
    with pytest.raises(BadCheck, match="no-such-reading"):

        @check(id="no-such-reading", title="无")
        def unreadable(visit: int) -> list[Verdict]:
            return []


def test_a_check_that_is_switched_off_is_not_there() -> None:
    assert load([OURS], switched_off=["home-stale"]).get("home-stale") is None


def test_verdicts_carry_the_id_of_their_check_and_its_need_of_a_person() -> None:
    @check(id="a-test", title="试", needs_person=True)
    def rule(visit: SiteVisit) -> list[Verdict]:
        return [clear(visit.site)]

    (verdict,) = rule.check(a_site_visit(), CheckSettings())  # type: ignore[attr-defined]

    assert (verdict.check, verdict.needs_person) == ("a-test", True)


def test_one_module_that_breaks_takes_no_other_rule_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "neighbours_rules"
    rules.mkdir()
    (rules / "__init__.py").write_text("")
    (rules / "a_broken.py").write_text("1 / 0\n")
    (rules / "b_good.py").write_text(
        "from checks.catalogue import check\n"
        "from checks.verdicts import clear\n"
        "from crawler.observations import SiteVisit\n"
        "@check(id='good', title='好')\n"
        "def good(visit: SiteVisit):\n    yield clear(visit.site)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    catalogue = load([EntryPoint("theirs", "neighbours_rules", "xunjian.checks")])

    assert [each.id for each in catalogue] == ["good"]
    assert [(each.entry, each.error) for each in catalogue.failures] == [
        ("neighbours_rules.a_broken", "ZeroDivisionError: division by zero")
    ]


def test_what_a_script_may_fill_in_wants_a_browser() -> None:
    wanting = {each.id for each in CHECKS if each.wants_browser}
    assert wanting == {"column-blank", "column-stale", "home-stale"}
