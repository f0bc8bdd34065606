"""The year 2025 of a small office, through the use cases that the commands call; every figure is counted by hand beside it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import delete, select, update
from typer.testing import CliRunner, Result

from console.cli import record, report
from reports.annual_words import Straggler, information_paragraph
from reports.figures import Figures
from tests.console.test_cli import Done, xunjian
from tests.docs.test_recount import SCRIPT
from tests.journeys.years import (
    ACCOUNT_HEADINGS,
    LEDGER_HEADINGS,
    SITE_HEADINGS,
    Cells,
    Fault,
    Office,
    a_random_year,
    moment,
)
from tests.reports.annual_reports import REPORT_2025
from tracker import models
from tracker.figure_facts import AsKnown
from tracker.lifecycle import Event
from tracker.periods import Period

EDUCATION, WATER, ROADS, COUNTY = "云泽市教育局", "云泽市水利局", "云泽市交通局", "云泽市青禾县人民政府"
HEALTH = "云泽市卫生健康委员会/疾控局"
"""A name with a stroke, as some have: the address of a figure holds it."""
S1, S2, S3, S4, S5, S6 = (f"419900000{number}" for number in range(1, 7))
A1, A2, A3, A4, A5, A6, A7, A8 = (f"gh_00000000000{number}" for number in range(1, 9))
WECHAT, WEIBO, DOUYIN = "微信公众号", "微博", "抖音"
BLANK, STALE, DEAD, WORDING = "column-blank", "column-stale", "link-dead", "wording-error"
SILENT, DEAF = "account-stale", "account-interaction"

T = "2026-01-31"
"""The office counts at the end of January."""


def a_site(key: str, unit: str, **more: str) -> Cells:
    facts = {"网站标识码": key, "网站名称": f"网站{key[-1]}", "首页网址": f"https://s{key}.yunze.test/"}
    return facts | {"主办单位": unit, "联系邮箱": "office@yunze.example"} | more


def an_account(key: str, platform: str, unit: str, **more: str) -> Cells:
    facts = {"账号标识": key, "平台": platform, "账号名称": f"云泽账号{key[-1]}"}
    return facts | {"主办单位": unit, "联系邮箱": "office@yunze.example"} | more


# -- the year ---------------------------------------------------------------------------------------------

BEFORE = Fault(A1, SILENT)
"""Told in 2024, put right, back in December 2025, and there to stay."""
OVER_THE_NEW_YEAR = Fault(S1, BLANK, "领导之窗")
FAULTS_OF_WATER = Fault(S2, BLANK, "通知公告"), Fault(S2, STALE, "工作动态")
FAULTS_OF_ROADS = Fault(S3, BLANK, "机构职能"), Fault(S3, BLANK, "领导之窗")
LEFT = Fault(S4, BLANK, "通知公告")
LEFT_TOO, AND_ANOTHER = Fault(S1, STALE, "部门动态"), Fault(S1, BLANK, "人事信息")
FLAPPING, FLAPPING_ACCOUNT = Fault(S3, BLANK, "统计数据"), Fault(A5, SILENT)
SHORT_LIVED = Fault(A2, SILENT)
"""Put right in April before anybody was told; back in November."""
OF_THE_CLOSED = Fault(S5, STALE, "健康科普")
BACK_AGAIN, OF_THE_MOVED, MOVED_AGAIN = Fault(A3, SILENT), Fault(A4, SILENT), Fault(A4, DEAF)
NONE_AT_ALL, NONE_AFTER_ALL = Fault(S1, BLANK, "网站地图"), Fault(S1, BLANK, "友情链接")
TAKEN_BACK, TAKEN_BACK_TOO = Fault(S2, BLANK, "政策文件"), Fault(A3, DEAF)
CORRECTED = Fault(S3, STALE, "工作动态", picture="工作动态.png")
OF_THE_NEW = Fault(A7, SILENT)
OURS = Fault(A1, "source-broken")
FROM_THE_PUBLIC = Fault(S6, DEAD, "https://s6.yunze.test/a.pdf", source="找错留言")
SAME_WEEK = Fault(S6, BLANK, "领导信箱")
FOR_A_PERSON = Fault(S4, WORDING, "错误的词")
WAIVED, WAIVED_STILL = Fault(S4, BLANK, "法规文件"), Fault(A6, DEAF)
INTO_THE_NEW_YEAR, OF_THE_NEW_YEAR = Fault(S3, STALE, "政务要闻"), Fault(S1, BLANK, "专题专栏")


def the_end_of_2024(office: Office) -> None:
    office.register(
        SITE_HEADINGS,
        *map(a_site, (S1, S2, S3, S4, S5, S6), (EDUCATION, WATER, ROADS, COUNTY, HEALTH, HEALTH)),
    )
    platforms = (WECHAT, WEIBO, WECHAT, DOUYIN, WECHAT, WEIBO)
    units = (EDUCATION, EDUCATION, WATER, WATER, ROADS, COUNTY)
    accounts = map(an_account, (A1, A2, A3, A4, A5, A6), platforms, units)
    office.register(ACCOUNT_HEADINGS, *accounts, an_account(A8, WECHAT, HEALTH))
    office.breaks(BEFORE)
    office.until("2024-12-10")  # told on Monday, 9 December
    office.mends(BEFORE)
    office.until("2024-12-31T15:00")
    office.breaks(OVER_THE_NEW_YEAR)
    office.patrol()  # confirmed on the last day of 2024, told on Monday, 6 January


def the_first_quarter(office: Office) -> None:
    office.until("2025-01-07")
    office.mends(OVER_THE_NEW_YEAR)
    office.until("2025-02-10T15:00")
    office.old_ledger(*THE_COUNTYS_OWN_LEDGER)

    office.until("2025-02-11T15:00")
    office.breaks(FAULTS_OF_ROADS[0])
    office.patrol()
    office.breaks(FAULTS_OF_ROADS[1], *FAULTS_OF_WATER)
    office.until("2025-02-18")  # both units told on Monday, 17 February
    office.mends(*FAULTS_OF_ROADS, *FAULTS_OF_WATER)

    office.until("2025-03-05")
    office.breaks(LEFT, LEFT_TOO)
    office.until("2025-03-18")  # told on 10 March, due on the 17th
    office.breaks(AND_ANOTHER)
    office.until("2025-03-25")  # told again on the 24th
    office.mends(LEFT, LEFT_TOO, AND_ANOTHER)


THE_COUNTYS_OWN_LEDGER = [
    dict(zip(LEDGER_HEADINGS, line, strict=True))
    for line in (
        ("县〔2025〕1号", "2025-01-14", COUNTY, S4, "空白栏目", "政策解读", "空白", "", "2025-01-21", "", ""),
        ("县〔2025〕1号", "2025-01-14", COUNTY, A6, "账号更新不及时", "", "停更", "", "2025-01-21", "2025-01-17", ""),
        ("县〔2025〕2号", "2025-01-27", COUNTY, S4, "空白栏目", "政策解读", "空白", "", "2025-02-10", "2025-02-06", "2"),
    )
]  # fmt: skip


def the_second_quarter(office: Office) -> None:
    office.until("2025-04-08T15:00")
    office.breaks(FLAPPING, FLAPPING_ACCOUNT)
    office.patrol()
    office.mends(FLAPPING, FLAPPING_ACCOUNT)
    office.until("2025-04-11T15:00")  # seen clear on Thursday
    office.breaks(FLAPPING, FLAPPING_ACCOUNT)
    office.patrol()
    office.mends(FLAPPING)
    office.until("2025-04-12T15:00")
    office.patrol()  # Saturday: one is clear again, the other is told on Monday, 14 April
    office.until("2025-04-15T15:00")
    office.mends(FLAPPING_ACCOUNT)
    office.breaks(SHORT_LIVED)
    office.patrol()
    office.mends(SHORT_LIVED)

    office.until("2025-05-07")
    office.breaks(OF_THE_CLOSED)
    office.until("2025-05-20T15:00")  # told on 12 May
    office.mends(OF_THE_CLOSED)
    office.register(SITE_HEADINGS, a_site(S5, HEALTH, 状态="关停", 生效日期="2025-05-20"))

    office.until("2025-06-04")
    office.breaks(BACK_AGAIN, OF_THE_MOVED)
    office.until("2025-06-10")  # told on 9 June
    office.mends(BACK_AGAIN)
    office.until("2025-06-16T15:00")
    office.register(ACCOUNT_HEADINGS, an_account(A4, DOUYIN, ROADS, 生效日期="2025-06-16"))
    office.breaks(BACK_AGAIN)
    office.until(
        "2025-06-24"
    )  # told on the 23rd: one is back, the other is overdue, and its new unit hears of it
    office.mends(BACK_AGAIN, OF_THE_MOVED)


def the_third_quarter(office: Office) -> None:
    office.until("2025-07-09")
    office.breaks(NONE_AT_ALL, NONE_AFTER_ALL)
    office.until("2025-07-11T15:00")
    office.acts(Event.DISMISS, NONE_AT_ALL)
    office.until("2025-07-15T15:00")  # told of the other one on the 14th
    office.acts(Event.DISMISS, NONE_AFTER_ALL)
    office.breaks(MOVED_AGAIN)
    office.until("2025-07-22")  # told on the 21st
    office.mends(MOVED_AGAIN)
    office.breaks(TAKEN_BACK, TAKEN_BACK_TOO)
    office.until("2025-07-28T15:00")
    office.register(ACCOUNT_HEADINGS, an_account(A7, DOUYIN, COUNTY, 开设日期="2025-08-01"))
    office.until("2025-08-01T10:00")  # told on 28 July, withdrawn on 1 August, told anew on the 4th
    office.withdraw(office.number_of(TAKEN_BACK))
    office.until("2025-08-05")
    office.mends(TAKEN_BACK, TAKEN_BACK_TOO)
    office.until("2025-08-13")
    office.breaks(CORRECTED)
    office.until("2025-08-19T15:00")  # told on the 18th
    office.correct(office.number_of(CORRECTED))
    office.mends(CORRECTED)
    office.breaks(OF_THE_NEW)
    office.until("2025-08-26")  # told on the 25th
    office.mends(OF_THE_NEW)

    office.until("2025-09-01T15:00")
    account = an_account(A8, WECHAT, HEALTH, 状态="临时下线", 生效日期="2025-09-01")
    office.register(ACCOUNT_HEADINGS, account)
    office.breaks(OURS)
    office.until("2025-09-09T15:00")
    office.breaks(FROM_THE_PUBLIC)
    office.patrol()
    office.until("2025-09-10T15:00")
    office.tell_at_once()  # due on the 12th
    office.breaks(SAME_WEEK, FOR_A_PERSON)
    office.until("2025-09-17T15:00")  # told on the 15th, of what the public found again
    office.mends(FROM_THE_PUBLIC, SAME_WEEK)
    office.acts(Event.CONFIRM, FOR_A_PERSON)
    office.until("2025-09-23")  # told on the 22nd
    office.mends(FOR_A_PERSON)
    office.until("2025-09-29T15:00")
    office.register(ACCOUNT_HEADINGS, an_account(A8, WECHAT, HEALTH, 状态="正常", 生效日期="2025-10-01"))


def the_fourth_quarter_and_january(office: Office) -> None:
    office.until("2025-10-08")
    office.breaks(WAIVED)
    office.until("2025-10-15T15:00")  # told on the 13th
    office.waive(WAIVED, until="2025-11-14")
    office.until("2025-11-05")
    office.breaks(SHORT_LIVED)
    office.until("2025-11-11")  # told on the 10th
    office.mends(SHORT_LIVED)
    office.until("2025-11-25")  # the waiver has lapsed: told on the 24th
    office.mends(WAIVED)
    office.until("2025-12-03")
    office.breaks(BEFORE, WAIVED_STILL)
    office.until("2025-12-10T15:00")  # told on the 8th
    office.waive(WAIVED_STILL, until="2026-03-31")
    office.until("2025-12-31T15:00")
    office.breaks(INTO_THE_NEW_YEAR)
    office.patrol()
    office.breaks(OF_THE_NEW_YEAR)
    office.until("2026-01-06")  # both told on the 5th
    office.mends(INTO_THE_NEW_YEAR, OF_THE_NEW_YEAR)
    office.until("2026-01-31T15:00")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, empty_record: Path) -> Iterator[Office]:
    """Lived once; who changes anything works on a copy."""
    folder = tmp_path_factory.mktemp("year")
    shutil.copy(empty_record, folder / "xunjian.db")
    office = Office(folder, moment("2024-12-02T07:00"))
    office.failing[date(2025, 3, 5)] = (S1, A1)
    office.left[date(2025, 11, 12)] = (S6, A8)
    the_end_of_2024(office)
    the_first_quarter(office)
    the_second_quarter(office)
    the_third_quarter(office)
    the_fourth_quarter_and_january(office)
    yield office
    office.database.close()


@pytest.fixture(scope="module")
def figures(lived: Office) -> Figures:
    return lived.figures("2025", T)


@pytest.fixture
def office(lived: Office, tmp_path: Path) -> Iterator[Office]:
    again = lived.copied(tmp_path)
    yield again
    again.database.close()


def values(figures: Figures, kind: str, *names: str) -> list[int]:
    return [figures.value(name, kind) for name in names]


def by_month(figures: Figures, name: str, kind: str) -> dict[int, int]:
    return {int(month[-2:]): count for month, count in figures.by(name, kind, "month").items()}


# -- 家次 -------------------------------------------------------------------------------------------------


def test_the_record_of_the_year_verifies(lived: Office) -> None:
    assert lived.audit() == []


def test_the_pairs_of_websites_come_out_as_counted_by_hand(figures: Figures) -> None:
    # 6 Jan S1 (confirmed in 2024) · 14 Jan S4 (the county's old ledger) · 17 Feb S2 (two checks) · 17 Feb S3 (two columns)
    # 10 Mar S4 · 10 Mar S1 · 24 Mar S1 (another one, beside what is told again) · 12 May S5 · 14 Jul S1 (dismissed after it)
    # 4 Aug S2 (anew after the withdrawal) · 18 Aug S3 (corrected: once) · 10 Sep S6 (urgent) · 15 Sep S6 · 22 Sep S4
    # 13 Oct S4 · 24 Nov S4 (the waiver has lapsed)
    assert figures.value("家次", "site") == 16
    assert by_month(figures, "家次", "site") == {1: 2, 2: 2, 3: 3, 5: 1, 7: 1, 8: 2, 9: 3, 10: 1, 11: 1}
    assert figures.by("家次", "site", "unit") == {EDUCATION: 4, COUNTY: 5, WATER: 2, ROADS: 2, HEALTH: 3}


def test_the_pairs_of_accounts_come_out_as_counted_by_hand(figures: Figures) -> None:
    # 14 Jan A6 (old ledger) · 14 Apr A5 (flapped, faulty at last) · 9 Jun A3, A4 · 23 Jun A3 (relapse) · 21 Jul A4 (its new unit)
    # 4 Aug A3 (anew) · 25 Aug A7 (opened in August) · 10 Nov A2 · 8 Dec A6 (waived since) · 8 Dec A1 (known since 2024)
    assert figures.value("家次", "account") == 11
    assert by_month(figures, "家次", "account") == {1: 1, 4: 1, 6: 3, 7: 1, 8: 2, 11: 1, 12: 2}
    assert figures.by("家次", "account", "unit") == {COUNTY: 3, ROADS: 2, WATER: 4, EDUCATION: 2}
    assert figures.by("家次", "account", "check") == {SILENT: 8, DEAF: 3}
    assert figures.by("家次", "account", "platform") == {WECHAT: 5, WEIBO: 3, DOUYIN: 3}


def test_two_checks_in_one_notice_are_a_pair_of_each_and_one_in_all(figures: Figures) -> None:
    """17 Feb S2 under both; the splits sum to one more than the total."""
    # stale: 17 Feb S2, 10 Mar S1, 12 May S5, 18 Aug S3 · dead: 10 Sep S6 · wording: 22 Sep S4 · blank: the other eleven
    by = figures.by("家次", "site", "check")
    assert (by[BLANK], by[WORDING]) == (11, 1)
    assert sum({BLANK: 11, STALE: 4, DEAD: 1, WORDING: 1}.values()) == figures.value("家次", "site") + 1


def test_a_pair_stands_under_no_check_whose_fault_its_notice_only_repeats(figures: Figures) -> None:
    """24 March S1: a stale column again, a blank one newly. 15 September S6: a dead link again, a blank column newly."""
    by = figures.by("家次", "site", "check")
    assert (by[STALE], by[DEAD]) == (4, 1)


def test_what_is_only_told_again_stands_beside_the_pairs(figures: Figures) -> None:
    # 27 Jan S4 (old ledger), 24 Mar S4; not 24 Mar S1 and 15 Sep S6, which had something new
    assert figures.value("再次通知家次", "site") == 2
    assert by_month(figures, "再次通知家次", "site") == {1: 1, 3: 1}
    assert figures.by("再次通知家次", "site", "unit") == {COUNTY: 2}
    # 23 Jun A4 (told to its new unit), 22 Dec A1
    assert figures.value("再次通知家次", "account") == 2
    assert figures.by("再次通知家次", "account", "unit") == {ROADS: 1, EDUCATION: 1}
    assert figures.by("再次通知家次", "account", "platform") == {DOUYIN: 1, WECHAT: 1}


def test_targets_are_counted_once_however_often_they_were_told(figures: Figures) -> None:
    assert values(figures, "site", "家") == [6]  # all
    assert figures.by("家", "site", "unit") == {EDUCATION: 1, WATER: 1, ROADS: 1, COUNTY: 1, HEALTH: 2}
    assert values(figures, "account", "家") == [7]  # all but A8
    # A4 was told under water and under roads: under both, and once in all.
    assert figures.by("家", "account", "unit") == {EDUCATION: 2, WATER: 2, ROADS: 2, COUNTY: 2}
    assert figures.by("家", "account", "platform") == {WECHAT: 3, WEIBO: 2, DOUYIN: 2}


def test_each_notice_is_counted_once_for_each_kind(figures: Figures) -> None:
    # Sites: 16 pairs and 2 repeated, each in a notice of its own. Accounts: 11 and 2, of which A3 and A4 of 9 June share one.
    assert [figures.value("通知", kind) for kind in ("site", "account")] == [18, 12]


# -- 问题 -------------------------------------------------------------------------------------------------


def test_issues_are_split_by_where_they_stand(figures: Figures) -> None:
    split = ("问题", "已整改（销号）", "已整改（关停注销）", "整改中", "已报备暂不计", "已排除（误报）")
    # 17: of 6 Jan 1, old ledger 1, Feb 4, Mar 3, S5 1, 友情链接 1, 政策文件 1, S3 in August 1, Sep 3, 法规文件 1 (named twice)
    assert values(figures, "site", *split) == [17, 15, 1, 0, 0, 1]
    # 10: A6 stale and deaf, A5, A3 stale (twice) and deaf, A4 stale and deaf, A7, A2, A1
    assert values(figures, "account", *split) == [10, 8, 0, 1, 1, 0]
    assert by_month(figures, "问题", "site") == {
        1: 2, 2: 4, 3: 3, 5: 1, 7: 1, 8: 2, 9: 3, 10: 1, 11: 1,
    }  # fmt: skip
    # A3's stale one is named twice in June, under one month.
    assert by_month(figures, "问题", "account") == {1: 1, 4: 1, 6: 2, 7: 1, 8: 2, 11: 1, 12: 2}
    assert figures.by("问题", "site", "check") == {BLANK: 11, STALE: 4, DEAD: 1, WORDING: 1}
    assert figures.by("问题", "account", "platform") == {WECHAT: 4, WEIBO: 3, DOUYIN: 3}
    assert figures.share("整改率", "site").words(1) == "100%（16/16）"  # 15 + 1 of 17 - 1
    assert figures.share("整改率", "account").words(1) == "88.9%（8/9）"  # 8 of 10 - 1


def test_confirmations_are_counted_whether_anybody_was_told_or_not(figures: Figures) -> None:
    # The 17 but that of December 2024; and 统计数据 (flapped), 网站地图 (dismissed), 政务要闻 (told in 2026): 19
    assert figures.value("确认问题", "site") == 19
    assert by_month(figures, "确认问题", "site") == {
        1: 1, 2: 4, 3: 3, 4: 1, 5: 1, 7: 3, 8: 1, 9: 3, 10: 1, 12: 1,
    }  # fmt: skip
    # The 10 but A1's of 2024; A2's in April, when nobody was told
    assert figures.value("确认问题", "account") == 9
    assert by_month(figures, "确认问题", "account") == {1: 1, 4: 2, 6: 2, 7: 2, 8: 1, 12: 1}
    # On 5 June A4 stood under water, on 17 July under roads.
    assert figures.by("确认问题", "account", "unit") == {COUNTY: 3, ROADS: 2, EDUCATION: 1, WATER: 3}


def test_relapses_and_waivers_are_counted_each_time(figures: Figures) -> None:
    assert values(figures, "site", "问题反弹", "报备") == [1, 1]  # 统计数据 on 11 April; 法规文件
    assert values(figures, "account", "问题反弹", "报备") == [4, 1]  # A5, A3, A2, A1; A6
    assert by_month(figures, "问题反弹", "account") == {4: 1, 6: 1, 11: 1, 12: 1}


def test_what_was_told_in_time_is_counted_from_the_notice_that_stands(figures: Figures) -> None:
    # To be told: the 19 but 统计数据 and 网站地图, and what was waived once more, when its waiver had lapsed.
    # Late: 政策文件, whose first notice was withdrawn.
    assert values(figures, "site", "应通知", "已通知", "及时通知") == [18, 18, 17]


def test_what_put_itself_right_before_a_notice_was_not_to_be_told_then(figures: Figures) -> None:
    """A5 of 8 April was clear on the 10th and back on the 11th; A2 of 15 April was clear on the 17th and back in November."""
    # 9 + 4 relapses, but for the first confirmations of A5 and A2. Late: A3's, whose first notice was withdrawn.
    assert values(figures, "account", "应通知", "已通知", "及时通知") == [11, 11, 10]


def test_faults_of_our_own_intake_stand_nowhere(lived: Office, figures: Figures) -> None:
    assert lived.issue(OURS).state == "confirmed"
    assert not [address for address, count in figures.flat().items() if "source-broken" in address and count]


# -- the registers and the rounds -------------------------------------------------------------------------


def test_targets_count_by_the_days_on_which_they_ran(figures: Figures) -> None:
    assert values(figures, "site", "监控对象", "期末在册", "期内关停") == [6, 5, 1]
    assert values(figures, "account", "监控对象", "期末在册", "期内关停") == [8, 8, 0]
    assert figures.by("监控对象", "site", "unit") == {EDUCATION: 1, WATER: 1, ROADS: 1, COUNTY: 1, HEALTH: 2}
    # A4 under both its units
    assert figures.by("监控对象", "account", "unit") == {
        EDUCATION: 2,
        WATER: 2,
        ROADS: 2,
        COUNTY: 2,
        HEALTH: 1,
    }
    assert figures.by("监控对象", "account", "platform") == {WECHAT: 4, WEIBO: 2, DOUYIN: 2}


def test_the_targets_of_a_month_are_those_that_ran_in_it(lived: Office, figures: Figures) -> None:
    """S5 until May; A7 from August on; A8 not in September. By month of the year, and for the month itself."""
    sites = {month: 6 if month <= 5 else 5 for month in range(1, 13)}
    accounts = {month: 7 if month <= 7 or month == 9 else 8 for month in range(1, 13)}
    for kind, expected in (("site", sites), ("account", accounts)):
        months = {month: lived.figures(f"2025-{month:02d}", T).value("监控对象", kind) for month in expected}
        assert months == expected
        assert by_month(figures, "监控对象", kind) == expected


def test_a_closing_belongs_to_its_month(lived: Office, figures: Figures) -> None:
    assert lived.figures("2025-05", T).value("期内关停", "site") == 1
    assert by_month(figures, "期内关停", "site") == {5: 1}


def test_visits_are_counted_by_what_became_of_them(figures: Figures) -> None:
    names = ("应检", "已检", "无法核验", "未检", "报备免检")
    # 53 Wednesdays: five sites on all, S5 on the 20 up to 14 May = 285; S1 failed on 5 March, S6 was left on 12 November.
    assert values(figures, "site", *names) == [285, 283, 1, 1, 0]
    # Six accounts on all, A7 on the 22 from 6 August on, A8 on all but four in September = 389; A1 failed, A8 was left.
    assert values(figures, "account", *names) == [389, 387, 1, 1, 4]
    assert figures.days_of_rounds == 53


# -- other periods, other moments -------------------------------------------------------------------------


def test_quarters_and_months_sum_up_to_the_year(lived: Office, figures: Figures) -> None:
    quarters = [lived.figures(f"2025-Q{number}", T) for number in (1, 2, 3, 4)]
    assert [each.value("家次", "site") for each in quarters] == [7, 1, 6, 2]
    assert [each.value("家次", "account") for each in quarters] == [1, 4, 3, 3]
    months = {month: lived.figures(f"2025-{month:02d}", T) for month in range(1, 13)}
    summed = (
        "家次", "再次通知家次", "通知", "确认问题", "问题反弹", "报备", "应通知", "已通知", "及时通知", "应检", "已检", "未检",
    )  # fmt: skip
    for kind in ("site", "account"):
        for name in summed:
            assert sum(each.value(name, kind) for each in months.values()) == figures.value(name, kind), name
            assert sum(each.value(name, kind) for each in quarters) == figures.value(name, kind), name
        for name in (*summed, "家", "问题"):
            split = {
                month: each.value(name, kind) for month, each in months.items() if each.value(name, kind)
            }
            assert by_month(figures, name, kind) == split, name
    # Issues named in two quarters, targets in several: these do not sum up.
    assert [each.value("问题", "site") for each in quarters] == [9, 1, 6, 1]  # 法规文件 within one quarter
    assert [each.value("家", "site") for each in quarters] == [4, 1, 5, 1]


def test_in_the_middle_of_the_year_the_figures_are_those_of_that_day(lived: Office) -> None:
    """31 July: the notice of 28 July still stands; A7 is not there yet."""
    july = lived.figures("2025", "2025-07-31")
    # The nine pairs up to 14 July, and S2 of 28 July; the six up to 21 July, and A3 of 28 July
    assert [july.value("家次", kind) for kind in ("site", "account")] == [10, 7]
    assert [july.value("再次通知家次", kind) for kind in ("site", "account")] == [2, 1]
    assert values(july, "site", "问题", "已整改（销号）", "已整改（关停注销）", "整改中", "已排除（误报）") == [
        12, 9, 1, 1, 1,
    ]  # fmt: skip
    assert values(july, "account", "问题", "已整改（销号）", "整改中") == [6, 5, 1]
    assert [july.value("监控对象", kind) for kind in ("site", "account")] == [6, 7]
    assert [july.value("期末在册", kind) for kind in ("site", "account")] == [5, 7]


def test_a_notice_counts_until_the_minute_of_its_withdrawal(lived: Office) -> None:
    moments = (
        "2025-07-28T09:59",
        "2025-07-28T10:00",
        "2025-08-01T09:59",
        "2025-08-01T10:00",
        "2025-08-04T10:00",
    )
    assert [lived.figures("2025-07", at).value("家次", "site") for at in moments] == [1, 2, 2, 1, 1]
    assert [lived.figures("2025", at).value("家次", "site") for at in moments] == [9, 10, 10, 9, 10]


def test_what_is_waived_in_october_is_put_right_by_december(lived: Office) -> None:
    found = [
        values(lived.figures("2025", day), "site", "已报备暂不计", "整改中", "已整改（销号）")
        for day in ("2025-10-14", "2025-10-31", "2025-11-20", "2025-12-31")
    ]
    assert found == [[0, 1, 14], [1, 0, 14], [0, 1, 14], [0, 0, 15]]


def test_before_the_first_notices_of_january_the_last_fault_of_the_year_is_not_told(lived: Office) -> None:
    early = lived.figures("2025", "2026-01-04")
    assert values(early, "site", "确认问题", "应通知", "已通知", "家次") == [19, 18, 17, 16]


def test_the_year_before_and_the_year_after_have_their_own(lived: Office) -> None:
    names = ("家次", "再次通知家次", "家", "问题", "确认问题", "监控对象")
    before, after = lived.figures("2024", T), lived.figures("2026", T)
    # 2024: 领导之窗 was confirmed on its last day and told in 2025; A1 was told on 9 December. A7 was not there yet.
    assert values(before, "site", *names) == [0, 0, 0, 0, 1, 6]
    assert values(before, "account", *names) == [1, 0, 1, 1, 1, 7]
    # 2026: S3 (confirmed in 2025) and S1, told on 5 January; A1 told again on the 5th and the 19th. S5 is gone.
    assert values(after, "site", *names) == [2, 0, 2, 2, 1, 5]
    assert values(after, "account", *names) == [0, 2, 0, 0, 0, 8]
    assert values(lived.figures("2024", "2024-12-31"), "account", "问题", "已整改（销号）") == [1, 1]


# -- every figure explains itself -------------------------------------------------------------------------


def test_every_figure_has_as_many_rows_as_it_says(lived: Office, figures: Figures) -> None:
    assert lived.unequal_explanations(figures) == {}


@pytest.mark.parametrize(
    ("period", "as_of"), [("2025", "2025-07-31"), ("2024", T), ("2026", T), ("2025-Q3", T)]
)
def test_so_it_has_at_other_moments(lived: Office, period: str, as_of: str) -> None:
    assert lived.unequal_explanations(lived.figures(period, as_of), splits=False) == {}


# -- the recount ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "as_of"),
    [("2025", T), ("2025", "2025-07-31"), ("2025", "2025-08-04T10:00"), ("2024", T), ("2026", T)],
)
def test_who_counts_the_export_again_gets_the_same(lived: Office, year: str, as_of: str) -> None:
    again, said = lived.recounted(year, as_of)
    assert again == said


@pytest.mark.parametrize("seed", range(2))
def test_years_that_nobody_planned_are_counted_alike_by_everybody(
    tmp_path: Path, empty_record: Path, seed: int
) -> None:
    shutil.copy(empty_record, tmp_path / "xunjian.db")
    office = a_random_year(tmp_path, seed)
    assert office.audit() == []
    for year, as_of in (("2025", T), ("2025", "2025-11-15T12:00"), ("2026", "2026-02-08")):
        again, said = office.recounted(year, as_of)
        assert again == said
    year = office.figures("2025", T)
    assert year.value("家次", "site") > 3
    assert office.unequal_explanations(year, splits=False) == {}
    months = [office.figures(f"2025-{month:02d}", T) for month in range(1, 13)]
    for kind in ("site", "account"):
        for name in ("家次", "再次通知家次", "通知", "确认问题", "问题反弹", "报备"):
            assert sum(month.value(name, kind) for month in months) == year.value(name, kind)
        split = ("已整改（销号）", "已整改（关停注销）", "整改中", "已报备暂不计", "已排除（误报）")
        assert sum(year.value(name, kind) for name in split) == year.value("问题", kind)
    office.database.close()


# -- frozen -----------------------------------------------------------------------------------------------

FROZEN_AT = "2026-01-31T16:00"


class Clerk:
    """Runs the commands on one record, in this process."""

    def __init__(self, office: Office, patch: pytest.MonkeyPatch) -> None:
        self.office = office
        patch.chdir(office.folder)
        patch.setenv("XUNJIAN_TRACKER__DATABASE_URL", str(office.database.url))
        patch.setenv("XUNJIAN_TRACKER__EVIDENCE_DIR", str(office.folder / "evidence"))

    def annual(self, *arguments: str, as_of: str = FROZEN_AT) -> Result:
        words = ["annual", "--year", "2025", "--format", "csv", "--out", "年报", "--as-of", as_of]
        return CliRunner().invoke(report.app, [*words, *arguments])

    def document(self, as_of: str) -> dict[str, Any]:
        words = ["annual", "--year", "2025", "--format", "json", "--as-of", as_of]
        found: dict[str, Any] = json.loads(CliRunner().invoke(report.app, words).stdout)
        return found

    def verify(self) -> list[str]:
        """What `audit verify` names; nothing if all holds."""
        app = typer.Typer(rich_markup_mode=None)
        app.command()(record.verify)
        done = CliRunner().invoke(app, [])
        assert done.exit_code == (0 if "全部相符" in done.stdout else 1)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return [] if done.exit_code == 0 else done.stdout.splitlines()[:-1]

    def frozen(self) -> list[models.FrozenFigures]:
        with self.office.database.reading() as session:
            return list(session.scalars(select(models.FrozenFigures).order_by(models.FrozenFigures.id)))


@pytest.fixture(scope="module")
def filed(lived: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The year's figures filed, once; who changes anything works on a copy."""
    office = lived.copied(tmp_path_factory.mktemp("filed"))
    with pytest.MonkeyPatch.context() as patch:
        done = Clerk(office, patch).annual("--freeze", "--by", "张三")
    assert done.exit_code == 0 and "已冻结 2025 年数据" in done.stdout
    yield office
    office.database.close()


