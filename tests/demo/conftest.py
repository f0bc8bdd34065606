"""One city for all tests that only look at it."""

from datetime import datetime

import pytest

from demo.city import City

NOW = datetime.fromisoformat("2026-11-24T09:00+08:00")


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def city() -> City:
    return City(7, now=NOW)
