"""An event that WeChat pushed is a sighting, with the exact time; what did not go out is none."""

import pytest

from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.wechat_push import WechatPushAdapter
from tests.builders import NOW, a_road, an_account
from tests.crawler.sources.recorded import answered, body_of

RECEIVER = "http://push.yunze.test/events/gh_5f2c0e91ab77.xml"
MADE = 1795428041
"""2026-11-23 18:00:41 in Asia/Shanghai."""


def read(body: str | bytes, status: int = 200) -> SourceResult:
    raw = body if isinstance(body, bytes) else body.encode()
    return WechatPushAdapter().parse([answered(raw, RECEIVER, NOW, status)], a_road(RECEIVER), NOW)


def mass_send(status: str = "send success", name: str = "1000000412", articles: str = "") -> str:
    result = f"<ArticleUrlResult><ResultList>{articles}</ResultList></ArticleUrlResult>" if articles else ""
    return (
        f"<xml><CreateTime>{MADE}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event>MASSSENDJOBFINISH</Event>"
        f"<MsgID>{name}</MsgID><Status><![CDATA[{status}]]></Status>{result}</xml>"
    )


def publication(status: int = 0) -> str:
    return (
        f"<xml><CreateTime>{MADE}</CreateTime><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>7</publish_id>"
        f"<publish_status>{status}</publish_status><article_id>a7</article_id><article_detail><count>1</count><item><idx>1</idx>"
        "<article_url>https://mp.weixin.qq.com/s/a7</article_url></item></article_detail></PublishEventInfo></xml>"
    )


def test_the_receiver_of_the_office_is_asked_for_the_events() -> None:
    def asked(road: str) -> list[str]:
        return [
            wanted.url for wanted in WechatPushAdapter().requests(Asking(an_account(), a_road(road), NOW))
        ]

    assert (asked(RECEIVER), asked("gh_5f2c0e91ab77")) == ([RECEIVER], [])


@pytest.mark.parametrize(
    ("event", "posts"),
    [
        (mass_send(), 1),
        (mass_send("sendsuccess"), 1),
        (mass_send("send fail"), 0),
        (mass_send("err(10001)"), 0),
        (mass_send(""), 0),
        (publication(), 1),
        (publication(2), 0),
        ("<xml><CreateTime>1795428041</CreateTime><Event>subscribe</Event></xml>", 0),
        (f"<events>{mass_send(name='1')}{mass_send(name='2')}{publication()}</events>", 3),
        (f"<events>{mass_send(name='1')}{mass_send(name='1')}</events>", 1),
    ],
)
def test_only_what_went_out_is_a_post(event: str, posts: int) -> None:
    result = read(event)

    assert (result.health, len(result.posts), result.complete_since) == ("ok", posts, None)
    assert {post.published_at.timestamp() for post in result.posts if post.published_at} <= {MADE}


def test_a_mass_send_counts_without_the_addresses_of_its_articles() -> None:
    empty = mass_send(articles="<item><ArticleIdx>1</ArticleIdx><ArticleUrl></ArticleUrl></item>")

    assert len(read(empty).posts) == 1


@pytest.mark.parametrize(
    ("body", "health", "reason"),
    [
        ("<xml><ToUserName>gh_1</ToUserName><Encrypt>aGVsbG8=</Encrypt></xml>", "source_broken", "encrypted_event"),
        (body_of("28_wx_push_masssend.xml")[:300], "source_broken", "truncated"),
        ("<html><body><p>502</p></body></html>", "source_broken", "not_an_event"),
        ("<rss><channel/></rss>", "source_broken", "not_an_event"),
        ('{"errcode": 0}', "source_broken", "not_an_event"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>', "source_broken", "not_an_event"),
        ("当前环境异常，完成验证后即可继续访问", "rate_limited", "challenge"),
    ],
)  # fmt: skip
def test_what_is_no_event_is_a_broken_source(body: str | bytes, health: str, reason: str) -> None:
    result = read(body)

    assert (result.health, result.reason, result.posts) == (health, reason, ())


def test_the_time_of_an_event_that_has_none_is_not_made_up() -> None:
    (post,) = read(mass_send().replace(str(MADE), "soon")).posts

    assert post.published_at is None
