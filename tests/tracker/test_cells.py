"""From the text of a cell to its value: what is mended, what is doubted, what is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.targets import Road
from tracker import cells
from tracker.cells import Unfit
from tracker.sheets import UNCOMPUTED


def read(reader: Callable[..., Any], text: str) -> Any:
    return reader(text, lambda say: None)


def doubts(reader: Callable[..., Any], text: str) -> list[str]:
    said: list[str] = []
    reader(text, said.append)
    return said


@pytest.mark.parametrize(
    ("text", "tidied"),
    [("\u3000甲\u00a0 乙 \n", "甲 乙"), ("\ufeff甲\u200b乙", "甲乙"), ("甲\r\n乙", "甲 乙"), (" \t", "")],
)
def test_blanks_and_invisible_marks_are_taken_out(text: str, tidied: str) -> None:
    assert cells.tidy(text) == tidied


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("4199000001", "4199000001"),
        ("４１９９０００００１", "4199000001"),
        ("41 9900 0001", "4199000001"),
        ("gh_A1b", "gh_A1b"),
        ('="4199000001"', "4199000001"),
        ('= "4199000001"', "4199000001"),
        ("'4199000001", "4199000001"),
        ("＇4199000001", "4199000001"),
    ],
)
def test_a_key_is_kept_letter_by_letter_in_half_width(text: str, key: str) -> None:
    assert read(cells.key, text) == key


@pytest.mark.parametrize("text", ["4.10800E+09", "4.108E+9", "1.23457e+17", "１.２３E+15", '="4.108E+9"'])
def test_a_key_that_excel_wrote_as_a_power_of_ten_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(Unfit, match=r"科学计数法.*“文本”格式"):
        read(cells.key, text)


def test_a_key_that_merely_holds_an_e_is_kept() -> None:
    assert read(cells.key, "12E5gh") == "12E5gh"


def test_a_long_number_that_ends_in_zeros_is_doubted() -> None:
    assert doubts(cells.key, "123456789012345000")
    assert not doubts(cells.key, "123456789012345678")


def test_a_site_code_of_another_length_is_doubted_but_kept() -> None:
    assert read(cells.site_code, "410800001") == "410800001"
    assert doubts(cells.site_code, "410800001") and not doubts(cells.site_code, "4108000001")


@pytest.mark.parametrize(
    ("text", "state"),
    [("正常", "running"), ("关停中（公示）", "running"), ("关停中(公示)", "running"), ("已注销", "closed"), ("关停", "closed"), ("临时下线", "temporary-offline"), ("拟开设", "planned"), (" 正 常 ", "running")],
)  # fmt: skip
def test_the_usual_words_for_states_are_known(text: str, state: str) -> None:
    assert read(cells.state, text) == state


def test_an_unknown_state_is_refused_with_the_words_that_are_known() -> None:
    with pytest.raises(Unfit, match=r"不认识“良好”.*正常、临时下线、关停、拟开设"):
        read(cells.state, "良好")


@pytest.mark.parametrize(
    ("text", "platform"), [("微信", "微信公众号"), ("微信公众号（订阅号）", "微信公众号"), ("新浪微博", "微博"), ("B站", "哔哩哔哩"), ("APP", "移动客户端"), ("不知名", "其他")]
)  # fmt: skip
def test_the_usual_words_for_platforms_are_known(text: str, platform: str) -> None:
    assert read(cells.platform, text) == platform


@pytest.mark.parametrize(
    "text",
    [
        "http://a.gov.cn",
        "HTTPS://a.gov.cn/x?y=1",
        "http://127.0.0.1:80/",
        "http://[::1]:80/",
        "http://云泽.政务.cn/",
    ],
)
def test_an_address_is_kept_as_it_is(text: str) -> None:
    assert read(cells.url, text) == text


@pytest.mark.parametrize(
    "text", ["www.a.gov.cn", "ftp://a.gov.cn", "http://", "http://gov", "http://a.gov.cn http://b.gov.cn", "http://a.gov.cn:99999/", "http://[x/"]
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        read(cells.url, text)


def test_a_full_width_address_is_mended_and_told() -> None:
    assert read(cells.url, "http：／／a.gov.cn／") == "http://a.gov.cn/"
    assert doubts(cells.url, "http：／／a.gov.cn／")


def test_several_roads_are_told_apart_each_with_its_adapter() -> None:
    joined = read(cells.addresses, "http://a.test/1 ｜ wewe:MP_1| weibo:http://b.test/?a=b:c |")
    assert [cells.road_of(piece) for piece in joined.split("|")] == [
        Road("http://a.test/1"),
        Road("MP_1", "wewe"),
        Road("http://b.test/?a=b:c", "weibo"),
    ]


@pytest.mark.parametrize("text", ["rsshub", "wewe:", "wewe:a b", "http://a.test/1|b.test"])
def test_a_road_that_leads_nowhere_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        read(cells.addresses, text)


def test_several_mail_addresses_are_kept_once_each_and_a_broken_one_is_refused() -> None:
    assert read(cells.emails, "a@b.cn；c@d.cn、 a@b.cn") == "a@b.cn;c@d.cn"
    with pytest.raises(Unfit, match="a@b"):
        read(cells.emails, "c@d.cn;a@b")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026/1/31",
        "2026.01.31",
        "2026年1月31日",
        "20260131",
        "２０２６－０１－３１",
        "2026-01-31 00:00:00",
    ],
)
def test_a_day_is_read_in_all_its_usual_spellings(text: str) -> None:
    assert read(cells.day, text) == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["2026-02-30", "31/01/2026", "去年", "46053", "2026-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        read(cells.day, text)


def test_a_month_of_opening_stands_for_its_last_day_and_is_told() -> None:
    assert read(cells.opening_day, "2024年2月") == date(2024, 2, 29)
    assert doubts(cells.opening_day, "2024年2月")


@pytest.mark.parametrize(
    ("text", "days"), [("14", 14), ("14天", 14), ("１４ 日", 14), ("14.0", 14), ("", None)]
)
def test_a_limit_is_a_number_of_days(text: str, days: int | None) -> None:
    assert read(cells.days, text) == days


@pytest.mark.parametrize("text", ["0", "-1", "两周", "1.5"])
def test_what_is_no_number_of_days_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        read(cells.days, text)


def test_yes_and_no_are_read_and_anything_else_is_refused() -> None:
    assert read(cells.yes_or_no, "是") is True
    assert read(cells.yes_or_no, "") is False
    with pytest.raises(Unfit):
        read(cells.yes_or_no, "也许")


@pytest.mark.parametrize("text", [UNCOMPUTED, "#REF!", "#n/a"])
def test_what_a_broken_formula_left_behind_is_refused(text: str) -> None:
    with pytest.raises(Unfit, match="公式"):
        cells.computed(text)


READERS = [
    cells.key, cells.site_code, cells.unit_name, cells.state, cells.platform, cells.url, cells.addresses, cells.emails,
    cells.day, cells.opening_day, cells.days, cells.yes_or_no,
]  # fmt: skip


@given(st.sampled_from(READERS), st.text(max_size=40))
def test_a_reader_either_reads_or_refuses_and_never_breaks(reader: Callable[..., Any], text: str) -> None:
    try:
        read(reader, cells.tidy(text))
    except Unfit as refused:
        assert str(refused)
