"""The feeds: in their makers' shapes, with the moments that the plan says, and broken in the ways that are known."""

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from demo.account import BASE62, WEIBO_EPOCH, Account, posts_of
from demo.answer import Answer
from demo.bridges import BRIDGES
from demo.city import City


def answer_of(city: City, account: Account, road: int = 0) -> Answer:
    return city.answer(BRIDGES[account.roads[road].bridge], account.roads[road].path)


def with_road(city: City, form: str) -> Account:
    return next(
        account
        for account in city.accounts
        if account.is_plain and any(road.form == form for road in account.roads)
    )


@pytest.mark.parametrize("seed", range(8))
def test_fresh_and_silent_accounts_keep_clear_of_fourteen_days(seed: int, now: datetime) -> None:
    for account in City(seed, now=now).accounts:
        newest = max(post.at for post in posts_of(account) if post.at <= now)
        if account.stale:
            assert newest < now - timedelta(days=18.5)
        else:
            assert newest > now - timedelta(days=6)


def test_silent_accounts_are_seen_by_two_bridges_when_confirmed_and_by_one_when_pending(city: City) -> None:
    roads = {account.key: {road.bridge for road in account.roads} for account in city.accounts}

    for fault in city.truth.faults_of("account-stale"):
        assert len(roads[fault.target]) == (2 if fault.state == "confirmed" else 1)


def test_two_bridges_tell_the_same_newest_post(city: City) -> None:
    account = next(one for one in city.accounts if one.stale and len(one.roads) == 2)

    rss, atom = answer_of(city, account, 0).body.decode(), answer_of(city, account, 1).body.decode()

    naive = re.findall(r"<pubDate>(.*?) </pubDate>", rss)[0]
    zoned = re.findall(r"<entry>.*?<updated>(.*?)</updated>", atom, re.DOTALL)[0]
    assert datetime.strptime(naive + " +0800", "%a, %d %b %Y %H:%M:%S %z") == datetime.fromisoformat(zoned)


def test_every_feed_of_a_sound_account_can_be_parsed(city: City) -> None:
    for account in city.accounts:
        for number, road in enumerate(account.roads):
            if not account.broken:
                answer = answer_of(city, account, number)
                assert answer.status == 200
                if road.form.endswith("json"):
                    assert json.loads(answer.body)["version"].startswith("https://jsonfeed.org/version/")
                elif road.form != "app-rss":  # expat does not know gb2312
                    ElementTree.fromstring(answer.body)


def test_rsshub_dates_are_gmt_and_its_build_date_is_now(city: City, now: datetime) -> None:
    text = answer_of(city, with_road(city, "rsshub-rss")).body.decode()

    built = re.search(r"<lastBuildDate>(.*?)</lastBuildDate>", text)
    assert built and parsedate_to_datetime(built[1]) == now
    assert "<generator>RSSHub</generator>" in text
    assert all(date.endswith("GMT") for date in re.findall(r"<pubDate>(.*?)</pubDate>", text))


def test_the_app_feed_is_gb2312(city: City) -> None:
    account = with_road(city, "app-rss")

    assert account.name in answer_of(city, account).body.decode("gb18030")


def test_a_weibo_address_holds_the_second_of_its_post(city: City, now: datetime) -> None:
    account = next(one for one in city.accounts if one.trick == "minus-8h")

    post = posts_of(account)[0]

    bid = post.url.rpartition("/")[2]
    groups = [bid[max(0, end - 4) : end] for end in range(len(bid), 0, -4)][::-1]
    numbers = [
        sum(BASE62.index(letter) * 62**place for place, letter in enumerate(group[::-1])) for group in groups
    ]
    mid = int("".join(f"{number:07d}" for number in numbers))
    assert (mid >> 22) + WEIBO_EPOCH == int(post.at.timestamp())
    assert post.at - post.stated_at == timedelta(hours=8)


def test_a_pinned_post_is_old_and_a_future_one_comes_first(city: City, now: datetime) -> None:
    for account in city.accounts:
        first = posts_of(account)[0].at
        if account.trick == "pinned":
            assert first < now - timedelta(days=365)
        elif account.trick == "future":
            assert first > now + timedelta(days=2)


def test_broken_bridges_fail_in_the_way_they_are_named(city: City, now: datetime) -> None:
    broken = {account.broken: answer_of(city, account) for account in city.accounts if account.broken}

    assert broken["cookies-503"].status == 503 and b"Cookies expired" in broken["cookies-503"].body
    assert broken["empty-route-503"].status == 503
    assert broken["key-403"].status == 403
    assert broken["rate-429"].status == 429
    assert broken["unknown-feed-400"].status == 400
    assert broken["html-200"].status == 200 and b"502 Bad Gateway" in broken["html-200"].body
    assert broken["empty-200"].status == 200 and b"<item>" not in broken["empty-200"].body
    assert broken["empty-body"].body == b""
    assert b"<published>" not in broken["fake-updated"].body
    assert b"<item>" in broken["frozen"].body
    built = re.search(rb"<lastBuildDate>(.*?) <", broken["frozen"].body)
    assert built and f"{now - timedelta(days=22):%d %b %Y}" in built[1].decode()


def test_wewe_rss_tells_that_it_pulled_today(city: City, now: datetime) -> None:
    rows = json.loads(city.answer(BRIDGES["wewe"], "/feeds").body)

    assert rows
    assert all(now.timestamp() - row["syncTime"] < 36 * 3600 for row in rows)


def test_few_accounts_of_one_platform_are_silent_so_that_no_outage_is_suspected(city: City) -> None:
    for platform in {account.platform for account in city.accounts}:
        group = [account for account in city.accounts if account.platform == platform]
        assert sum(account.stale for account in group) <= 0.1 * len(group) + 1