@pytest.fixture
def clerk(filed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    office = filed.copied(tmp_path)
    yield Clerk(office, monkeypatch)
    office.database.close()


def test_what_was_filed_is_what_was_counted_and_verifies(clerk: Clerk, figures: Figures) -> None:
    (row,) = clerk.frozen()
    assert row.figures == figures.flat()
    assert (row.by, row.ordinal, clerk.verify()) == ("张三", 1, [])
    assert clerk.document(T)["since_frozen"] == []


def test_a_withdrawal_in_february_shows_as_a_difference_and_breaks_nothing(clerk: Clerk) -> None:
    office = clerk.office
    office.until("2026-02-05T15:00")
    office.withdraw(office.number_of(CORRECTED))  # of August 2025: roads, and nobody else
    told = clerk.document("2026-02-10")
    assert (told["figures"]["2025/site/家次"], told["figures"]["2025/site/家次/月=8"]) == (15, 1)
    assert "2025/site/家次 冻结时 16，现为 15" in told["since_frozen"]
    assert not [line for line in told["since_frozen"] if "监控对象" in line]
    assert "2025年数据已于 2026-01-31 由张三冻结；现在的差异：" in clerk.annual(as_of="2026-02-10").stdout
    assert clerk.frozen()[0].figures["2025/site/家次"] == 16
    assert clerk.verify() == []


def a_line(number: str, dated: str, target: str, check: str, subject: str = "", **more: str) -> Cells:
    facts = {"文号": number, "通知日期": dated, "主办单位": COUNTY, "标识码": target, "检查项": check}
    return facts | {"问题对象": subject, "问题描述": "有问题", "整改时限": dated} | more


def test_a_late_import_of_the_old_ledger_shows_as_a_difference_and_breaks_nothing(clerk: Clerk) -> None:
    office = clerk.office
    office.until("2026-02-05T15:00")
    office.old_ledger(
        a_line("县〔2025〕3号", "2025-02-03", S4, "空白栏目", "办事指南", 整改日期="2025-02-07"),
        a_line("县〔2025〕1号", "2025-01-14", S4, "空白栏目", "县情概况", 整改日期="2025-01-20"),
    )
    told = clerk.document("2026-02-10")
    assert "2025/site/家次 冻结时 16，现为 17" in told["since_frozen"]  # of 3号; 1号 named S4 already
    assert "2025/site/问题 冻结时 17，现为 19" in told["since_frozen"]
    assert clerk.frozen()[0].figures["2025/site/家次"] == 16
    assert clerk.verify() == []


def test_a_late_line_that_repeats_an_old_issue_in_an_old_notice_breaks_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The issue was on record when the figures were filed, and so was the notice; that it tells of it again was not."""
    put_right = "2025-02-06"
    office.old_ledger(a_line("县〔2025〕5号", "2025-01-20", A6, "空白账号", 整改日期=put_right))
    clerk = Clerk(office, monkeypatch)
    assert clerk.annual("--freeze").exit_code == 0
    office.until("2026-02-05T15:00")
    office.old_ledger(
        a_line("县〔2025〕2号", "2025-01-27", A6, "空白账号", 第几次通知="2", 整改日期=put_right)
    )
    assert "2025/account/再次通知家次 冻结时 2，现为 3" in clerk.document("2026-02-10")["since_frozen"]
    assert clerk.verify() == []


def test_a_late_line_that_names_in_an_old_notice_what_the_patrol_had_found_breaks_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """县〔2026〕1号 and the fault were on record when the figures were filed; that it names the fault was not."""
    found = Fault(S4, BLANK, "规划计划")
    office.breaks(found)
    office.patrol()  # Saturday: its notice would be of Monday
    office.old_ledger(a_line("县〔2026〕1号", "2026-01-31", A7, "空白账号", 整改日期="2026-01-31"))
    clerk = Clerk(office, monkeypatch)
    words = ["annual", "--year", "2026", "--format", "csv", "--out", "年报", "--as-of", FROZEN_AT, "--freeze"]
    assert CliRunner().invoke(report.app, words).exit_code == 0
    assert clerk.verify() == []
    office.until("2026-01-31T18:00")
    office.old_ledger(a_line("县〔2026〕1号", "2026-01-31", S4, "空白栏目", "规划计划"))
    assert office.issue(found).state == "notified"
    assert clerk.verify() == []


def test_a_change_in_the_registers_shows_as_a_difference_and_breaks_nothing(clerk: Clerk) -> None:
    """That A6 belongs to roads since December is entered in February: its fault of 4 December is theirs."""
    office = clerk.office
    office.until("2026-02-05T15:00", patrols=False)
    office.register(ACCOUNT_HEADINGS, an_account(A6, WEIBO, ROADS, 生效日期="2025-12-01"))
    told = clerk.document("2026-02-10")
    assert "2025/account/监控对象/单位=云泽市交通局 冻结时 2，现为 3" in told["since_frozen"]
    assert clerk.verify() == []


def test_a_round_that_goes_on_after_the_figures_were_filed_breaks_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter filed on a day on which the office still looks at things."""
    clerk = Clerk(office, monkeypatch)
    words = ["annual", "--year", "2026", "--format", "csv", "--out", "年报", "--as-of", FROZEN_AT, "--freeze"]
    assert CliRunner().invoke(report.app, words).exit_code == 0
    office.now = moment("2026-01-31T20:00")
    office.round()
    assert clerk.verify() == []


def test_filing_again_needs_a_reason_and_keeps_both(clerk: Clerk) -> None:
    refused = clerk.annual("--freeze")
    assert type(refused.exception).__name__ == "AlreadyFrozen"
    assert "2025 的数据已于 2026-01-31 冻结（张三）" in str(refused.exception)
    assert len(clerk.frozen()) == 1

    clerk.office.until("2026-02-05T15:00")
    clerk.office.withdraw(clerk.office.number_of(CORRECTED))
    again = clerk.annual("--freeze", "--why", "更正上报", "--by", "李主任", as_of="2026-02-06")
    assert again.exit_code == 0
    first, second = clerk.frozen()
    assert [row.figures["2025/site/家次"] for row in (first, second)] == [16, 15]
    assert (second.ordinal, second.why, second.by) == (2, "更正上报", "李主任")
    assert clerk.document("2026-02-10")["since_frozen"] == []
    assert clerk.verify() == []


# -- forged -----------------------------------------------------------------------------------------------


def test_a_row_of_a_notice_that_was_changed_by_hand_is_named(clerk: Clerk) -> None:
    number = clerk.office.number_of(TAKEN_BACK)
    item, notice = models.NoticeItem, models.Notice
    with clerk.office.database.writing() as session:
        chosen = select(notice.id).where(notice.number == number)
        session.execute(update(item).where(item.notice_id.in_(chosen)).values(part="again"))
    found = clerk.verify()
    assert f"通知 {number} 与签发时不符" in found
    assert "冻结的数据重算不符：2025/site/家次 冻结时 16，现为 15" in found


def test_a_row_of_a_notice_that_was_moved_to_another_target_is_named(clerk: Clerk) -> None:
    """The seal holds the issue, not the target that the row says."""
    number, item, notice = clerk.office.number_of(TAKEN_BACK), models.NoticeItem, models.Notice
    with clerk.office.database.writing() as session:
        chosen = select(notice.id).where(notice.number == number)
        other = session.scalars(select(models.Target.id).where(models.Target.key == S4)).one()
        session.execute(update(item).where(item.notice_id.in_(chosen)).values(target_id=other))
    assert f"通知 {number} 与签发时不符" in clerk.verify()


def test_a_deadline_that_was_changed_by_hand_is_named(clerk: Clerk) -> None:
    number, item, notice = clerk.office.number_of(TAKEN_BACK), models.NoticeItem, models.Notice
    with clerk.office.database.writing() as session:
        chosen = select(notice.id).where(notice.number == number)
        session.execute(update(item).where(item.notice_id.in_(chosen)).values(due_on=date(2025, 12, 31)))
    assert f"通知 {number} 与签发时不符" in clerk.verify()


def test_a_withdrawn_notice_that_was_put_in_force_by_hand_is_named(clerk: Clerk) -> None:
    notice = models.Notice
    with clerk.office.database.writing() as session:
        row = session.scalars(select(notice).where(notice.state == "withdrawn")).one()
        number, row.state = row.number, "signed"
    assert [line for line in clerk.verify() if f"通知 {number}" in line]


def test_a_notice_that_was_taken_out_is_named(clerk: Clerk) -> None:
    number, notice = clerk.office.number_of(TAKEN_BACK), models.Notice
    with clerk.office.database.writing() as session:
        chosen = session.scalars(select(notice.id).where(notice.number == number)).one()
        for table in (models.NoticeItem, models.NoticeAct, models.Mail, models.Reply):
            session.execute(delete(table).where(table.notice_id == chosen))
        session.execute(delete(notice).where(notice.id == chosen))
    found = clerk.verify()
    assert any(line.startswith(f"已签发的通知 {number}") and line.endswith("缺失") for line in found)
    assert "冻结的数据重算不符：2025/site/家次 冻结时 16，现为 15" in found


def test_a_filed_figure_that_was_changed_by_hand_is_named(clerk: Clerk) -> None:
    with clerk.office.database.writing() as session:
        row = session.scalars(select(models.FrozenFigures)).one()
        row.figures = dict(row.figures) | {"2025/site/家次": 12}
    found = clerk.verify()
    assert "冻结的 2025 数据（第1份）与审计链不符" in found
    assert "冻结的数据重算不符：2025/site/家次 冻结时 12，现为 16" in found


def test_a_filed_set_that_was_taken_out_is_named(clerk: Clerk) -> None:
    with clerk.office.database.writing() as session:
        session.execute(delete(models.FrozenFigures))
    (line,) = clerk.verify()
    assert line.startswith("审计链第") and line.endswith("所记的冻结数据缺失")


def test_a_lost_piece_of_evidence_is_named_with_the_figures_that_stand_on_it(clerk: Clerk) -> None:
    with clerk.office.database.reading() as session:
        move = select(models.Move.evidence).where(models.Move.issue_id == clerk.office.issue(CORRECTED).id)
        (sha256,) = next(proofs for proofs in session.scalars(move) if proofs)
    (file,) = (path for path in (clerk.office.folder / "evidence").rglob("*") if sha256[:60] in path.name)
    file.unlink()
    (line,) = clerk.verify()
    assert sha256 in line
    standing = line.partition("所支撑的数字：")[2].split("、")
    assert standing == ["2025/site/确认问题", "2025/site/家次", "2025/site/家", "2025/site/问题"]


def test_a_lost_document_of_a_notice_is_named_and_no_figure_stands_on_it(clerk: Clerk) -> None:
    with clerk.office.database.reading() as session:
        documents = session.scalars(
            select(models.Notice.documents).where(models.Notice.documents != {})
        ).first()
    assert documents is not None
    sha256 = next(iter(documents.values()))
    (file,) = (path for path in (clerk.office.folder / "evidence").rglob("*") if sha256[:60] in path.name)
    file.unlink()
    (line,) = clerk.verify()
    assert sha256 in line and "所支撑的数字" not in line


# -- in words ---------------------------------------------------------------------------------------------

SENTENCE = (
    "2025 年，对全市 44 家政府网站、294 家政务新媒体进行每日监控，累计发现并督促整改空白栏目、信息更新不及时等问题，"
    "涉及政府网站 129 家次、政务新媒体 710 家次，均及时通知并整改到位。"
)
TITLES = {BLANK: "空白栏目", STALE: "栏目更新不及时", SILENT: "账号更新不及时", DEAD: "链接或附件失效"}


def figures_of_2025(*, days_of_rounds: int = 365, **totals: tuple[int, int]) -> Figures:
    """As the office filed them, but for `totals`: figure -> (sites, accounts)."""
    known = {
        "监控对象": (44, 294),
        "家次": (129, 710),
        "问题": (140, 720),
        "已整改（销号）": (140, 720),
        "应通知": (141, 725),
        "已通知": (141, 725),
        "及时通知": (141, 725),
    }
    figures = Figures(Period.of_year(2025), AsKnown(moment(T)), days_of_rounds)
    for name, both in (known | totals).items():
        for kind, total in zip(("site", "account"), both, strict=True):
            figures.tallies[kind][name].total = total
    named = known | totals
    if any(named["问题"]):
        figures.tallies["site"]["问题"].check = {BLANK: 60, STALE: 80}
        figures.tallies["account"]["问题"].check = {SILENT: 720}
    return figures


def a_straggler(why: str, **more: bool) -> Straggler:
    return Straggler("site", ROADS, "交通网", "空白栏目", "政务要闻", 7, why, **more)


def paragraph(*behind: Straggler, days_of_rounds: int = 365, **totals: tuple[int, int]) -> str:
    return information_paragraph(
        figures_of_2025(days_of_rounds=days_of_rounds, **totals), list(behind), TITLES
    )


def test_the_sentence_reads_as_in_the_report_when_its_numbers_are_put_in() -> None:
    assert paragraph() == SENTENCE


def test_it_is_the_sentence_that_was_printed() -> None:
    assert SENTENCE in REPORT_2025.read_text("utf-8")


def test_one_that_is_not_put_right_is_counted_and_named() -> None:
    words = paragraph(
        a_straggler("逾期未整改，整改时限2025-12-15"), **{"已整改（销号）": (139, 720), "整改中": (1, 0)}
    )
    assert words.endswith(
        "涉及政府网站 129 家次、政务新媒体 710 家次，均及时通知，已整改到位 859 个，整改率 99.9%（859/860），"
        "尚有 1 个正在整改：云泽市交通局“交通网”“政务要闻”空白栏目（逾期未整改，整改时限2025-12-15）。"
    )


def test_one_that_was_told_late_is_counted_and_named() -> None:
    words = paragraph(a_straggler("2025-07-24确认，2025-08-04通知", is_late=True), 及时通知=(140, 725))
    assert "均及时通知" not in words and "均已通知（其中 1 个未及时通知" in words
    assert "均整改到位" in words
    assert "交通网" in words and "2025-07-24确认，2025-08-04通知" in words


def test_one_that_was_not_told_is_counted_and_named() -> None:
    words = paragraph(a_straggler("待通知", is_untold=True), 已通知=(140, 725), 及时通知=(140, 725))
    assert "均及时通知" not in words and "均已通知" not in words
    assert words.endswith(
        "已通知 865 个，尚有 1 个待通知（云泽市交通局“交通网”“政务要闻”空白栏目（待通知）），已通知的均整改到位。"
    )


def test_what_is_waived_and_what_was_dismissed_is_said_apart() -> None:
    waived = paragraph(**{"已整改（销号）": (138, 720), "已报备暂不计": (2, 0)})
    assert waived.endswith("均及时通知并整改到位；另有 2 个经批准报备暂不计。")
    dismissed = paragraph(**{"已整改（销号）": (140, 719), "已排除（误报）": (0, 1)})
    assert dismissed.endswith("均及时通知并整改到位；另有 1 个经核实排除（误报）。")
    nothing_left = paragraph(
        **{"问题": (1, 0), "家次": (1, 0), "已整改（销号）": (0, 0), "已排除（误报）": (1, 0)}
    )
    assert nothing_left.endswith("均已及时通知；另有 1 个经核实排除（误报）。")


def test_closed_with_approval_is_put_right() -> None:
    assert paragraph(**{"已整改（销号）": (139, 720), "已整改（关停注销）": (1, 0)}) == SENTENCE


def test_a_year_in_which_nothing_was_found_says_so() -> None:
    nothing = dict.fromkeys(("家次", "问题", "已整改（销号）", "应通知", "已通知", "及时通知"), (0, 0))
    assert paragraph(**nothing) == (
        "2025 年，对全市 44 家政府网站、294 家政务新媒体进行每日监控，未发现需要通知整改的问题。"
    )
    untold = paragraph(a_straggler("待通知", is_untold=True), **nothing | {"应通知": (1, 0)})
    assert "未发现" not in untold and "尚待通知" in untold and "交通网" in untold


def test_daily_is_said_only_of_a_year_that_had_its_round_every_day() -> None:
    assert "进行监控（系统巡检 364 天），" in paragraph(days_of_rounds=364)
    assert "每日" not in paragraph(未检=(1, 0))
    assert "进行监控，" in paragraph(days_of_rounds=0, 通知=(90, 200))


def test_the_lived_year_is_told_in_the_words_that_its_numbers_allow(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Clerk(office, monkeypatch).document(T)["paragraph"]
    assert words.startswith("2025 年，对全市 6 家政府网站、8 家政务新媒体进行监控（系统巡检 53 天），")
    assert "涉及政府网站 16 家次、政务新媒体 11 家次，" in words
    assert "均及时通知" not in words
    assert (
        "均已通知（其中 2 个未及时通知" in words
    )  # those of the withdrawn notice; A2's of April put itself right
    assert "已整改到位 24 个，整改率 96.0%（24/25）" in words  # 27 but one waived and one dismissed
    assert "尚有 1 个正在整改：云泽市教育局“云泽账号1”" in words
    assert words.endswith("另有 1 个经批准报备暂不计；另有 1 个经核实排除（误报）。")


# -- by the commands themselves ---------------------------------------------------------------------------


def test_a_smaller_year_by_the_real_commands(tmp_path: Path) -> None:
    def run(*arguments: str) -> Done:
        return xunjian(tmp_path, *arguments)

    def finds(as_of: str, *faults: Fault) -> None:
        text = "".join(f"{fault.line}\n" for fault in faults)
        (tmp_path / "巡查.jsonl").write_text(text, "utf-8")
        done = run("findings", "import", "巡查.jsonl", "--as-of", as_of, "--complete", "all")
        assert done.returncode == 0, done.stdout + done.stderr

    def tells(monday: str, week: str) -> str:
        prepared = run("notices", "prepare", "--as-of", monday, "--week", week, "--by", "张三")
        assert prepared.returncode == 0, prepared.stderr
        return run("notices", "sign", "--as-of", monday, "--week", week, "--by", "李主任").stdout

    run("init")
    text = ",".join(SITE_HEADINGS)
    for site in (a_site(S1, EDUCATION), a_site(S2, WATER)):
        text += "\n" + ",".join(site.get(heading, "") for heading in SITE_HEADINGS)
    (tmp_path / "网站.csv").write_text(text, "utf-8")
    assert run("targets", "import", "网站.csv", "--as-of", "2025-01-02").returncode == 0

    # Week 10: two faults of one site, one of another, of which one is dismissed before anybody is told.
    mistaken = Fault(S2, BLANK, "机构职能")
    finds("2025-03-06", LEFT_TOO, AND_ANOTHER, mistaken, FAULTS_OF_WATER[0])
    assert run("issues", "dismiss", "3", "--why", "误报", "--as-of", "2025-03-07").returncode == 0
    signed = tells("2025-03-10", "2025-W10")
    assert "〔2025〕1号" in signed and "〔2025〕2号" in signed
    # Water's notice is withdrawn, and its fault told anew; of education's two one is waived, and one is told again.
    run("notices", "withdraw", "2025-2", "--why", "有误", "--by", "李主任", "--as-of", "2025-03-11")
    waived = ("--why", "改版", "--by", "李主任", "--until", "2025-12-31", "--as-of", "2025-03-12")
    assert "已报备暂不计" in run("issues", "waive", "2", *waived).stdout
    signed = tells("2025-03-24", "2025-W12")
    assert "新列问题1个" in signed and "〔2025〕4号" in signed and "〔2025〕5号" in signed
    finds("2025-03-27", LEFT_TOO, AND_ANOTHER, mistaken)

    filing = ("report", "annual", "--year", "2025", "--format", "json", "--as-of", "2026-01-20", "--freeze")
    done = run(*filing)
    assert "已冻结 2025 年数据" in done.stderr  # beside the document
    told = json.loads(done.stdout)
    # 家次: education 10 March (two faults), water 24 March (anew). Again: education 24 March, in a notice of its own.
    expected = {
        "家次": 2, "家次/月=3": 2, f"家次/单位={EDUCATION}": 1, f"家次/单位={WATER}": 1, "家次/检查项=column-blank": 2,
        "家次/检查项=column-stale": 1, "再次通知家次": 1, "家": 2, "问题": 3, "确认问题": 4, "已整改（销号）": 1, "整改中": 1,
        "已报备暂不计": 1, "报备": 1, "监控对象": 2, "通知": 3,
    }  # fmt: skip
    figures = told["figures"]
    assert {name: figures[f"2025/site/{name}"] for name in expected} == expected
    assert "2025 年，对全市 2 家政府网站、0 家政务新媒体进行监控，" in told["paragraph"]
    assert f"尚有 1 个正在整改：{EDUCATION}“网站1”“部门动态”" in told["paragraph"]

    explained = run("report", "explain", f"2025/site/家次/单位={EDUCATION}", "--as-of", "2026-01-20")
    assert explained.stdout.splitlines()[-1].startswith(f"2025/site/家次/单位={EDUCATION}：1 家次")
    assert "部门动态" in explained.stdout and "人事信息" in explained.stdout

    assert run("export", "ledger", "--out", "台账", "--as-of", "2026-01-20").returncode == 0
    again = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(tmp_path / "台账"), "2025"],
        capture_output=True, encoding="utf-8", check=True, env={"PYTHONUTF8": "1"},
    )  # fmt: skip
    recounted = dict(line.split("\t") for line in again.stdout.splitlines())
    assert {address: str(figures[address]) for address in recounted} == recounted

    refused = run(*filing)
    assert (refused.returncode, refused.stderr.count("\n"), refused.stdout) == (2, 1, "")
    assert "2025 的数据已于 2026-01-20 冻结" in refused.stderr and "--why" in refused.stderr
    verified = run("audit", "verify")
    assert (verified.returncode, "全部相符" in verified.stdout) == (0, True)
