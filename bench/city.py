"""The moment on which the benchmarks' demo city stands."""

from datetime import datetime

from crawler.clock import CHINA

NOW = datetime(2026, 11, 24, 9, tzinfo=CHINA)
