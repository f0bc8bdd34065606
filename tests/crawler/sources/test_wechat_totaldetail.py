"""What was published day by day: fresh, or provably silent; never silent while the numbers are not all there."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from checks.account_verdict import account_verdict
from checks.settings import CheckSettings
from crawler.grants import Grant
from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.wechat_totaldetail import WechatTotaldetailAdapter
from tests.builders import NOW, SHANGHAI, TODAY, a_road, an_account, an_account_visit
from tests.crawler.sources.recorded import answered

ADDRESS = "https://api.weixin.qq.com/datacube/getarticletotaldetail"
WINDOW_START = datetime(2026, 11, 10, tzinfo=SHANGHAI)


def row(days: int, number: int = 1, **more: object) -> dict[str, object]:
    day = TODAY - timedelta(days=days)
    return {"ref_date": f"{day}", "msgid": f"22474{days:03d}_{number}", "publish_type": 0, **more}


def read(
    *answers: object, url: str = ADDRESS, road: str = "wx77d0a1c29be4f501", at: datetime = NOW
) -> SourceResult:
    given = [answered(json.dumps(each).encode(), url, at) for each in answers]
    return WechatTotaldetailAdapter().parse(given, a_road(road), at)


def listed(*rows: object, **more: object) -> SourceResult:
    return read({"list": list(rows), "is_delay": False, **more})


def standing(result: SourceResult, at: datetime = NOW, manner: str = "calendar") -> str:
    settings = CheckSettings(manner=manner)  # type: ignore[arg-type]
    return account_verdict(an_account_visit(result, at=at), settings).standing


def asked(road: str = "wx77d0a1c29be4f501") -> Sequence[tuple[str, str]]:
    asking = Asking(an_account(), a_road(road), NOW, Grant("a-token"))
    bodies = [json.loads(wanted.body) for wanted in WechatTotaldetailAdapter().requests(asking)]
    return [(body["begin_date"], body["end_date"]) for body in bodies]


def test_two_weeks_up_to_yesterday_are_asked_for_in_one_call() -> None:
    assert asked() == [("2026-11-10", "2026-11-23")]


def test_day_by_day_where_the_register_says_that_the_platform_wants_it_so() -> None:
    days = asked("wx77d0a1c29be4f501?by=day")

    assert len(days) == 14
    assert all(begin == end for begin, end in days)
    assert (days[0][0], days[-1][0]) == ("2026-11-10", "2026-11-23")


@pytest.mark.parametrize("manner", ["calendar", "elapsed"])
def test_a_window_without_a_post_is_silence_by_the_platforms_own_word(manner: str) -> None:
    result = listed()

    assert (result.reason, result.official, result.complete_since) == (
        "complete_window_empty",
        True,
        WINDOW_START,
    )
    assert standing(result, manner=manner) == "stale"


@pytest.mark.parametrize("publish_type", [0, 1, 2, 99, None, "x"])
def test_whatever_kind_of_publishing_counts(publish_type: object) -> None:
    assert standing(listed(row(13, publish_type=publish_type))) == "fresh"


@pytest.mark.parametrize(
    "is_delay", [True, "true", 1, None, "x", [], {}], ids=lambda value: f"is_delay {value}"
)
def test_numbers_that_are_late_prove_no_silence(is_delay: object) -> None:
    result = listed(is_delay=is_delay)

    assert (result.reason, result.complete_since) == ("data_not_complete", None)
    assert standing(result) == "unknown"


def test_an_answer_that_does_not_say_whether_it_is_late_proves_no_silence() -> None:
    assert standing(read({"list": []})) == "unknown"


@pytest.mark.parametrize(
    "odd", [{}, None, 7, {"ref_date": None}, {"ref_date": "soon"}, {"ref_date": "2027-01-01", "msgid": "1_1"}]
)
def test_a_row_that_is_not_understood_may_be_the_newest_post(odd: object) -> None:
    assert standing(listed(odd)) == "unknown"
    assert standing(listed(odd, row(3))) == "fresh"


def test_an_old_row_beside_the_others_changes_nothing() -> None:
    plain, more = listed(row(5)), listed(row(400), row(5))

    assert (more.complete_since, standing(more)) == (plain.complete_since, standing(plain))


def test_a_post_is_known_by_the_day_only() -> None:
    (post,) = listed(row(4)).posts

    assert (post.published_at, post.precision) == (datetime(2026, 11, 20, tzinfo=SHANGHAI), "day")


@pytest.mark.parametrize(
    ("begin", "end", "verdict"),
    [
        ("2026-11-10", "2026-11-23", "stale"),
        ("2026-11-01", "2026-11-23", "stale"),
        ("2026-11-11", "2026-11-23", "unknown"),
        ("2026-11-10", "2026-11-22", "unknown"),
        ("2026-13-10", "2026-11-23", "unknown"),
    ],
)
def test_silence_is_proven_only_for_the_days_that_were_asked_for(begin: str, end: str, verdict: str) -> None:
    url = f'{ADDRESS} body={{"begin_date":"{begin}","end_date":"{end}"}}'

    assert standing(read({"list": [], "is_delay": False}, url=url)) == verdict


def test_an_answer_of_yesterday_says_nothing_of_today() -> None:
    url = f'{ADDRESS} body={{"begin_date":"2026-11-10","end_date":"2026-11-23"}}'
    tomorrow = NOW + timedelta(days=1)

    assert standing(read({"list": [], "is_delay": False}, url=url, at=tomorrow), tomorrow) == "unknown"


def test_day_by_day_is_complete_only_if_every_day_was_answered() -> None:
    empty: dict[str, object] = {"list": [], "is_delay": False}
    days: list[object] = [empty] * 14

    assert standing(read(*days)) == "stale"
    assert standing(read(*days[1:], {"list": [row(9)], "is_delay": False})) == "fresh"
    assert standing(read(*days[1:], {"list": [], "is_delay": True})) == "unknown"
    assert read(*days[1:], {"errcode": 45009}).health == "rate_limited"


def test_posts_seen_on_some_days_count_although_another_day_was_refused() -> None:
    result = read({"list": [row(3)], "is_delay": False}, {"errcode": 45009})

    assert (result.health, standing(result)) == ("rate_limited", "fresh")
