"""Times of posts, as the platforms and bridges write them (newmedia.md part 5)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources.times import corrected_by_id, is_future, read_time, weibo_time
from tests.builders import NOW

CHINA = timezone(timedelta(hours=8))


def china(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CHINA)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("raw", "at", "precision"),
    [
        ("1763604129", datetime(2025, 11, 20, 2, 2, 9, tzinfo=UTC), "second"),
        ("1763604129000", datetime(2025, 11, 20, 2, 2, 9, tzinfo=UTC), "second"),
        ("20251104", china(2025, 11, 4), "day"),
        ("2026-11-20T10:00:05.000Z", datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC), "second"),
        ("2026-11-20T10:00:05+08:00", china(2026, 11, 20, 10, 0, 5), "second"),
        ("2026-11-20T10:00:05", china(2026, 11, 20, 10, 0, 5), "second"),
        ("2026-11-23 19:05:11", china(2026, 11, 23, 19, 5, 11), "second"),
        ("2026-11-23 19:05", china(2026, 11, 23, 19, 5), "minute"),
        ("2026-11-23", china(2026, 11, 23), "day"),
        ("Mon, 23 Nov 2026 10:00:00 GMT", datetime(2026, 11, 23, 10, tzinfo=UTC), "second"),
        ("Mon, 23 Nov 2026 10:00:00 +0000", datetime(2026, 11, 23, 10, tzinfo=UTC), "second"),
        ("Mon, 23 Nov 2026 10:00:00", china(2026, 11, 23, 10), "second"),
        ("Sun, 22 Nov 2026 18:30:14 ", china(2026, 11, 22, 18, 30, 14), "second"),
        ("Mon, 23 Nov 2026 10:00:00 CST", china(2026, 11, 23, 10), "second"),
        ("23 Nov 26 10:00 +0800 (CST)", china(2026, 11, 23, 10), "minute"),
        ("Tue May 31 17:46:55 +0800 2011", china(2011, 5, 31, 17, 46, 55), "second"),
        ("Tue May 31 17:46:55 2011", china(2011, 5, 31, 17, 46, 55), "second"),
        ("Mon, 23 Nov 2026 10:00:00 GMT+8", china(2026, 11, 23, 10), "second"),
        ("Mon, 23 Nov 2026 10:00:00 GMT+8:00", china(2026, 11, 23, 10), "second"),
        ("Mon, 23 Nov 2026 10:00:00 GMT+0800", china(2026, 11, 23, 10), "second"),
        ("Mon, 23 Nov 2026 10:00:00 UTC+08:00", china(2026, 11, 23, 10), "second"),
        ("2026-11-23 10:00:00 UTC-1", datetime(2026, 11, 23, 11, tzinfo=UTC), "second"),
        ("2026-11-20T10:00:05+08", china(2026, 11, 20, 10, 0, 5), "second"),
        ("Wed Nov 25 2026 09:00:00 GMT+0800 (中国标准时间)", china(2026, 11, 25, 9), "second"),
        ("Wed Nov 25 2026 09:00:00 GMT+0800 (China Standard Time)", china(2026, 11, 25, 9), "second"),
        ("Wed, 25 Nov 2026", china(2026, 11, 25), "day"),
        ("2025年11月04日 10:00", china(2025, 11, 4, 10), "minute"),
        ("2025年11月4日", china(2025, 11, 4), "day"),
        ("2025年11月4日 下午3时5分", china(2025, 11, 4, 15, 5), "minute"),
        ("2025/11/04", china(2025, 11, 4), "day"),
        ("2025.11.04 08:09", china(2025, 11, 4, 8, 9), "minute"),
        ("2026/11/25 下午 3:20:00", china(2026, 11, 25, 15, 20), "second"),
        ("2026/11/2 上午 9:20", china(2026, 11, 2, 9, 20), "minute"),
        ("2026-11-25 下午3:20", china(2026, 11, 25, 15, 20), "minute"),
        ("2026/11/25 上午 12:00:00", china(2026, 11, 25), "day"),
        ("11-20", china(2026, 11, 20), "day"),
        ("11-25 08:00", china(2025, 11, 25, 8), "minute"),
        ("昨天 凌晨12:30", china(2026, 11, 23, 0, 30), "minute"),
        ("昨天 下午12:10", china(2026, 11, 23, 12, 10), "minute"),
        ("昨天 中午1点", china(2026, 11, 23, 13), "hour"),
        ("今天 早上8:05", china(2026, 11, 24, 8, 5), "minute"),
        ("11月23日 晚上8点20分", china(2026, 11, 23, 20, 20), "minute"),
        ("2026年11月23日 凌晨12:30", china(2026, 11, 23, 0, 30), "minute"),
        ("2026年11月23日中午12点", china(2026, 11, 23, 12), "hour"),
        ("2026年11月23日中午11点半", china(2026, 11, 23, 11, 30), "minute"),
        ("2026年11月23日晚上12点", china(2026, 11, 23), "day"),
        ("2026年11月23日 晚上1:20", china(2026, 11, 23), "day"),
        ("2026/11/23 凌晨12:30:00", china(2026, 11, 23, 0, 30), "second"),
        ("2026-11-23 中午1:15", china(2026, 11, 23, 13, 15), "minute"),
        ("Nov 4, 2026 10:00 AM", china(2026, 11, 4, 10), "minute"),
        ("Nov 4, 2026, 12:05 PM", china(2026, 11, 4, 12, 5), "minute"),
        ("November 4, 2026", china(2026, 11, 4), "day"),
        ("刚刚", NOW, "minute"),
        ("5分钟前", NOW - timedelta(minutes=5), "minute"),
        ("3小时前", NOW - timedelta(hours=3), "hour"),
        ("昨天 20:15", china(2026, 11, 23, 20, 15), "minute"),
        ("前天", china(2026, 11, 22), "day"),
        ("2天前", china(2026, 11, 22), "day"),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_meant(raw: str, at: datetime, precision: str) -> None:
    moment = read_time(raw, NOW)

    assert moment is not None
    assert (moment.at, moment.precision) == (at, precision)


@pytest.mark.parametrize(
    "raw",
    ["", "soon", "2026-13-40", "2026-02-30", "Mon, 23 Nov 2026 10:00:00 XYZT", "2026-11-20T10:00:00+99:00", "11/04/2025", "12345", "1762-01-01", "2025年", "0001-01-01T00:00:00Z", "0001/1/1 0:00:00", "Mon, 01 Jan 0001 00:00:00 GMT", "0099-01-01", "Mon, 23 Nov 2026 10:00:00 GMT+800", "2026-11-20T10:00:05+8", "Mon, 23 Nov 2026 10:00:00 CST+8", "2026/11/25 3:20:00 PM"],
)  # fmt: skip
def test_what_cannot_be_read_for_certain_is_no_time(raw: str) -> None:
    assert read_time(raw, NOW) is None


@given(st.text(max_size=40))
def test_no_text_raises(raw: str) -> None:
    moment = read_time(raw, NOW)

    assert moment is None or moment.at.tzinfo is not None


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001
def test_a_written_time_reads_back(naive: datetime) -> None:
    at = naive.replace(microsecond=0, tzinfo=CHINA)

    assert read_time(f"{at:%Y-%m-%d %H:%M:%S}", NOW) == (at, "second")
    assert read_time(at.isoformat(), NOW) == (at, "second")
    assert read_time(str(int(at.timestamp())).rjust(10, "0"), NOW) == (at, "second")


@pytest.mark.parametrize(
    ("url", "at"),
    [
        ("https://weibo.com/5120883374/RspCgBuqe", datetime(2026, 11, 21, 7, 40, 20, tzinfo=UTC)),
        ("https://m.weibo.cn/detail/5301066679190033", datetime(2026, 5, 21, 9, 37, 28, tzinfo=UTC)),
        ("https://weibo.com/5120883374/", None),
        ("https://www.douyin.com/video/7711490095679014399", None),
    ],
)
def test_a_weibo_id_holds_the_second_of_its_making(url: str, at: datetime | None) -> None:
    assert weibo_time(url) == at


@pytest.mark.parametrize(
    ("hours", "minutes", "is_corrected"),
    [
        (-8, 0, True),
        (8, 0, True),
        (-8, 3, True),
        (-8, 4, False),
        (-7, 0, False),
        (0, 0, False),
        (-16, 0, False),
    ],
)
def test_only_a_whole_zone_is_corrected(hours: int, minutes: int, is_corrected: bool) -> None:
    stated = NOW + timedelta(hours=hours, minutes=minutes)

    assert corrected_by_id(stated, NOW) == (NOW if is_corrected else None)


@pytest.mark.parametrize(("minutes", "answer"), [(10, False), (11, True)])
def test_ten_minutes_ahead_are_not_the_future(minutes: int, answer: bool) -> None:
    assert is_future(NOW + timedelta(minutes=minutes), NOW) is answer
