"""The life of an issue (问题): its states, what can happen to it, and the table of moves. No database, no clock.

Source: design.md part 7. An act that has no cell is refused; a sighting that has no cell moves nothing.
"""

from enum import StrEnum

from crawler.worded import Worded


class State(Worded):
    """Where an issue stands, with the words the office reads."""

    SUSPECTED = "suspected", "疑似"
    PENDING = "pending", "待人工审核"
    CONFIRMED = "confirmed", "已确认待通知"
    NOTIFIED = "notified", "已通知整改中"
    REPLIED = "replied", "已反馈待复查"
    RECTIFIED = "rectified", "已整改（销号）"
    CLOSED = "closed", "已整改（关停注销）"
    DISMISSED = "dismissed", "已排除（误报）"
    WAIVED = "waived", "已报备暂不计"


class Event(StrEnum):
    """What can happen to an issue: a sighting by the round, or an act of somebody."""

    SEEN_AGAIN = "seen again"
    SEEN_CLEAR = "seen clear"
    NEEDS_PERSON = "needs person"
    CONFIRM = "confirm"
    NOTIFY = "notify"
    REPLY = "reply"
    DISMISS = "dismiss"
    WAIVE = "waive"
    LAPSE = "lapse"
    NOTICE_WITHDRAWN = "notice withdrawn"
    TARGET_CLOSED = "target closed"
    RELEASE = "release"


class Origin(Worded):
    """Where an issue comes from (问题来源)."""

    ROUND = "round", "日常巡检"
    PATROL = "patrol", "人工巡查"
    BULLETIN = "bulletin", "上级通报"
    PUBLIC = "public", "找错留言"
    """“我为政府网站找错”: due within three working days."""
    LEDGER = "ledger", "历史台账"


class Lack(Worded):
    """Why a suspicion that only a browser can confirm still waits after its second look (复核)."""

    BROWSER = "no-browser", "没有可用的浏览器"
    PICTURE = "not-rendered", "浏览器未能打开页面"


SIGHTINGS = frozenset({Event.SEEN_AGAIN, Event.SEEN_CLEAR})

MOVES: dict[tuple[State, Event], State] = {
    # A second, independent look said the same.
    (State.SUSPECTED, Event.SEEN_AGAIN): State.CONFIRMED,
    # The second look did not find it: kept as such, never shown to a unit.
    (State.SUSPECTED, Event.SEEN_CLEAR): State.DISMISSED,
    # Seen twice, but a person must say so before a unit hears of it.
    (State.SUSPECTED, Event.NEEDS_PERSON): State.PENDING,
    (State.SUSPECTED, Event.TARGET_CLOSED): State.DISMISSED,
    # 摸底清单: from now on it lives as any other, wherever it stands.
    (State.SUSPECTED, Event.RELEASE): State.SUSPECTED,
    (State.PENDING, Event.RELEASE): State.PENDING,
    (State.PENDING, Event.SEEN_CLEAR): State.DISMISSED,
    (State.PENDING, Event.CONFIRM): State.CONFIRMED,
    (State.PENDING, Event.DISMISS): State.DISMISSED,
    (State.PENDING, Event.TARGET_CLOSED): State.DISMISSED,
    # Put right before anybody was told: rectified, but in no notice and so in no 家次.
    (State.CONFIRMED, Event.SEEN_CLEAR): State.RECTIFIED,
    (State.CONFIRMED, Event.NOTIFY): State.NOTIFIED,
    (State.CONFIRMED, Event.DISMISS): State.DISMISSED,
    (State.CONFIRMED, Event.WAIVE): State.WAIVED,
    (State.CONFIRMED, Event.TARGET_CLOSED): State.CLOSED,
    (State.NOTIFIED, Event.SEEN_CLEAR): State.RECTIFIED,
    # The unit says it is put right: that schedules a re-visit and closes nothing.
    (State.NOTIFIED, Event.REPLY): State.REPLIED,
    (State.NOTIFIED, Event.DISMISS): State.DISMISSED,
    (State.NOTIFIED, Event.WAIVE): State.WAIVED,
    (State.NOTIFIED, Event.NOTICE_WITHDRAWN): State.CONFIRMED,
    (State.NOTIFIED, Event.TARGET_CLOSED): State.CLOSED,
    # The re-visit found the fault still there.
    (State.REPLIED, Event.SEEN_AGAIN): State.NOTIFIED,
    (State.REPLIED, Event.SEEN_CLEAR): State.RECTIFIED,
    (State.REPLIED, Event.DISMISS): State.DISMISSED,
    (State.REPLIED, Event.WAIVE): State.WAIVED,
    (State.REPLIED, Event.NOTICE_WITHDRAWN): State.CONFIRMED,
    (State.REPLIED, Event.TARGET_CLOSED): State.CLOSED,
    # 问题反弹: the same issue again, counted.
    (State.RECTIFIED, Event.SEEN_AGAIN): State.CONFIRMED,
    (State.WAIVED, Event.LAPSE): State.CONFIRMED,
    (State.WAIVED, Event.TARGET_CLOSED): State.CLOSED,
}

ENDED = frozenset({State.DISMISSED, State.CLOSED})
"""States out of which no move leads: a later sighting opens a new issue."""

UNCONFIRMED = frozenset({State.SUSPECTED, State.PENDING})
"""States in which nobody is told and nothing is counted."""

GOING = frozenset({State.CONFIRMED, State.NOTIFIED, State.REPLIED})
"""States of a fault that stands."""

PUT_RIGHT = frozenset({State.RECTIFIED, State.CLOSED})
"""整改到位."""

OVER = PUT_RIGHT | {State.DISMISSED, State.WAIVED}
"""States in which nothing is asked of the unit, or nothing any more."""

NEEDS_TWO_LOOKS = frozenset({State.SUSPECTED, State.RECTIFIED})
"""States in which a fault seen once accuses nobody: the round's sighting and its second look must agree."""


class IllegalMove(Exception):
    """This act is not possible in the issue's present state."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(f"an issue that is {state} cannot take the act “{event}”")
        self.state, self.event = state, event


def after(state: State, event: Event) -> State:
    """The state after `event`. Sightings that have no cell leave it as it is; acts raise IllegalMove."""
    target = MOVES.get((state, event))
    if target is not None:
        return target
    if event in SIGHTINGS:
        return state
    raise IllegalMove(state, event)
