"""What the unit itself reports (填报): the link of a post and the day on which it was published.

Source     newmedia.md 8.4 item 8, for platforms that let nobody list posts (视频号, 抖音, 小红书, 人民号)
Address    the post's link with the day behind it: https://…#2026-11-20, or with a time, https://…#2026-11-20T10:00
Checked    the link has to open. Where the page or the post's id tells when it was published, that goes before what the
           unit says; a link to another place than the account's platform, or one that nobody but a person can open, waits for
           a person and proves nothing
Lists      one post: it proves fresh, never silent
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urldefrag, urlsplit

from crawler.extract.page import read_page
from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources.base import PERSON, Asking
from crawler.sources.json_answers import UNASKED
from crawler.sources.post_lists import complain, dated
from crawler.sources.signatures import Complaint, refused, unanswered
from crawler.sources.times import is_future, weibo_time
from crawler.sources.wechat_article import WechatArticleAdapter
from crawler.targets import Road

WECHAT_HOST = "mp.weixin.qq.com"
NOT_CHECKED = Complaint("source_broken", "link_not_checked")
"""A page for people only: a login, a challenge, a page that does not exist under a good status."""

LINK_ELSEWHERE = Complaint("source_broken", "link_elsewhere")
"""It may say what it will: what stands at another place was not published by the account, or nobody can tell."""
HOSTS: Mapping[str, Sequence[str]] = {
    "微信公众号": ("mp.weixin.qq.com",),
    "视频号": ("weixin.qq.com", "channels.weixin.qq.com"),
    "微博": ("weibo.com", "weibo.cn", "t.cn"),
    "抖音": ("douyin.com", "iesdouyin.com"),
    "今日头条": ("toutiao.com", "toutiao.cn"),
    "快手": ("kuaishou.com", "gifshow.com", "chenzhongtech.com"),
    "哔哩哔哩": ("bilibili.com", "b23.tv"),
    "小红书": ("xiaohongshu.com", "xhslink.com"),
    "人民号": ("pdnews.cn", "people.cn", "peopleapp.com"),
}
"""Where the posts of a platform stand, short links with them; of other platforms nobody can say."""


def leads_elsewhere(address: str, platform: str) -> bool:
    """Whether a reported link is not one of the platform on which the account stands."""
    host = (urlsplit(address).hostname or "").lower()
    places = HOSTS.get(platform, ())
    return bool(places) and not any(host == place or host.endswith(f".{place}") for place in places)


class ManualAdapter:
    name = "manual"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        link = urldefrag(asking.road.address).url
        return (Wanted(link),) if link.startswith(("http://", "https://")) else ()

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = SourceResult(road.address, upstream=PERSON)
        if not answers:
            return complain(result, UNASKED)
        answer = answers[0]
        if urlsplit(road.address).hostname == WECHAT_HOST:
            read = WechatArticleAdapter().parse(answers, road, at)
            return replace(read, upstream=PERSON)
        result = replace(result, fetch=answer.fetch)
        if complaint := unanswered(answer) or refused(answer):
            return complain(result, complaint)
        link, stated = urldefrag(road.address)
        # Only a day of the calendar: 昨天 or 11-20 would move on with time.
        day = stated if stated[:4].isdecimal() else ""
        return _checked(result, dated(Post(link, url=link), day, at), answer, at)


def _checked(result: SourceResult, reported: Post, answer: Answer, at: datetime) -> SourceResult:
    page = read_page(answer.body, url=reported.url, content_type=answer.fetch.content_type, at=at)
    if page.quality != "good":
        return complain(result, NOT_CHECKED)
    post = replace(reported, title=page.title)
    if by_id := weibo_time(post.url):
        post = replace(post, published_at=by_id, precision="second")
    elif page.published:
        post = dated(post, page.published, at)
    if post.published_at is None:
        return complain(result, Complaint("source_broken", "no_dates"))
    if is_future(post.published_at, at):
        return complain(result, Complaint("source_broken", "reported_for_the_future"))
    return replace(result, posts=(post,))
