"""Status and names of a WeChat account, as the platform tells the third-party platform that the account authorised.

Source     newmedia.md 2.1, cgi-bin/component/api_get_authorizer_info; the status list of its older documentation
Lists      no posts: it proves neither fresh nor silent, but says that an account is closed, banned or frozen
Facts      nick_name, principal_name, user_name, signature, account_status
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from crawler.fetching import Answer, Wanted
from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import UNEXPECTED, mapping, text, whole_number
from crawler.sources.post_lists import complain
from crawler.sources.signatures import Complaint
from crawler.sources.wechat_api import app_id, posted, said_by, unread
from crawler.targets import Road

PATH = "/cgi-bin/component/api_get_authorizer_info"
NORMAL, WARNED = 1, 18
GONE: Mapping[int, Complaint] = MappingProxyType(
    {
        14: Complaint("account_gone", "closed"),
        16: Complaint("account_gone", "banned"),
        19: Complaint("account_gone", "frozen"),
    }
)
FACTS = ("nick_name", "principal_name", "user_name", "alias", "signature", "account_status")


class WechatAuthorizerAdapter:
    name = "wechat_authorizer"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        appid = app_id(asking)
        return posted(PATH, asking, {"component_appid": asking.grant.client, "authorizer_appid": appid})

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = replace(unread(road, answers), official=True)
        said = said_by(answers)
        if isinstance(said, Complaint):
            return complain(result, said)
        info = mapping(said.get("authorizer_info"))
        facts = {name: text(info.get(name)) for name in FACTS if text(info.get(name))}
        if not facts:
            return complain(result, UNEXPECTED)
        return _of_status(replace(result, facts=facts), whole_number(info.get("account_status")))


def _of_status(result: SourceResult, status: int | None) -> SourceResult:
    if status is not None and (gone := GONE.get(status)):
        return complain(result, gone)
    if status in (None, NORMAL):
        return replace(result, reason="no_posts_in_call")
    if status == WARNED:
        return replace(result, reason="warned_by_platform")
    return complain(result, Complaint("source_broken", f"account_status_{status}"))
