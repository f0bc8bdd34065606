"""摸底清单: all that was seen in the trial period (摸底期) and not released yet, a row an issue, for leaders and units to look at.

It is no notice: nobody is asked for anything by it, and nothing in it is counted.
"""

from collections.abc import Iterable, Iterator, Mapping

from reports.tables import Column, Row
from tracker.lifecycle import State
from tracker.observed import KIND_WORDS
from tracker.trial import Listed

TITLE = "摸底清单"
COLUMNS: tuple[Column, ...] = (
    ("id", "编号", 8),
    ("unit", "主办单位", 20),
    ("kind", "类型", 8),
    ("target", "标识码", 16),
    ("name", "名称", 20),
    ("check", "检查项", 16),
    ("subject", "对象", 20),
    ("detail", "情况", 44),
    ("url", "网址", 36),
    ("state", "复核情况", 16),
    ("first_seen", "首次发现", 20),
    ("last_seen", "最近发现", 20),
)
STANDS = {State.SUSPECTED: "疑似，等待复核", State.PENDING: "复核属实，等待放行"}


def rows(listed: Iterable[Listed], titles: Mapping[str, str]) -> Iterator[Row]:
    """As COLUMNS say. `titles`: a check's Chinese name."""
    for issue, target, unit in listed:
        yield (
            issue.id,
            unit.name,
            KIND_WORDS[target.kind],
            target.key,
            target.name,
            titles.get(issue.check_id, issue.check_id),
            issue.subject,
            issue.detail,
            issue.url,
            STANDS[State(issue.state)],
            issue.first_seen,
            issue.last_seen,
        )
