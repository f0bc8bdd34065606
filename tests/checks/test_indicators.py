"""Every indicator has a name before it has a rule, and a rule goes by the name of its indicator."""

import pytest

from checks.catalogue import Check, load
from checks.indicators import INDICATORS

CHECKS = load().checks
SITE, ACCOUNT = ("site",), ("account",)
TABLE = {
    "site-unreachable": SITE,
    "home-stale": SITE,
    "column-stale": SITE,
    "column-blank": SITE,
    "channel-missing": SITE,
    "reply-overdue": SITE,
    "service-guide": SITE,
    "link-dead": SITE,
    "hidden-link": SITE,
    "wording-error": (*SITE, *ACCOUNT),
    "privacy-leak": SITE,
    "date-forged": SITE,
    "identity-missing": SITE,
    "metadata-missing": SITE,
    "domain-irregular": SITE,
    "tls-weak": SITE,
    "ipv6-missing": SITE,
    "search-broken": SITE,
    "account-stale": ACCOUNT,
    "account-blank": ACCOUNT,
    "account-gone": ACCOUNT,
    "account-interaction": ACCOUNT,
    "account-app": ACCOUNT,
    "account-register": ACCOUNT,
    "source-broken": ACCOUNT,
}
"""The table of design.md part 6: ids, and what each applies to. Ids stay for ever."""


def test_every_indicator_of_the_design_is_there_and_no_other() -> None:
    assert {each.id: each.kinds for each in INDICATORS.values()} == TABLE


def test_an_indicator_is_found_under_its_own_id() -> None:
    assert [each.id for each in INDICATORS.values()] == list(INDICATORS)


@pytest.mark.parametrize("check", CHECKS, ids=[each.id for each in CHECKS])
def test_a_rule_judges_the_indicator_of_its_id(check: Check) -> None:
    indicator = INDICATORS[check.id]

    assert indicator.title == check.title
    assert check.applies_to in indicator.kinds
    assert (indicator.operator, indicator.needs_person) == (check.operator, check.needs_person)


def test_what_always_needs_a_person() -> None:
    """Wording, privacy, forged dates, security (design.md, promise 2)."""
    assert {each.id for each in INDICATORS.values() if each.needs_person} == {
        "hidden-link",
        "wording-error",
        "privacy-leak",
        "date-forged",
    }


def test_only_a_broken_road_of_ours_is_the_operators() -> None:
    assert [each.id for each in INDICATORS.values() if each.operator] == ["source-broken"]


def test_no_two_indicators_share_a_title_and_each_names_its_clause() -> None:
    assert len({each.title for each in INDICATORS.values()}) == len(INDICATORS)
    assert [each.id for each in INDICATORS.values() if not each.clause.strip()] == []
