"""The templates beside this file (templates/*.j2) filled in; what ends in .html.j2 escapes all that it is given."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.clock import CHINA
from reports.foreign_text import short
from reports.letter import day_words, deadline_words


def filled(template: str, facts: Mapping[str, Any]) -> str:
    return _environment().get_template(template).render(facts)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day_words, "deadline": deadline_words, "moment": _moment, "short": short}
    environment.tests["web_address"] = _is_web_address
    return environment


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _is_web_address(text: str) -> bool:
    """A stranger's address becomes a link only if it leads to a page."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
