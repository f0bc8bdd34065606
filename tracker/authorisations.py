"""授权: what lets us ask the official interfaces, kept by issuer and account; secrets encrypted or in the environment only.

An authorisation without an account serves all accounts of its issuer: a commercial contract, or the keys of an app whose
tokens stand with the accounts. What the environment gives goes before what the record keeps.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.road_words import REASONS
from crawler.clock import CHINA
from crawler.grants import Grant, Grants, GrantSeen
from crawler.sources.issuers import ADAPTERS, AUTHORISED_DAYS, Issuer
from crawler.sources.renewals import RENEWALS
from tracker.audit import add_link
from tracker.errors import WrongUse
from tracker.models import Authorisation, Target
from tracker.settings import SECRET_PREFIX
from tracker.strongbox import Strongbox, WrongKey

logger = logging.getLogger(__name__)

FIELDS = ("token", "refresh", "client", "secret")
SHORTEST = 8
"""Characters of a secret: shorter ones could not be masked without masking half of every answer."""
UNOPENED = "key_lost"
NEVER = 1_000_000
"""Days."""
TOLD_DAYS = (30, 7, 1)
"""From so many days before its end on an authorisation is named in the daily summary, more urgently each time."""


class UnknownAuthorisation(WrongUse):
    """Nothing of this issuer and account is kept."""

    def __init__(self, issuer: Issuer, account: str) -> None:
        super().__init__(f"没有保存{shown(issuer, account)}的授权：用 xunjian authorisations list 查看")


class UnknownAccount(WrongUse):
    """An authorisation of nobody."""

    def __init__(self, account: str) -> None:
        super().__init__(f"台账中没有账号“{account}”：请核对账号标识，或先导入台账")


class UselessSecrets(WrongUse):
    """What was given is too little, or no secret."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where secrets come from. `box` opens what the record keeps; `given`: those of the environment, by variable."""

    box: Strongbox = field(default_factory=Strongbox)
    given: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of(self, issuer: Issuer, account: str = "") -> dict[str, str]:
        """What the environment gives for this account, or with no account for all of the issuer."""
        if not self.given:  # asked for every account of a round
            return {}
        named = {name: self.given.get(variable(issuer, account, name), "") for name in FIELDS}
        return {name: value for name, value in named.items() if value}


NO_SECRETS = Secrets()


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when the two tokens are good, as far as it is known, and on which day the unit authorised us."""

    ends: datetime | None = None
    refresh_ends: datetime | None = None
    authorised_on: date | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An authorisation as it may be shown to anybody. `ends_on`: the day from which a person has to renew it. `renews`: until
    then we renew its token ourselves."""

    issuer: str
    account: str
    account_name: str
    ends_on: date | None
    renewed_at: datetime | None
    refused: str
    refused_at: datetime | None
    set_at: datetime
    set_by: str
    renews: bool = False

    @property
    def shown(self) -> str:
        return shown(self.issuer, self.account_name or self.account)

    def days_left(self, today: date) -> int | None:
        return (self.ends_on - today).days if self.ends_on else None

    def trouble(self, today: date) -> str:
        """What a person has to know of it, in words: why it is refused, or when it ends."""
        if self.refused:
            return f"{self.shown}：{REASONS.get(self.refused, f'平台拒绝（{self.refused}）')}"
        if (left := self.days_left(today)) is None or self.ends_on is None:
            return ""
        day = f"{self.ends_on.year}年{self.ends_on.month}月{self.ends_on.day}日"
        return f"{self.shown}：{day}{f'到期，还有{left}天' if left > 0 else '到期，已不能使用'}"


def shown(issuer: str, account: str) -> str:
    """抖音“某某发布”, or 微博（全部账号）."""
    title = Issuer(issuer).sentence if issuer in list(Issuer) else issuer
    return f"{title}“{account}”" if account else f"{title}（全部账号）"


def variable(issuer: Issuer, account: str, name: str) -> str:
    """The environment variable: XUNJIAN_SECRET_<issuer>[_<account>]_<TOKEN, REFRESH, CLIENT or SECRET>."""
    parts = (issuer, account, name) if account else (issuer, name)
    return SECRET_PREFIX + "_".join(re.sub(r"\W+|_+", "_", part).strip("_").upper() for part in parts)


