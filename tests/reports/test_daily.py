"""The day in words: the first line tells the coverage, the rest what was found and what could not be seen."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from checks.blame import Blame
from reports.daily import coverage, lines
from tests.builders import NOW, TODAY
from tracker.authorisations import Kept
from tracker.columns import ColumnChange
from tracker.queries import Day, Unseen
from tracker.reminders import Reminder

TITLES = {"column-blank": "空白栏目", "source-broken": "采集渠道故障"}


def a_day(**more: Any) -> Day:
    facts: dict[str, Any] = {
        "visits": Counter({("site", "visited"): 40, ("site", "failed"): 4, ("account", "visited"): 294}),
        "moved": Counter(),
        "unseen": (),
        "unjudged": Counter(),
        "open_issues": Counter(),
    }
    return Day(date(2026, 11, 24), **{**facts, **more})


def told(day: Day) -> str:
    return "\n".join(lines(day, TITLES, frozenset({"source-broken"})))


def test_the_first_line_is_the_coverage() -> None:
    assert coverage(a_day()) == "应检338、已检334、无法核验4（2026-11-24，网站44、账号294）"


def test_what_was_not_visited_and_what_is_excused_are_said_too() -> None:
    visits = Counter({("site", "visited"): 1, ("site", "due"): 2, ("account", "excused"): 3})
    assert (
        coverage(a_day(visits=visits))
        == "应检3、已检1、无法核验0、未检2、报备免检3（2026-11-24，网站3、账号0）"
    )


def test_the_operators_own_trouble_stands_apart_from_what_units_must_mend() -> None:
    moved = Counter(
        {
            ("column-blank", "seen again", "suspected", "confirmed"): 2,
            ("source-broken", "seen again", "suspected", "confirmed"): 3,
        }
    )
    text = told(a_day(moved=moved))
    assert "新确认问题 2：空白栏目2" in text
    assert "本系统采集渠道故障（不计入单位问题）：采集渠道故障3" in text


def test_what_waits_for_a_browser_is_said_with_what_was_lacking() -> None:
    open_issues = Counter({("column-blank", "suspected"): 3})
    waiting = Counter({("column-blank", "no-browser"): 2, ("column-blank", "not-rendered"): 1})
    text = told(a_day(open_issues=open_issues, waiting=waiting))
    assert "疑似（等待复核） 3：空白栏目3" in text
    assert "其中待浏览器复核 2（没有可用的浏览器）：空白栏目2" in text
    assert "其中待浏览器复核 1（浏览器未能打开页面）：空白栏目1" in text


def test_the_list_of_the_trial_period_is_counted_apart() -> None:
    text = told(a_day(trial=Counter({"column-blank": 5})))
    assert "摸底清单（未放行，不通知、不统计） 5：空白栏目5" in text


def test_probes_that_failed_are_told_with_whose_fault_it_was() -> None:
    text = told(a_day(blamed=Counter({Blame.OUR_NETWORK: 40, Blame.TARGET: 2})))
    assert "探测未打开 42 次：本机网络故障40、网站打不开2（只有网站打不开计入）" in text


def test_who_could_not_be_seen_is_named_with_the_reason_and_long_lists_are_counted() -> None:
    unseen = tuple(Unseen("account", f"a{n}", f"账号{n}", "no-road", "") for n in range(9))
    text = told(a_day(unseen=(Unseen("site", "1", "财政局", "waf", ""), *unseen)))
    assert "无法核验 10（不据此认定或销号任何问题）" in text
    assert "网站　被安全防护拦截：财政局" in text
    assert "账号5等9个" in text


def test_columns_that_came_and_went_are_named() -> None:
    at = datetime(2026, 11, 24, 6, tzinfo=UTC)
    came = tuple(ColumnChange(f"{n}", f"第{n}局", "政务公开 > 通知公告", "", at) for n in range(8))
    text = told(a_day(columns_came=came, columns_went=came[:1]))
    assert "新增栏目 8：第0局 政务公开 > 通知公告、" in text and "第7局" not in text
    assert "未再见到的栏目 1：第0局 政务公开 > 通知公告" in text


def test_websites_without_any_column_are_named() -> None:
    text = told(
        a_day(
            without_columns=tuple(f"第{n}局" for n in range(7)),
            unjudged=Counter({("column-blank", "no-columns"): 7}),
        )
    )

    assert "没有读到任何栏目的网站 7（" in text and "：第0局、" in text and "等7个" in text
    assert "已检对象中" not in text


def test_a_quiet_day_says_no_more_than_its_coverage() -> None:
    assert told(a_day()).count("\n") == 0


def test_accounts_late_by_their_filed_days_are_named_and_called_no_issue() -> None:
    words = "提醒：已4天未更新，超过更新频率要求的3天"
    text = told(a_day(reminders=tuple(Reminder(f"{n}", f"账号{n}", words) for n in range(7))))

    assert f"超过更新频率要求（本地要求，只提醒，不列为问题） 7：账号0　{words}；" in text
    assert "等7个" in text and "账号6" not in text


def test_accounts_that_are_soon_late_are_named() -> None:
    text = told(a_day(reminders=(Reminder("1", "云泽发布", "预警：已12天未更新"),)))

    assert "账号即将超过更新时限 1：云泽发布　预警：已12天未更新" in text


def an_authorisation(account: str, ends_on: date | None = None, refused: str = "") -> Kept:
    return Kept("douyin", account, account, ends_on, None, refused, None, NOW, "张三")


def test_authorisations_are_named_by_urgency() -> None:
    days = {"甲": 0, "乙": 1, "丙": 7, "丁": 30}
    ending = [an_authorisation(name, TODAY + timedelta(days=left)) for name, left in days.items()]
    refused = an_authorisation("戊", refused="authorisation_withdrawn")

    said = told(a_day(authorisations=(refused, *ending))).splitlines()
    heads = [line.partition("：") for line in said if line.startswith("采集授权")]

    assert [(head, [name for name in "甲乙丙丁戊" if f"“{name}”" in named]) for head, _, named in heads] == [
        ("采集授权失效（请单位重新授权） 1", ["戊"]),
        ("采集授权1天内到期 2", ["甲", "乙"]),
        ("采集授权7天内到期 1", ["丙"]),
        ("采集授权30天内到期 1", ["丁"]),
    ]
