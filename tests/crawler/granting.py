"""An official interface in a few lines, for tests of authorisations: it knows which token is good and how to renew it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs

from crawler.fetching import Answer, Wanted
from crawler.grants import Grant
from crawler.observations import Fetch, SourceResult
from crawler.sources.base import Asking
from crawler.targets import Road
from tests.builders import NOW, a_post, ago


def answer(url: str, body: object, at: datetime = NOW) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(Fetch(url, at, url, 200, "application/json", size=len(raw)), raw)


@dataclass(frozen=True)
class TokenAdapter:
    """Asks with the token in the address and the headers; reads `{"code", "post"}`, and an answer that is none as broken."""

    name: str = "douyin_open"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        token = asking.grant.token
        headers = {"access-token": token}
        return (
            (Wanted(asking.road.address, headers=headers, secret={"access_token": token}),) if token else ()
        )

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        if not answers:
            return SourceResult(road.address, health="auth_expired", reason="not_authorised")
        fetch = answers[0].fetch
        try:
            reason = json.loads(answers[0].body)["reason"]
        except (ValueError, KeyError, TypeError):
            return SourceResult(road.address, health="source_broken", reason="not_json", fetch=fetch)
        if reason:
            return SourceResult(road.address, health="auth_expired", reason=reason, fetch=fetch)
        return SourceResult(road.address, (a_post(ago(days=1)),), official=True, fetch=fetch)


@dataclass
class Platform:
    """Answers requests of `TokenAdapter` and of Douyin's renewal. `good`: tokens that are accepted; `renews_to`: the next."""

    good: set[str]
    renews_to: str = "a-new-token"
    refuses_renewal: str = ""
    says: Mapping[str, str] = field(default_factory=dict)
    """Address of a road -> why it refuses, whatever the token."""
    renewals: int = 0
    prolonged: int = 0

    async def __call__(self, wanted: Wanted) -> Answer:
        if "/oauth/refresh_token/" in wanted.url:
            return self._renew(wanted)
        if "/oauth/renew_refresh_token/" in wanted.url:
            self.prolonged += 1
            data = {"error_code": 0, "refresh_token": "prolonged-refresh", "expires_in": "2592000"}
            return answer(wanted.url, {"data": data, "message": "success"})
        reason = self.says.get(wanted.url, "")
        expired = "" if wanted.secret["access_token"] in self.good else "token_expired"
        return answer(wanted.url, {"reason": reason or expired})

    def _renew(self, wanted: Wanted) -> Answer:
        self.renewals += 1
        if self.refuses_renewal:
            return answer(wanted.url, {"data": {"error_code": self.refuses_renewal, "description": "no"}})
        self.good.add(self.renews_to)
        (refresh,) = parse_qs(wanted.body.decode())["refresh_token"]
        data = {
            "error_code": 0,
            "access_token": self.renews_to,
            "expires_in": "1296000",
            "refresh_token": refresh,
            "refresh_expires_in": 1728000,
        }
        return answer(wanted.url, {"data": data, "message": "success"})


def a_grant(**more: object) -> Grant:
    facts = {
        "token": "an-old-token",
        "client": "tt10abc",
        "refresh": "a-refresh-token",
        "name": "douyin:dy-1",
    }
    return Grant(**{**facts, **more})  # type: ignore[arg-type]