# -- keeping ----------------------------------------------------------------------------------------------


def store(
    session: Session,
    box: Strongbox,
    issuer: Issuer,
    account: str,
    secrets: Mapping[str, str],
    terms: Terms,
    by: str,
    at: datetime,
) -> Kept:
    """Keep an authorisation, in the place of the one before; `secrets` by the names in FIELDS."""
    given = {name: secrets[name].strip() for name in FIELDS if secrets.get(name, "").strip()}
    _require_useful(given)
    _require_known(session, account)
    sealed = box.seal(given)
    row = _row(session, issuer, account)
    if row is None:
        row = Authorisation(issuer=str(issuer), account=account)
        session.add(row)
    row.sealed, row.set_at, row.set_by = sealed, at, by
    row.renews = _renews(issuer, given)
    row.ends_at, row.refresh_ends_at = terms.ends, terms.refresh_ends
    days = AUTHORISED_DAYS.get(issuer) if "token" in given else None
    since = terms.authorised_on or at.astimezone(CHINA).date()
    row.authorise_again_on = since + timedelta(days=days) if days else None
    row.renewed_at, row.refused, row.refused_at = None, "", None
    _note(session, "set", row, by, at)
    session.flush()
    return next(each for each in kept(session) if (each.issuer, each.account) == (issuer, account))


def remove(session: Session, issuer: Issuer, account: str, by: str, at: datetime) -> None:
    row = _row(session, issuer, account)
    if row is None:
        raise UnknownAuthorisation(issuer, account)
    _note(session, "removed", row, by, at)
    session.delete(row)


def keep_seen(session: Session, box: Strongbox, seen: GrantSeen) -> None:
    """What a crawl learnt. An authorisation that was set anew or removed meanwhile stays as it is: its tokens tell, for a round
    may run by another clock (--as-of) than whoever set it."""
    issuer, _, account = seen.name.partition(":")
    row = _row(session, issuer, account)
    if row is None:
        return
    try:
        secrets = box.open(row.sealed)
    except WrongKey:
        secrets = {}  # nothing was asked with it
    if any(secrets.get(name, "") != getattr(seen.asked, name) for name in ("token", "refresh")):
        return
    if seen.renewed is None:
        row.refused, row.refused_at = seen.refused, seen.at if seen.refused else None
        return
    row.sealed = box.seal({**secrets, "token": seen.renewed.token, "refresh": seen.renewed.refresh})
    row.ends_at, row.refresh_ends_at = seen.renewed.ends, seen.renewed.refresh_ends
    row.renewed_at, row.refused, row.refused_at = seen.at, "", None


def _renews(issuer: Issuer, given: Mapping[str, str]) -> bool:
    """Only a token whose refresh token stands beside it: the new pair is written where the old one stood."""
    return {"token", "refresh"} <= given.keys() and not RENEWALS.keys().isdisjoint(ADAPTERS[issuer])


def _require_useful(given: Mapping[str, str]) -> None:
    if not {"token", "refresh", "secret"} & given.keys():
        raise UselessSecrets("没有读到令牌（token）、刷新令牌（refresh）或应用密钥（secret）：什么也没有保存")
    if short := [name for name, value in given.items() if name != "client" and len(value) < SHORTEST]:
        raise UselessSecrets(f"{'、'.join(short)} 不足 {SHORTEST} 个字符，不像是密钥：请核对")


def _require_known(session: Session, account: str) -> None:
    known = select(Target.id).where(Target.kind == "account", Target.key == account)
    if account and session.scalar(known) is None:
        raise UnknownAccount(account)


def _note(session: Session, act: str, row: Authorisation, by: str, at: datetime) -> None:
    """Who changed what and when; nothing that is secret."""
    payload: dict[str, Any] = {"act": act, "issuer": row.issuer, "account": row.account, "by": by}
    add_link(session, "authorisation", payload, at)


