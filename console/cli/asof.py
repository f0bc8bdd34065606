"""`--as-of T`: what the command takes for now. A bare date is the end of that day in Asia/Shanghai."""

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from crawler.clock import CHINA

HELP = "以此时刻为“现在”（ISO 8601；只写日期即当日结束，北京时间）"
AsOf = Annotated[str | None, typer.Option("--as-of", help=HELP)]


def parse_as_of(text: str | None) -> datetime:
    """Aware, in Asia/Shanghai; a time without a zone is meant in Asia/Shanghai."""
    if text is None:
        return datetime.now(UTC).astimezone(CHINA)
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(text.strip()), time(23, 59, 59), CHINA)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f"--as-of “{text}”不是时间：请写成 2026-11-24 或 2026-11-24T09:00+08:00"
        ) from None
    return moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment.astimezone(CHINA)


def parse_day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{option} “{text}”不是日期：请写成 2026-11-24") from None
