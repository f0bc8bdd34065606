"""Feeds as the bridges write them: RSSHub, we-mp-rss, WeWe-RSS, and the feed of a city's own app."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from html import escape

from demo.account import Account, Form, Post
from demo.answer import Answer

CHINA = timezone(timedelta(hours=8))
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
SITES = {
    "微博": ("的微博", "https://weibo.com/{}/"),
    "抖音": ("的抖音", "https://www.douyin.com/user/{}"),
    "今日头条": ("的头条", "https://www.toutiao.com/c/user/token/{}/"),
    "哔哩哔哩": (" 的 bilibili 空间", "https://space.bilibili.com/{}"),
    "小红书": (" - 小红书笔记", "https://www.xiaohongshu.com/user/profile/{}"),
}
FROZEN_FOR = timedelta(days=22)
SUBSCRIBED_FOR = timedelta(days=260)
"""On the city's first day, as the age of the frozen file is too: both stay at their date."""


def mail_time(at: datetime) -> str:
    return f"{DAYS[at.weekday()]}, {at.day:02d} {MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S}"


def gmt(at: datetime) -> str:
    return f"{mail_time(at.astimezone(UTC))} GMT"


def iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def feed(account: Account, form: Form, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    """What the bridge at `address` answers at the moment `now`."""
    return WRITERS[form](account, posts, now, address)


def rsshub_rss(account: Account, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    title, link = rsshub_head(account)
    items = "".join(
        f"<item><title>{escape(post.title)}</title><description>{escape(post.title)}&lt;br&gt;</description><link>{post.url}</link>"
        f'<guid isPermaLink="false">{post.id}</guid><pubDate>{gmt(post.stated_at)}</pubDate><author>{account.name}</author></item>'
        for post in posts
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel>'
        f'<title>{title}</title><link>{link}</link><atom:link href="{escape(address)}" rel="self" type="application/rss+xml"></atom:link>'
        f"<description>{title} - Powered by RSSHub</description><generator>RSSHub</generator><webMaster>contact@rsshub.app (RSSHub)</webMaster>"
        f"<language>zh-cn</language><lastBuildDate>{gmt(now)}</lastBuildDate><ttl>5</ttl>{items}</channel></rss>"
    )
    return Answer(text.encode(), "application/xml; charset=utf-8")


def rsshub_head(account: Account) -> tuple[str, str]:
    words, link = SITES.get(account.platform, ("", "https://{}/"))
    return f"{account.name}{words}", link.format(account.key)


def rsshub_atom(account: Account, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    """A route that knows no dates writes the moment of rendering into every entry, and no <published>."""
    title, link = rsshub_head(account)
    entries = []
    for number, post in enumerate(posts):
        dates = f"<published>{iso(post.stated_at)}</published><updated>{iso(post.stated_at)}</updated>"
        if account.broken == "fake-updated":
            dates = f"<updated>{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{510 + number}Z</updated>"
        entries.append(
            f'<entry><title>{escape(post.title)}</title><content type="html">{escape(post.title)}</content>'
            f'<link href="{post.url}"/><id>{post.id}</id>{dates}<author><name>{account.name}</name></author></entry>'
        )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xmlns:rsshub="http://rsshub.app/xml/schemas" xml:lang="zh-cn"><title>{title}</title><link rel="alternate" href="{link}"/>'
        f'<link rel="self" href="{escape(address)}" type="application/atom+xml"/><id>{link}</id><subtitle>{title} - Powered by RSSHub'
        f"</subtitle><generator>RSSHub</generator><updated>{iso(now)}</updated><author><name>RSSHub</name></author>{''.join(entries)}</feed>"
    )
    return Answer(text.encode(), "application/xml; charset=utf-8")


def rsshub_json(account: Account, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    title, link = rsshub_head(account)
    items = [
        {"id": post.id, "url": post.url, "title": post.title, "content_html": f"<p>{post.title}</p>"}
        | {"date_published": iso(post.stated_at), "authors": [{"name": account.name}]}
        for post in posts
    ]
    answer = {"version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": link}
    answer |= {"feed_url": address, "description": f"{title} - Powered by RSSHub", "language": "zh-cn"}
    return Answer(
        json.dumps({**answer, "items": items}, ensure_ascii=False).encode(),
        "application/feed+json; charset=UTF-8",
    )


def werss(account: Account, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    """we-mp-rss: times of the server's own zone, without a word about the zone."""
    if account.broken == "frozen":  # the cached file that nobody asked to be made afresh
        now = account.began - FROZEN_FOR
        posts = [post for post in posts if post.at < now]
    root = address.partition("/rss/")[0]
    items = "".join(
        f"<item><id>{account.key}-{post.id}_1</id><title>{escape(post.title)}</title><description>{escape(post.title)}</description>"
        f"<guid>{post.url}</guid><link>{post.url}</link><pubDate>{mail_time(post.stated_at.astimezone(CHINA))} </pubDate></item>"
        for post in posts
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{account.name}</title><link>{root}/</link><description>{account.unit}官方公众号</description><language>zh-CN</language>"
        f"<generator>Mp-We-Rss</generator><lastBuildDate>{mail_time(now.astimezone(CHINA))} </lastBuildDate>{items}</channel></rss>"
    )
    return Answer(text.encode(), "application/xml")


def wewe_atom(account: Account, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    """WeWe-RSS: the feed's own <updated> is the day of subscription and never moves; entries carry only <updated>."""
    entries = "".join(
        f'\n    <entry>\n        <title type="html"><![CDATA[{post.title}]]></title>\n        <id>{post.id}</id>\n'
        f'        <link href="{post.url}"/>\n        <updated>{iso(post.stated_at)}</updated>\n    </entry>'
        for post in posts
    )
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
    <id>{address}</id>
    <title>{account.name}</title>
    <updated>{iso(account.began - SUBSCRIBED_FOR)}</updated>
    <generator>WeWe-RSS</generator>
    <author>
        <name>{account.name}</name>
    </author>
    <link rel="alternate" href="{address}"/>
    <subtitle>{account.unit}官方公众号</subtitle>{entries}
</feed>"""
    return Answer(text.encode(), "application/atom+xml; charset=utf-8")


def wewe_rss(account: Account, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    items = "".join(
        f"\n        <item>\n            <title><![CDATA[{post.title}]]></title>\n            <link>{post.url}</link>\n"
        f"            <guid>{post.id}</guid>\n            <pubDate>{gmt(post.stated_at)}</pubDate>\n        </item>"
        for post in posts
    )
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
    <channel>
        <title>{account.name}</title>
        <link>{address}</link>
        <description>{account.unit}官方公众号</description>
        <lastBuildDate>{gmt(account.began - SUBSCRIBED_FOR)}</lastBuildDate>
        <docs>https://validator.w3.org/feed/docs/rss2.html</docs>
        <generator>WeWe-RSS</generator>{items}
    </channel>
</rss>"""
    return Answer(text.encode(), "application/rss+xml; charset=utf-8")


def wewe_json(account: Account, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    items = [
        {"id": post.id, "url": post.url, "title": post.title, "date_modified": iso(post.stated_at)}
        for post in posts
    ]
    answer = {"version": "https://jsonfeed.org/version/1", "title": account.name, "home_page_url": address}
    answer |= {"feed_url": address, "description": f"{account.unit}官方公众号"}
    text = json.dumps(
        {**answer, "author": {"name": account.name}, "items": items}, ensure_ascii=False, indent=4
    )
    return Answer(text.encode(), "application/feed+json; charset=utf-8")


def app_rss(account: Account, posts: Sequence[Post], now: datetime, address: str) -> Answer:
    """The app's own content system: gb2312, times like 2026-11-23 19:05:11 without a zone."""
    items = "\n".join(
        f"<item><title>{escape(post.title)}</title><link>{post.url}</link>"
        f"<pubDate>{post.stated_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}</pubDate></item>"
        for post in posts
    )
    text = (
        f'<?xml version="1.0" encoding="gb2312"?>\n<rss version="2.0"><channel><title>{account.name}</title>'
        f"<link>{escape(address)}</link><description>{account.name}</description>\n{items}\n</channel></rss>"
    )
    return Answer(text.encode("gb18030"), "text/xml")


WRITERS = {
    "rsshub-rss": rsshub_rss, "rsshub-atom": rsshub_atom, "rsshub-json": rsshub_json, "werss": werss,
    "wewe-atom": wewe_atom, "wewe-rss": wewe_rss, "wewe-json": wewe_json, "app-rss": app_rss,
}  # fmt: skip
