"""账号名称或主体与备案不符: what the platform shows, against what was filed."""

import pytest

from checks.verdicts import Kind, Problem, Verdict
from tests.builders import a_broken_source, a_post, a_source, an_account, an_account_visit
from tests.checks.judged import only

OWNER = "云泽市人民政府办公室"


def judged(nick_name: str = "", principal_name: str = "", **filed: object) -> Verdict:
    facts = {"nick_name": nick_name, "principal_name": principal_name}
    source = a_source(a_post(), facts={name: said for name, said in facts.items() if said}, official=True)
    account = an_account(**{"name": "云泽发布", **filed})
    return only("account-register", an_account_visit(source, account=account))


@pytest.mark.parametrize(
    ("nick_name", "former", "kind"),
    [
        ("云泽发布", (), Kind.CLEAR),
        (" 云泽 发布 ", (), Kind.CLEAR),
        ("云泽“发布”", (), Kind.CLEAR),
        ("云泽旅游", (), Kind.FAULT),
        ("云泽旅游", ("云泽旅游",), Kind.CLEAR),
        ("云泽旅游", ("云泽交通",), Kind.FAULT),
    ],
)
def test_another_name_is_found(nick_name: str, former: tuple[str, ...], kind: Kind) -> None:
    verdict = judged(nick_name, former_names=former)

    assert (verdict.kind, verdict.needs_person) == (kind, False)
    assert (nick_name in verdict.why) is (kind is Kind.FAULT)


@pytest.mark.parametrize(
    ("principal_name", "owner", "kind"),
    [
        (OWNER, OWNER, Kind.CLEAR),
        ("云泽市人民政府办公室（云泽市大数据局）", "云泽市人民政府办公室(云泽市大数据局)", Kind.CLEAR),
        ("云泽传媒有限公司", OWNER, Kind.FAULT),
        ("云泽传媒有限公司", "", Kind.CLEAR),
    ],
)
def test_another_body_is_found_where_one_was_filed(principal_name: str, owner: str, kind: Kind) -> None:
    assert judged("云泽发布", principal_name, owner=owner).kind is kind


def test_both_are_one_finding() -> None:
    verdict = judged("云泽旅游", "云泽传媒有限公司", owner=OWNER)

    assert verdict.why == (
        "微博账号“云泽发布”与备案不符：平台显示名称为“云泽旅游”；平台显示认证主体为“云泽传媒有限公司”，备案为“云泽市人民政府办公室”"
    )


@pytest.mark.parametrize(
    ("nick_name", "principal_name", "asks_a_person"),
    [
        ("云泽发布厅", "", True),
        ("", "云泽市人民政府", True),
        ("云泽旅游", "云泽市人民政府", False),
    ],
)
def test_a_short_form_is_for_a_person(nick_name: str, principal_name: str, asks_a_person: bool) -> None:
    verdict = judged(nick_name, principal_name, owner=OWNER)

    assert (verdict.kind, verdict.needs_person) == (Kind.FAULT, asks_a_person)


def test_what_no_road_tells_is_not_judged() -> None:
    assert (judged().kind, judged().problem) == (Kind.UNJUDGED, Problem.SOURCE)
    assert judged("", "云泽传媒有限公司").kind is Kind.UNJUDGED, "no body was filed to compare with"


def test_the_platforms_interface_goes_before_a_page() -> None:
    page = a_source(a_post(), facts={"nick_name": "云泽旅游"})
    interface = a_broken_source("account_gone", "closed", facts={"nick_name": "云泽发布"}, official=True)

    verdict = only("account-register", an_account_visit(page, interface, account=an_account(name="云泽发布")))

    assert verdict.kind is Kind.CLEAR


def test_what_only_a_page_of_the_account_tells_is_for_a_person() -> None:
    page = a_source(a_post(), facts={"nick_name": "云泽旅游"})

    verdict = only("account-register", an_account_visit(page, account=an_account(name="云泽发布")))

    assert (verdict.kind, verdict.needs_person) == (Kind.FAULT, True)


def test_the_facts_stay_the_same_while_the_platform_shows_the_same() -> None:
    assert judged("云泽旅游").facts == judged("云泽 旅游").facts != judged("云泽交通").facts
