"""授权: kept encrypted, given out by account and adapter, renewed, refused, ended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from crawler.grants import NO_GRANT, Grant, GrantSeen
from crawler.sources.issuers import Issuer
from crawler.sources.renewals import DouyinRenewal
from tests.builders import NOW, TODAY
from tracker import authorisations, models
from tracker.authorisations import Kept, Secrets, Terms, UnknownAccount, UselessSecrets
from tracker.database import Database
from tracker.strongbox import NoKey, Strongbox
from tracker.verification import verify

DAY = timedelta(days=1)
BOX = Strongbox(Fernet.generate_key().decode())
TOKENS = {"token": "an-access-token", "refresh": "a-refresh-token"}
APP = {"client": "tt10abc", "secret": "the-app-secret"}


@pytest.fixture
def record(database: Database) -> Database:
    with database.writing() as session:
        session.add(models.Unit(id=1, name="云泽市水利局"))
        session.flush()
        for key in ("dy-1", "dy-2"):
            session.add(models.Target(kind="account", key=key, name=f"{key}发布", platform="抖音", unit_id=1))
    return database


def store(
    record: Database,
    secrets: Mapping[str, str] = TOKENS,
    account: str = "dy-1",
    issuer: Issuer = Issuer.DOUYIN,
    box: Strongbox = BOX,
    **terms: object,
) -> Kept:
    with record.writing() as session:
        return authorisations.store(session, box, issuer, account, secrets, Terms(**terms), "张三", NOW)  # type: ignore[arg-type]


def grant(
    record: Database,
    account: str = "dy-1",
    adapter: str = "douyin_open",
    given: Mapping[str, str] | None = None,
) -> Grant | None:
    with record.reading() as session:
        found, _ = authorisations.grants(session, Secrets(BOX, given or {}), [account])
    return found.get((account, adapter))


def hear(record: Database, **facts: object) -> None:
    asked = grant(record)
    with record.writing() as session:
        known = {"name": "douyin:dy-1", "at": NOW + DAY, "asked": asked or NO_GRANT}
        seen = GrantSeen(**{**known, **facts})  # type: ignore[arg-type]
        authorisations.keep_seen(session, BOX, seen)


def troubled(record: Database, after: int = 0) -> list[str]:
    day = TODAY + after * DAY
    with record.reading() as session:
        return [each.trouble(day) for each in authorisations.troubled(session, day)]


def test_the_tokens_of_an_account_and_the_keys_of_its_app_make_one_grant(record: Database) -> None:
    store(record, APP, account="")
    store(record)

    assert grant(record) == Grant(
        "an-access-token", "tt10abc", "the-app-secret", "a-refresh-token", "douyin:dy-1"
    )
    other = grant(record, "dy-2")
    assert other is not None
    assert (other.token, other.client, other.name) == ("", "tt10abc", "")


def test_one_token_serves_all_accounts_and_all_interfaces_of_its_issuer(record: Database) -> None:
    store(record, {"token": "an-access-token"}, account="", issuer=Issuer.WECHAT)

    for adapter in ("wechat_totaldetail", "wechat_freepublish"):
        found = grant(record, "dy-2", adapter)
        assert found is not None
        assert (found.token, found.name, found.is_shared) == ("an-access-token", "wechat", True)
    assert grant(record, "dy-2", "weibo_api") is None


def test_the_environment_goes_before_the_record_and_the_account_before_the_issuer(record: Database) -> None:
    store(record)
    given = {"XUNJIAN_SECRET_DOUYIN_CLIENT": "tt99", "XUNJIAN_SECRET_DOUYIN_DY_1_TOKEN": "from-environment"}

    found, other = grant(record, given=given), grant(record, "dy-2", given=given)

    assert found is not None and other is not None
    assert (found.token, found.client, found.name) == ("from-environment", "tt99", "")
    assert (other.token, other.client) == ("", "tt99")


def test_nothing_that_is_secret_stands_in_the_record_or_its_chain(record: Database) -> None:
    store(record, {**TOKENS, **APP})

    with record.reading() as session:
        row = session.scalars(select(models.Authorisation)).one()
        kept = (
            repr(vars(row))
            + repr(authorisations.kept(session))
            + "".join(session.scalars(select(models.Link.payload)))
        )
        assert not any(secret in kept for secret in (*TOKENS.values(), *APP.values()))
        assert list(verify(session, None)) == []


def test_without_a_key_nothing_is_kept(record: Database) -> None:
    with pytest.raises(NoKey):
        store(record, box=Strongbox())

    with record.reading() as session:
        assert authorisations.kept(session) == []


@pytest.mark.parametrize("secrets", [{}, {"client": "tt10abc"}, {"token": "short"}, {"token": "  "}])
def test_what_is_no_authorisation_is_refused(record: Database, secrets: dict[str, str]) -> None:
    with pytest.raises(UselessSecrets):
        store(record, secrets)


def test_an_account_that_nobody_knows_is_refused(record: Database) -> None:
    with pytest.raises(UnknownAccount, match="dy-9"):
        store(record, account="dy-9")


def test_new_tokens_take_the_place_of_the_old_ones(record: Database) -> None:
    store(record, APP, account="")
    store(record)
    asked = grant(record)
    assert asked is not None

    hear(record, asked=asked, renewed=replace(asked, token="a-new-token", ends=NOW + 15 * DAY))

    new = grant(record)
    assert new is not None
    assert (new.token, new.refresh, new.ends) == ("a-new-token", "a-refresh-token", NOW + 15 * DAY)
    store(record, {"client": "tt99", "secret": "another-secret"}, account="")
    changed = grant(record)
    assert changed is not None
    assert changed.secret == "another-secret"  # the app's keys were not copied to the account


def test_an_authorisation_that_a_person_set_meanwhile_is_not_overwritten(record: Database) -> None:
    store(record)
    asked = grant(record)
    assert asked is not None
    store(record, {"token": "by-a-person", "refresh": "another-refresh"})

    hear(record, asked=asked, renewed=replace(asked, token="a-new-token"))

    kept = grant(record)
    assert kept is not None
    assert kept.token == "by-a-person"


def test_a_refusal_of_tokens_that_a_person_has_replaced_meanwhile_says_nothing_of_the_new_ones(
    record: Database,
) -> None:
    store(record)
    asked = grant(record)
    store(record, {"token": "by-a-person", "refresh": "another-refresh"})

    hear(record, asked=asked, refused="authorisation_withdrawn")

    assert troubled(record) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"renewed": Grant("a-new-token", refresh="a-new-refresh")}, ("a-new-token", "")),
        ({"refused": "authorisation_withdrawn"}, ("an-access-token", "authorisation_withdrawn")),
    ],
)
def test_what_a_round_of_an_earlier_moment_hears_is_kept_whenever_the_tokens_were_set(
    record: Database, said: dict[str, object], expected: tuple[str, str]
) -> None:
    store(record)

    hear(record, at=NOW - DAY, **said)

    kept = grant(record)
    assert kept is not None
    assert (kept.token, kept.refused) == expected


def test_a_refresh_token_that_stands_elsewhere_renews_nothing_for_the_new_one_would_be_lost(
    record: Database,
) -> None:
    kept = store(record, {"token": "an-access-token"})
    store(record, {**APP, "refresh": "the-apps-refresh"}, account="")

    of_the_app = grant(record)
    of_the_environment = grant(record, given={"XUNJIAN_SECRET_DOUYIN_DY_1_REFRESH": "from-environment"})

    for found in (of_the_app, of_the_environment):
        assert found is not None
        assert (found.token, found.refresh, found.name) == ("an-access-token", "", "douyin:dy-1")
        assert not DouyinRenewal().requests(found, NOW)
    assert not kept.renews


@pytest.mark.parametrize(
    ("issuer", "secrets", "renews"),
    [
        (Issuer.DOUYIN, TOKENS, True),
        (Issuer.DOUYIN, {"token": "an-access-token"}, False),
        (Issuer.DOUYIN, {"refresh": "a-refresh-token"}, False),
        (Issuer.WEIBO, TOKENS, False),
    ],
)
def test_only_a_pair_of_tokens_that_we_can_write_back_is_renewed_by_ourselves(
    record: Database, issuer: Issuer, secrets: dict[str, str], renews: bool
) -> None:
    kept = store(record, secrets, issuer=issuer, ends=NOW + 15 * DAY, refresh_ends=NOW + 30 * DAY)

    assert kept.renews is renews
    if not renews:
        assert kept.ends_on == TODAY + 15 * DAY


def test_what_was_removed_meanwhile_stays_removed(record: Database) -> None:
    store(record)
    with record.writing() as session:
        authorisations.remove(session, Issuer.DOUYIN, "dy-1", "张三", NOW)

    hear(record, refused="token_expired")

    assert grant(record) is None


def test_a_refused_one_is_named_until_it_serves_again(record: Database) -> None:
    store(record)

    hear(record, refused="authorisation_withdrawn")
    assert troubled(record) == ["抖音“dy-1发布”：授权已取消或失效，请单位重新扫码授权"]
    hear(record)
    assert troubled(record) == []


def test_douyin_has_to_be_authorised_anew_after_180_days_however_often_its_tokens_were_renewed(
    record: Database,
) -> None:
    kept = store(record, ends=NOW + 15 * DAY, refresh_ends=NOW + 30 * DAY)

    assert kept.ends_on == TODAY + 180 * DAY
    assert [bool(troubled(record, day)) for day in (15, 30, 149, 150, 181)] == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert "已不能使用" in troubled(record, 181)[0]


@pytest.mark.parametrize(("secrets", "ends_after"), [(TOKENS, 30), ({"token": "an-access-token"}, 2)])
def test_what_we_renew_ends_with_its_refresh_token_and_all_else_with_its_token(
    record: Database, secrets: dict[str, str], ends_after: int
) -> None:
    kept = store(record, secrets, issuer=Issuer.KUAISHOU, ends=NOW + 2 * DAY, refresh_ends=NOW + 30 * DAY)

    assert kept.ends_on == TODAY + ends_after * DAY


def test_what_our_key_does_not_open_is_named_and_spoils_no_other(record: Database) -> None:
    store(record)
    store(record, account="dy-2", box=Strongbox(Fernet.generate_key().decode()))

    with record.reading() as session:
        found, unopened = authorisations.grants(session, Secrets(BOX), ["dy-1", "dy-2"])

    assert unopened == ["douyin:dy-2"]
    assert set(found) == {("dy-1", "douyin_open")}