def _row(session: Session, issuer: str, account: str) -> Authorisation | None:
    of_it = Authorisation.issuer == str(issuer), Authorisation.account == account
    return session.scalar(select(Authorisation).where(*of_it))


# -- using ------------------------------------------------------------------------------------------------


def grants(session: Session, secrets: Secrets, accounts: Iterable[str]) -> tuple[Grants, list[str]]:
    """What these accounts (keys) are asked with, and the names of authorisations that our key does not open."""
    opened, unopened = _opened(session, secrets.box)
    found: dict[tuple[str, str], Grant] = {}
    for account in accounts:
        for issuer, adapters in ADAPTERS.items():
            if grant := _grant(issuer, account, opened, secrets):
                found |= {(account, adapter): grant for adapter in adapters}
    return MappingProxyType(found), unopened


@dataclass(frozen=True, slots=True)
class _Opened:
    row: Authorisation
    secrets: dict[str, str]


def _opened(session: Session, box: Strongbox) -> tuple[dict[tuple[str, str], _Opened], list[str]]:
    opened, unopened = {}, []
    for row in session.scalars(select(Authorisation)):
        try:
            opened[row.issuer, row.account] = _Opened(row, box.open(row.sealed))
        except WrongKey:
            unopened.append(_name(row))
    if unopened:
        logger.error("authorisations cannot be opened", extra={"count": len(unopened)})
    return opened, unopened


def _grant(
    issuer: Issuer, account: str, opened: Mapping[tuple[str, str], _Opened], secrets: Secrets
) -> Grant | None:
    """The account's own goes before that of the issuer, the environment before the record."""
    kept = [each for key in ("", account) if (each := opened.get((issuer, key)))]
    given = {**secrets.of(issuer), **secrets.of(issuer, account)}
    parts: dict[str, str] = {}
    for each in kept:
        parts |= each.secrets
    parts |= given
    if not parts:
        return None
    token, refresh, client, secret = (parts.get(name, "") for name in FIELDS)
    grant = Grant(token, client, secret, refresh)
    bearer = next((each for each in reversed(kept) if "token" in each.secrets), None)
    if bearer is None or "token" in given:  # what the environment gives is for a person to renew
        return grant
    return replace(
        grant,
        # None from elsewhere: its successor could not be written there.
        refresh=bearer.secrets.get("refresh", ""),
        name=_name(bearer.row),
        ends=bearer.row.ends_at,
        refresh_ends=bearer.row.refresh_ends_at,
        refused=bearer.row.refused,
        is_shared=not bearer.row.account,
    )


def _name(row: Authorisation) -> str:
    return f"{row.issuer}:{row.account}" if row.account else row.issuer


# -- showing ----------------------------------------------------------------------------------------------


def kept(session: Session) -> list[Kept]:
    """All authorisations of the record, without their secrets."""
    of_account = (Target.kind == "account") & (Target.key == Authorisation.account)
    rows = (
        select(Authorisation, Target.name)
        .outerjoin(Target, of_account)
        .order_by(Authorisation.issuer, Authorisation.account)
    )
    return [_kept(row, name or "") for row, name in session.execute(rows)]


def troubled(session: Session, today: date, days: int = TOLD_DAYS[0]) -> tuple[Kept, ...]:
    """Those that are refused, and those that end within so many days, the most urgent first."""
    found = [each for each in kept(session) if each.refused or _left(each, today) <= days]
    return tuple(sorted(found, key=lambda each: (not each.refused, _left(each, today))))


def _left(each: Kept, today: date) -> int:
    left = each.days_left(today)
    return left if left is not None else NEVER


def _kept(row: Authorisation, account_name: str) -> Kept:
    end = row.refresh_ends_at if row.renews else row.ends_at
    last, again = end.astimezone(CHINA).date() if end else None, row.authorise_again_on
    return Kept(
        issuer=row.issuer,
        account=row.account,
        account_name=account_name,
        ends_on=(again or last) if row.renews else (last or again),
        renewed_at=row.renewed_at,
        refused=row.refused,
        refused_at=row.refused_at,
        set_at=row.set_at,
        set_by=row.set_by,
        renews=row.renews,
    )
