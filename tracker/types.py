"""Column types, said once: aware moments kept in UTC, whole observations packed small."""

from datetime import UTC, datetime
from typing import Annotated, Any

import zstandard
from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, String, Text
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator


class NaiveMoment(ValueError):
    """A time without a zone reached the database: pass aware datetimes only."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime; stored in UTC, given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name != "sqlite" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Packed(TypeDecorator[bytes]):
    """JSON as bytes, compressed: for whole observations, which are read back seldom and as a whole."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zstandard.compress(value, 3)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zstandard.decompress(value)


Key = Annotated[str, mapped_column(String(64))]
Word = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(300))]
Address = Annotated[str, mapped_column(Text)]
Prose = Annotated[str, mapped_column(Text)]
Sha256 = Annotated[str, mapped_column(String(64))]
At = Annotated[datetime, mapped_column(Moment)]
Counts = Annotated[dict[str, int], mapped_column(JSON)]
Facts = Annotated[dict[str, Any], mapped_column(JSON)]
Listing = Annotated[list[str], mapped_column(JSON)]
