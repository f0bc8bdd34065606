"""空白账号: nothing was ever published."""

import pytest

from checks.account_verdict import FROM_THE_BEGINNING
from checks.verdicts import Kind
from crawler.observations import SourceResult
from tests.builders import (
    TODAY,
    a_broken_source,
    a_post,
    a_source,
    ago,
    an_account,
    an_account_visit,
    days_ago,
)
from tests.checks.judged import only

WHOLE = a_source(official=True, complete_since=FROM_THE_BEGINNING)


def test_a_whole_official_list_that_is_empty_is_a_blank_account() -> None:
    verdict = only("account-blank", an_account_visit(WHOLE))

    assert (verdict.kind, verdict.needs_person) == (Kind.FAULT, False)
    assert verdict.why == "微博账号“云泽发布”自开设以来没有发布任何内容"


@pytest.mark.parametrize(
    "source",
    [
        a_broken_source(reason="empty_unconfirmed"),
        a_broken_source(reason="bridge_empty_route"),
        a_source(official=True, complete_since=ago(days=15)),
        a_source(official=True, complete_since=None),
        a_source(complete_since=FROM_THE_BEGINNING),
    ],
)
def test_an_empty_answer_that_is_not_whole_proves_nothing(source: SourceResult) -> None:
    assert only("account-blank", an_account_visit(source)).kind is Kind.UNJUDGED


def test_one_post_however_old_clears() -> None:
    assert only("account-blank", an_account_visit(a_source(a_post(ago(days=900))))).kind is Kind.CLEAR


def test_what_was_once_seen_clears_though_nothing_is_left() -> None:
    assert only("account-blank", an_account_visit(WHOLE, newest_known=ago(days=300))).kind is Kind.CLEAR


def test_a_new_account_is_spared() -> None:
    young, old = an_account(opened_on=TODAY), an_account(opened_on=days_ago(15))

    assert only("account-blank", an_account_visit(WHOLE, account=young)).kind is Kind.CLEAR
    assert only("account-blank", an_account_visit(WHOLE, account=old)).kind is Kind.FAULT
