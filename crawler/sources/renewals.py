"""How an access token is renewed with the refresh token, by adapter: what to send, and what came back. Pure.

Source     Douyin: developer.open-douyin.com …/account-permission/refresh-access-token; the interface that prolongs the
           refresh token is read from a copy (apifox.com 3671297). Kuaishou: apifox.com 462993, api-7075071
Left out   WeChat: its tokens come from the ticket of a third-party platform (component_verify_ticket), which waits until
           such an authorisation exists. Weibo and Bilibili: a person renews them
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlencode

from crawler.fetching import Answer, Wanted
from crawler.grants import Grant
from crawler.json_text import from_json

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PROLONG_BEFORE = timedelta(days=5)
"""Douyin prolongs a refresh token five times only, each time by 30 days from then on: not long before it ends."""
DOUYIN, KUAISHOU = "https://open.douyin.com", "https://open.kuaishou.com"


class Refused(Exception):
    """The platform did not renew the token; the message is a machine word, as a road's reason."""


class NoAnswer(Exception):
    """Nothing can be concluded: the platform did not answer, or not in a way that we know."""


class Renewal(Protocol):
    def is_due(self, grant: Grant, at: datetime) -> bool:
        """Whether to renew before anything is asked."""
        ...

    def requests(self, grant: Grant, at: datetime) -> Sequence[Wanted]:
        """To be sent one after the other; none if something is lacking that the platform wants."""
        ...

    def parse(self, answers: Sequence[Answer], grant: Grant) -> Grant:
        """The grant with its new tokens. Refused or NoAnswer if there are none."""
        ...


@dataclass(frozen=True, slots=True)
class DouyinRenewal:
    """A new access token each time; the refresh token keeps its end and is prolonged by a request of its own."""

    def is_due(self, grant: Grant, at: datetime) -> bool:
        return _has_ended(grant, at) or self._ends_soon(grant, at)

    def requests(self, grant: Grant, at: datetime) -> Sequence[Wanted]:
        if not (grant.client and grant.refresh):
            return ()
        asked = {"client_key": grant.client, "refresh_token": grant.refresh}
        renew = _posted(f"{DOUYIN}/oauth/refresh_token/", {**asked, "grant_type": "refresh_token"}, grant)
        if not self._ends_soon(grant, at):
            return (renew,)
        return renew, _posted(f"{DOUYIN}/oauth/renew_refresh_token/", asked, grant)

    def parse(self, answers: Sequence[Answer], grant: Grant) -> Grant:
        data = self._data(answers[0])
        at = answers[0].fetch.at
        new = replace(
            grant,
            token=_text(data, "access_token") or grant.token,
            refresh=_text(data, "refresh_token") or grant.refresh,
            ends=_end(data, "expires_in", at),
            refresh_ends=_end(data, "refresh_expires_in", at) or grant.refresh_ends,
            refused="",
        )
        if len(answers) == 1:
            return new
        try:
            prolonged = self._data(answers[1])
        except (
            Refused,
            NoAnswer,
        ):  # the new access token is good all the same; the day to authorise again stands
            return new
        at = answers[1].fetch.at
        return replace(
            new,
            refresh=_text(prolonged, "refresh_token") or new.refresh,
            refresh_ends=_end(prolonged, "expires_in", at) or new.refresh_ends,
        )

    def _ends_soon(self, grant: Grant, at: datetime) -> bool:
        return grant.refresh_ends is not None and grant.refresh_ends - PROLONG_BEFORE <= at

    def _data(self, answer: Answer) -> Mapping[str, Any]:
        data = _json(answer).get("data")
        if not isinstance(data, Mapping):
            raise NoAnswer
        code = str(data.get("error_code", "")).strip()
        if code in ("", "0") and (_text(data, "access_token") or _text(data, "refresh_token")):
            return data
        raise {"10010": Refused("refresh_expired"), "10020": Refused("refresh_used_up")}.get(
            code, Refused(f"errcode_{code}") if code not in ("", "0", *BUSY) else NoAnswer()
        )


BUSY = ("2100004", "28001005", "28001006")
"""Douyin is busy (newmedia.md 2.3): it says nothing of the token."""


@dataclass(frozen=True, slots=True)
class KuaishouRenewal:
    """Each renewal gives a new refresh token, which takes over the end of the old one; the old one is void from then on."""

    def is_due(self, grant: Grant, at: datetime) -> bool:
        return _has_ended(grant, at)

    def requests(self, grant: Grant, at: datetime) -> Sequence[Wanted]:
        if not (grant.client and grant.secret and grant.refresh):
            return ()
        secret = {"app_secret": grant.secret, "refresh_token": grant.refresh}
        address = f"{KUAISHOU}/oauth2/refresh_token?app_id={grant.client}&grant_type=refresh_token"
        return (Wanted(address, secret=secret, masked=grant.secrets, private=True),)

    def parse(self, answers: Sequence[Answer], grant: Grant) -> Grant:
        data, at = _json(answers[0]), answers[0].fetch.at
        code = str(data.get("result", "")).strip()
        if code != "1":
            gone = ("100200110", "100200111", "100200113")
            raise Refused("refresh_expired" if code in gone else f"errcode_{code}") if code else NoAnswer
        if not (token := _text(data, "access_token")):
            raise NoAnswer
        return replace(
            grant,
            token=token,
            refresh=_text(data, "refresh_token") or grant.refresh,
            ends=_end(data, "expires_in", at),
            refresh_ends=_end(data, "refresh_token_expires_in", at) or grant.refresh_ends,
            refused="",
        )


RENEWALS: Mapping[str, Renewal] = MappingProxyType(
    {"douyin_open": DouyinRenewal(), "kuaishou_open": KuaishouRenewal()}
)
"""By adapter."""


def _has_ended(grant: Grant, at: datetime) -> bool:
    return grant.ends is not None and grant.ends <= at


def _posted(url: str, form: Mapping[str, str], grant: Grant) -> Wanted:
    return Wanted(url, "POST", FORM, urlencode(form).encode(), masked=grant.secrets, private=True)


def _json(answer: Answer) -> Mapping[str, Any]:
    try:
        read = from_json(answer.body)
    except ValueError:
        raise NoAnswer from None
    if not isinstance(read, Mapping):
        raise NoAnswer
    return read


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _end(data: Mapping[str, Any], name: str, at: datetime) -> datetime | None:
    """Seconds from the answer on, as a number or in digits."""
    try:
        return at + timedelta(seconds=int(data.get(name) or 0)) if data.get(name) else None
    except (TypeError, ValueError, OverflowError):
        return None
