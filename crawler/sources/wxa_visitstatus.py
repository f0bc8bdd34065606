"""Whether a mini program (小程序) is in service.

Source     newmedia.md 2.6, wxa/getvisitstatus, permission set 18
Lists      no posts: status 0 is a service suspended by its owner or by the platform, 1 one that runs
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crawler.fetching import Answer, Wanted
from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import UNEXPECTED, whole_number
from crawler.sources.post_lists import complain
from crawler.sources.signatures import Complaint
from crawler.sources.wechat_api import posted, said_by, unread
from crawler.targets import Road

PATH = "/wxa/getvisitstatus"
SUSPENDED, RUNNING = 0, 1


class WxaVisitstatusAdapter:
    name = "wxa_visitstatus"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        return posted(PATH, asking, {})

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = replace(unread(road, answers), official=True)
        said = said_by(answers)
        if isinstance(said, Complaint):
            return complain(result, said)
        status = whole_number(said.get("status"))
        if status not in (SUSPENDED, RUNNING):
            return complain(result, UNEXPECTED)
        result = replace(result, facts={"visit_status": str(status)})
        if status == SUSPENDED:
            return complain(result, Complaint("account_gone", "service_suspended"))
        return replace(result, reason="no_posts_in_call")
