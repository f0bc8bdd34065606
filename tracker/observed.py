"""Whole observations as bytes and back, so that last month can be judged again without one request."""

from typing import Any

from pydantic import TypeAdapter

from crawler.observations import AccountVisit, SiteVisit, Visit

ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "site": TypeAdapter(SiteVisit),
    "account": TypeAdapter(AccountVisit),
}


KIND_WORDS = {"site": "网站", "account": "账号"}
"""What people call the kinds of targets."""
DOCUMENT_WORDS = {"site": "政府网站", "account": "政务新媒体"}
"""What bulletins and reports call them."""


def kind_of(visit: Visit) -> str:
    return "site" if isinstance(visit, SiteVisit) else "account"


def pack(visit: Visit) -> bytes:
    """The observation as JSON; what stands at its default is left out, most of it does."""
    return ADAPTERS[kind_of(visit)].dump_json(visit, exclude_defaults=True)


def unpack(kind: str, packed: bytes) -> Visit:
    visit: Visit = ADAPTERS[kind].validate_json(packed)
    return visit
