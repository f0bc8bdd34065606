"""Every recorded feed answer is read as its row says, and so are its variations."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.fetching import Wanted
from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.feed import FeedAdapter
from crawler.targets import Road
from tests.builders import NOW, an_account
from tests.crawler.sources.recorded import Recorded, answered, body_of, feeds

ADDRESS = "http://rsshub.bridge.test:1200/weibo/user/2213408817"
FEEDS = feeds()


def read(
    body: bytes, *, url: str = ADDRESS, at: datetime = NOW, status: int = 200, content_type: str = ""
) -> SourceResult:
    return FeedAdapter().parse([answered(body, url, at, status, content_type)], Road(url), at)


def asked_of(address: str) -> Sequence[Wanted]:
    return FeedAdapter().requests(Asking(an_account(), Road(address), NOW))


def rss(*items: str, built: str = "", generator: str = "RSSHub", end: str = "</channel></rss>") -> bytes:
    head = f"<lastBuildDate>{built}</lastBuildDate>" if built else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>云泽发布</title><generator>{generator}</generator>{head}{"".join(items)}{end}'.encode()


def item(at: datetime | None, number: int = 1, title: str = "今日提醒", text: str = "") -> str:
    date = f"<pubDate>{format_datetime(at.astimezone(UTC), usegmt=True)}</pubDate>" if at else ""
    return f"<item><title>{title}</title><link>http://a.test/{number}</link><guid>{number}</guid><description>{text}</description>{date}</item>"


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def newest(result: SourceResult, at: datetime = NOW) -> datetime | None:
    past = [
        post.published_at
        for post in result.posts
        if post.published_at and post.published_at <= at + timedelta(minutes=10)
    ]
    return max(past, default=None)


@pytest.mark.parametrize("row", FEEDS, ids=[row.file for row in FEEDS])
def test_a_recorded_answer_is_read_as_its_row_says(row: Recorded) -> None:
    result = FeedAdapter().parse([row.answer], Road(row.url), row.at)

    assert (result.health, result.reason) == (row.health, row.reason)
    assert newest(result, row.at) == row.newest
    assert len(result.posts) == row.posts
    if row.newest:
        assert {post.precision for post in result.posts if post.published_at == row.newest} == {row.precision}


# -- which answers are no feed at all ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "health", "reason"),
    [
        (404, b"<html><body>Error Message:<br/><code>NotFoundError: wrong path</code></body></html>", "source_broken", "bridge_wrong_path"),
        (503, b"Error Message:<br/><code>RequestInProgressError: This path is currently fetching</code>", "rate_limited", "bridge_busy"),
        (503, b'Error Message:<br/><code>FetchError: [GET] "https://m.weibo.cn": 432 </code>', "source_broken", "bridge_blocked"),
        (503, b'{"error":{"message":"Cookies expired. Please update WEIBO_COOKIES"}}', "auth_expired", "bridge_cookie_expired"),
        (400, '{"statusCode":400,"message":"不存在该feed！"}'.encode(), "source_broken", "bridge_not_subscribed"),
        (404, '{"detail":{"code":40401,"message":"公众号不存在"}}'.encode(), "source_broken", "bridge_not_subscribed"),
        (429, b"slow down", "rate_limited", "http_429"),
        (432, b"x", "rate_limited", "http_432"),
        (401, b"x", "auth_expired", "http_401"),
        (502, b"<html><h1>502 Bad Gateway</h1></html>", "source_broken", "http_502"),
        (200, b"", "source_broken", "empty_body"),
        (200, "<html><body>当前环境异常，完成验证后即可继续访问</body></html>".encode(), "rate_limited", "challenge"),
        (200, b'{"ok": 1}', "source_broken", "not_a_feed"),
        (200, b"<html><body><rss></rss></body></html>", "source_broken", "not_a_feed"),
    ],
)  # fmt: skip
def test_what_a_bridge_says_instead_of_a_feed(status: int, body: bytes, health: str, reason: str) -> None:
    result = read(body, status=status)

    assert (result.health, result.reason, result.posts) == (health, reason, ())


def test_a_feed_with_an_error_status_is_not_read() -> None:
    assert read(rss(item(days_ago(1))), status=503).reason == "http_503"


def test_a_feed_may_quote_the_words_of_an_error() -> None:
    result = read(rss(item(days_ago(1), title="Cookies expired 怎么办")))

    assert (result.health, len(result.posts)) == ("ok", 1)


def test_a_truncated_feed_still_shows_the_posts_that_came() -> None:
    result = read(rss(item(days_ago(20)), item(days_ago(21), 2), end=""))

    assert (result.health, result.reason) == ("source_broken", "truncated")
    assert newest(result) == days_ago(20)


def test_a_path_as_a_body_opens_no_file_of_ours() -> None:
    assert read(b"/etc/passwd").reason == "not_a_feed"


# -- feeds of another maker -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "date",
    [
        "<a10:updated>2026-11-23T09:00:00+08:00</a10:updated>",
        "<pubdate>Mon, 23 Nov 2026 09:00:00 +0800</pubdate>",
    ],
)
def test_a_date_under_another_name_is_found_where_no_post_has_one(date: str) -> None:
    body = rss(f"<item><title>要闻</title><link>http://a.test/1</link>{date}</item>", generator="")
    body = body.replace(b"<rss ", b'<rss xmlns:a10="http://www.w3.org/2005/Atom" ')

    assert newest(read(body, url="http://app.yunze.test/rss")) == datetime(2026, 11, 23, 1, tzinfo=UTC)


def with_doctype(subset: str, feed: bytes, before: str = "") -> bytes:
    head, rest = feed.split(b"?>", 1)
    return head + f"?>{before}<!DOCTYPE rss [{subset}]>{before}".encode() + rest


def test_a_feed_may_declare_entities() -> None:
    feed = rss(item(days_ago(1), title="今日&nbsp;提醒"))

    result = read(with_doctype('<!ENTITY nbsp "&#160;">', feed), url="http://app.yunze.test/rss")

    assert (result.health, [post.title for post in result.posts]) == ("ok", ["今日\xa0提醒"])


NESTED = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize("before", ["", "<!-- -->", "<?x ?>"])
@pytest.mark.parametrize(
    ("subset", "title"),
    [
        ('<!ENTITY a "bomb">', "&a;"),
        (f'<!ENTITY a0 "bomb">{NESTED}', "&a11;"),
        (f'<!ENTITY a "{"bomb" * 500}">', "&a;" * 10_000),
        ("<!ENTITY a SYSTEM 'file:///etc/passwd'>", "&a;"),
        (f'<!ENTITY a "]>{"bomb" * 500}">', "&a;" * 10_000),
        (f'<!ENTITY b "">]><!DOCTYPE rss [<!ENTITY a "{"bomb" * 500}">', "&a;" * 10_000),
    ],
    ids=["once", "nested", "repeated", "of a file", "bracket", "twice"],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_no_entity_that_a_feed_declares_is_read_into_it(
    charset: str, subset: str, title: str, before: str
) -> None:
    body = with_doctype(subset, rss(item(days_ago(1), title=title)), before)
    result = read(body.decode().replace("UTF-8", charset).encode(charset))

    for post in result.posts:
        assert len(post.title) <= len(title)
        assert "bomb" not in post.title
        assert "root:" not in post.title


# -- dates ------------------------------------------------------------------------------------------------


def test_a_gbk_feed_under_a_utf8_label_is_read() -> None:
    body = body_of("10_cms_rss_gb2312.xml")

    result = read(body, url="http://app.yunze.test/rss/yaowen.xml", content_type="text/xml; charset=utf-8")

    assert result.health == "ok"
    assert result.posts[0].published_at == datetime(2026, 11, 23, 11, 5, 11, tzinfo=UTC)


def test_a_list_with_one_undated_post_proves_nothing_about_silence() -> None:
    result = read(rss(item(days_ago(20)), item(None, 2)))

    assert (result.health, result.complete_since, result.warnings) == ("ok", None, ("undated_item",))


def test_a_list_with_a_post_to_come_proves_nothing_about_silence() -> None:
    result = read(rss(item(days_ago(-30)), item(days_ago(20), 2)))

    assert (result.health, result.complete_since, newest(result)) == ("ok", None, days_ago(20))


@pytest.mark.parametrize(("minutes", "is_to_come"), [(9, False), (11, True)])
def test_clocks_may_differ_by_ten_minutes(minutes: int, is_to_come: bool) -> None:
    result = read(rss(item(NOW + timedelta(minutes=minutes)), item(days_ago(3), 2)))

    assert ("future_item" in result.warnings) is is_to_come


def test_a_list_without_any_date_is_broken() -> None:
    assert read(rss(item(None), item(None, 2))).reason == "no_dates"


def test_a_json_feed_whose_changes_all_happened_just_now_has_no_dates() -> None:
    items = [{"id": str(number), "date_modified": NOW.isoformat()} for number in range(3)]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()

    result = read(body)

    assert (result.reason, newest(result), len(result.posts)) == ("no_dates", None, 3)


def test_dates_made_up_by_a_clock_that_is_not_ours_are_none_either() -> None:
    result = read(body_of("13_rsshub_atom_fake_updated.atom"), at=NOW + timedelta(hours=8))

    assert (result.reason, newest(result)) == ("no_dates", None)


def test_one_post_of_this_minute_is_believed() -> None:
    assert newest(read(rss(item(NOW), item(days_ago(1), 2)))) == NOW


def atom(
    *updated: datetime, built: datetime = NOW, generator: str = "RSSHub", name: str = "updated"
) -> bytes:
    entries = "".join(
        f"<entry><title>红叶</title><id>{n}</id><{name}>{at.isoformat()}</{name}></entry>"
        for n, at in enumerate(updated)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><generator>{generator}</generator><updated>{built.isoformat()}</updated>{entries}</feed>'.encode()


def test_the_time_of_rendering_is_no_date_of_a_single_post() -> None:
    rendered = NOW - timedelta(minutes=4)

    result = read(atom(rendered + timedelta(seconds=2), built=rendered))

    assert (result.reason, newest(result), len(result.posts)) == ("no_dates", None, 1)


@pytest.mark.parametrize(
    "body",
    [
        atom(NOW - timedelta(minutes=5)),
        atom(NOW, generator="WeWe-RSS"),
        atom(NOW, name="published"),
        atom(NOW, days_ago(1)),
    ],
    ids=["before rendering", "other maker", "published", "one of two"],
)
def test_a_post_with_a_date_of_its_own_is_believed(body: bytes) -> None:
    assert newest(read(body)) is not None


NOTE = f"{int(days_ago(2).timestamp()):08x}000000000100b7d2"


@pytest.mark.parametrize(
    ("link", "at"),
    [
        (f"https://www.xiaohongshu.com/explore/{NOTE}?xsec_token=1", days_ago(2)),
        (f"https://www.xiaohongshu.com/discovery/item/{NOTE}", days_ago(2)),
        (f"https://www.xiaohongshu.com/user/profile/5f3c9a1e000000000100b7d2/{NOTE}", days_ago(2)),
        (f"https://www.xiaohongshu.com/user/profile/{NOTE}", None),
        (f"https://other.test/explore/{NOTE}", None),
    ],
)
def test_the_id_of_a_note_tells_from_when_on_it_was_there_but_nothing_of_silence(
    link: str, at: datetime | None
) -> None:
    result = read(rss(item(None).replace("http://a.test/1", link)))

    assert (newest(result), result.reason, result.complete_since) == (at, "no_dates", None)


# -- feeds that leave posts out ---------------------------------------------------------------------------

WEWE = "http://wewe.bridge.test:4000/feeds/MP_WXS_1.rss"


@pytest.mark.parametrize(
    ("address", "is_partial"),
    [
        (ADDRESS, False),
        (f"{ADDRESS}?filter_title=通知", True),
        (f"{ADDRESS}?format=rss&filter=%E9%80%9A%E7%9F%A5", True),
        (f"{ADDRESS}?filterout_title=1", True),
        (f"{ADDRESS}?filter_title=", False),
        (f"{ADDRESS}?limit=1", True),
        (f"{ADDRESS}?limit=3&mode=fulltext", True),
        (f"{ADDRESS}?limit=4", False),
        (f"{ADDRESS}?limit=30", False),
        (f"{ADDRESS}/showRetweeted=0", True),
        (f"{ADDRESS}/readable=1%26showRetweeted%3Dfalse", True),
        (f"{ADDRESS}/readable=1&showRetweeted=1", False),
        (f"{WEWE}?page=2&limit=10", True),
        (f"{WEWE}?limit=10&page=1", False),
        (f"{WEWE}?page=10", True),
        (f"{WEWE}?title_include=公告", True),
        (f"{WEWE}?title_exclude=公告", True),
        ("http://rsshub.test/wechat/mp/msgalbum/MzI3==/12", True),
        ("http://gateway.test/rss/wechat/mp/homepage/MzI3==/1", True),
        ("http://rsshub.test/wechat/sogou/yunze", False),
    ],
)
def test_a_feed_whose_address_leaves_posts_out_proves_fresh_but_never_silence(
    address: str, is_partial: bool
) -> None:
    result = read(rss(item(days_ago(20)), item(days_ago(21), 2)), url=address)

    assert (result.health, newest(result)) == ("ok", days_ago(20))
    assert ("partial_list" in result.warnings, result.complete_since is None) == (is_partial, is_partial)


# -- feeds of another account -----------------------------------------------------------------------------


def posts_of(*uids: str) -> bytes:
    links = [f"https://weibo.com/{uid}/Roqhdm1q{number}" for number, uid in enumerate(uids)]
    items = [
        item(days_ago(1), number).replace(f"http://a.test/{number}", link)
        for number, link in enumerate(links)
    ]
    return rss(*items)


@pytest.mark.parametrize(
    ("address", "uids", "is_own"),
    [
        (ADDRESS, ("6677889900", "6677889900"), False),
        ("http://gateway.test/rss/weibo/user/2213408817/readable=1", ("6677889900",), False),
        (ADDRESS, ("6677889900", "2213408817"), True),
        ("http://rsshub.test/weibo/keyword/2213408817", ("6677889900",), True),
    ],
)
def test_a_weibo_feed_with_nothing_but_posts_of_another_account_proves_nothing(
    address: str, uids: tuple[str, ...], is_own: bool
) -> None:
    result = read(posts_of(*uids), url=address)

    if is_own:
        assert (result.health, len(result.posts)) == ("ok", len(uids))
    else:
        assert (result.health, result.reason, result.posts) == ("source_broken", "other_account", ())


def test_links_without_an_author_are_nobody_elses() -> None:
    assert (
        read(rss(item(days_ago(1)).replace("a.test/1", "m.weibo.cn/status/5301066679190033"))).health == "ok"
    )


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
def test_wewes_feed_of_everybody_is_no_road_to_one_account(kind: str) -> None:
    body = rss(item(days_ago(1)), generator="WeWe-RSS")
    if kind == "json":
        items = [{"id": "1", "date_modified": days_ago(1).isoformat()}]
        body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode()

    result = read(body, url=f"http://wewe.bridge.test:4000/feeds/all.{kind}")

    assert (result.health, result.reason, result.posts) == ("source_broken", "bridge_wrong_path", ())


def test_all_is_a_good_name_for_a_feed_of_the_office_s_own() -> None:
    assert (
        read(rss(item(days_ago(1)), generator="TRSWCM"), url="https://app.yunze.test/feeds/all.rss").health
        == "ok"
    )


# -- dead bridges -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("generator", "built_days_ago", "newest_days_ago", "reason"),
    [
        ("RSSHub", 4, 20, "frozen_feed"),
        ("RSSHub", 2, 20, ""),
        ("RSSHub", 20, 20, "frozen_feed"),
        ("Mp-We-Rss", 4, 4, "frozen_feed"),
        ("WeWe-RSS", 260, 20, ""),
        ("TRSWCM", 10, 20, "frozen_feed"),
        ("TRSWCM", 20, 20, ""),
    ],
)
def test_an_old_time_of_rendering_is_a_frozen_cache(
    generator: str, built_days_ago: int, newest_days_ago: int, reason: str
) -> None:
    built = format_datetime(days_ago(built_days_ago).astimezone(UTC), usegmt=True)

    result = read(
        rss(
            item(days_ago(newest_days_ago)),
            item(days_ago(newest_days_ago + 5), 2),
            built=built,
            generator=generator,
        )
    )

    assert result.reason == reason


@pytest.mark.parametrize(
    ("feed_id", "reason"),
    [
        ("MP_WXS_3201774512", ""),
        ("MP_WXS_2390017731", "frozen_feed"),
        ("MP_WXS_3088120097", "never_synced"),
        ("MP_WXS_1", ""),
    ],
)
def test_wewe_tells_beside_the_feed_whether_it_was_pulled(feed_id: str, reason: str) -> None:
    url = f"http://wewe.bridge.test:4000/feeds/{feed_id}.atom"
    answers = [
        answered(body_of("07_wewe_atom_updated_only.atom"), url, NOW),
        answered(body_of("16_wewe_feeds_status.json"), "http://wewe.bridge.test:4000/feeds", NOW),
    ]

    result = FeedAdapter().parse(answers, Road(url), NOW)

    assert result.reason == reason
    assert len(result.posts) == 4


def test_a_wewe_bridge_that_does_not_tell_is_believed() -> None:
    url = "http://wewe.bridge.test:4000/feeds/MP_WXS_3201774512.atom"
    answers = [
        answered(body_of("07_wewe_atom_updated_only.atom"), url, NOW),
        answered(b"", f"{url}/x", NOW, 404),
    ]

    assert FeedAdapter().parse(answers, Road(url), NOW).health == "ok"


def test_wewe_is_asked_for_its_state_and_others_are_not() -> None:
    wewe = asked_of("http://wewe.bridge.test:4000/feeds/MP_WXS_1.atom?limit=20")
    hub = asked_of(ADDRESS)

    assert [wanted.url for wanted in wewe][1:] == ["http://wewe.bridge.test:4000/feeds"]
    assert [wanted.url for wanted in hub] == [ADDRESS]


def test_a_notice_page_stored_as_a_post_is_dropped_and_the_list_proves_nothing() -> None:
    notice = item(days_ago(15), title="云泽发布", text="当前环境异常，完成验证后即可继续访问。")

    result = read(rss(notice, item(days_ago(20), 2)))

    assert (len(result.posts), result.complete_since, result.warnings) == (1, None, ("notice_item",))


# -- what stays the same ----------------------------------------------------------------------------------


def of_ages(ages: Sequence[int]) -> bytes:
    return rss(*(item(days_ago(age), number) for number, age in enumerate(ages)))


ages = st.lists(st.integers(1, 400), min_size=1, max_size=8)


@given(ages, st.randoms())
def test_the_order_of_items_does_not_change_the_newest(some: list[int], chance: object) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert newest(read(of_ages(some))) == newest(read(of_ages(shuffled))) == days_ago(min(some))


@given(ages)
def test_the_same_item_twice_counts_once(some: list[int]) -> None:
    items = [item(days_ago(age), number) for number, age in enumerate(some)]

    assert len(read(rss(*items, *items)).posts) == len(some)


@given(ages)
def test_a_pinned_old_post_does_not_claim_a_longer_list(some: list[int]) -> None:
    run = sorted({*some, 1, 2})

    result = read(of_ages([900, *run]))

    assert result.posts[0].pinned
    assert result.complete_since == days_ago(max(run))


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_random_bytes_are_never_a_good_answer(body: bytes) -> None:
    result = read(body)

    assert result.health != "ok" or not result.posts


@settings(max_examples=100)
@given(st.integers(1, 3000), st.binary(max_size=20))
def test_a_damaged_feed_never_raises(cut: int, noise: bytes) -> None:
    body = body_of("01_rsshub_weibo_ok.xml")

    result = read(body[:cut] + noise + body[cut + len(noise) :])

    assert result.health in ("ok", "source_broken", "auth_expired", "rate_limited")


@pytest.mark.parametrize(
    "path", ["feed/all.rss", "feed/all.atom", "rss", "rss/", "rss/fresh", "rss/all", "rss/all/fresh"]
)
def test_what_we_mp_rss_has_of_all_its_accounts_is_no_road_to_one_of_them(path: str) -> None:
    result = read(rss(item(days_ago(1)), generator="Mp-We-Rss"), url=f"http://werss.bridge.test:8001/{path}")

    assert (result.health, result.reason, result.posts) == ("source_broken", "bridge_wrong_path", ())


def test_a_json_feed_names_no_maker_and_all_is_all_the_same() -> None:
    body = json.dumps({
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "title": "通知", "date_published": days_ago(1).isoformat()}],
    }).encode()  # fmt: skip

    result = read(body, url="http://werss.bridge.test:8001/feed/all.json")

    assert (result.reason, result.posts) == ("bridge_wrong_path", ())


def test_one_account_of_we_mp_rss_stays_a_road() -> None:
    feed = rss(item(days_ago(1)), generator="Mp-We-Rss")

    assert read(feed, url="http://werss.bridge.test:8001/rss/MP_WXS_1/fresh").health == "ok"
    assert read(feed, url="http://werss.bridge.test:8001/feed/MP_WXS_1.rss").health == "ok"
