"""Dates as pages print them; a piece of text that only holds digits is no date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.dates import chinese, first_in, guessed, in_address, split, whole

TODAY = date(2026, 11, 24)
THIRD = date(2026, 11, 3)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03",
        "[2026/11/03]",
        "(2026.11.3)",
        "（ 2026-11-03）",
        "2026年11月3日",
        "2026年 11 月 3日",
        "20261103",
        "11-03",
        "[11-3]",
        "11/03",
        "11月3日",
        "发布时间：2026-11-03 10:20",
        "发布日期:2026年11月03日",
        "日期 2026-11-03",
        "２０２６-11-03",
        "2026-11-03 星期二",
        "2026-11-03 至 2026-11-30",
        "2026 - 11 - 03",
        "3周前",
    ],
)
def test_a_piece_that_is_a_date_is_read(text: str) -> None:
    assert (found := whole(text, TODAY)) and found.day in (THIRD, date(2026, 11, 3))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "第12-30号公告",
        "云政〔2026〕11号",
        "0233621J/2026-00150",
        "2026年第45号令",
        "2026年第四季度",
        "10:30",
        "2026-13-03",
        "2026-02-30",
        "1985-01-01",
        "2026年",
        "3",
        "今年",
    ],
)
def test_a_piece_that_only_holds_digits_is_no_date(text: str) -> None:
    assert whole(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("刚刚", TODAY),
        ("3小时前", TODAY),
        ("昨天", date(2026, 11, 23)),
        ("前天 10:20", date(2026, 11, 22)),
        ("5天前", date(2026, 11, 19)),
    ],
)
def test_relative_words_count_from_the_day_of_the_visit(text: str, day: date) -> None:
    found = whole(text, TODAY)

    assert found and found.day == day and found.relative


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 12, 30), 2026),
        (date(2027, 1, 5), 2026),
        (date(2026, 12, 28), 2026),
        (date(2026, 12, 1), 2025),
    ],
)
def test_a_day_without_a_year_is_the_last_such_day_that_has_come(today: date, year: int) -> None:
    assert (found := guessed(12, 28, today)) and found.day == date(year, 12, 28) and not found.sure_year


def test_the_address_tells_the_year_of_a_day_without_one() -> None:
    assert (
        found := whole("11-03", TODAY, "https://a.gov.cn/x/202411/t20241103_1.html")
    ) and found.day.year == 2024


@pytest.mark.parametrize(
    ("text", "path", "day"),
    [
        ("11-01", "ztzl/2020/yqfk/202611/t20261101_1.html", date(2026, 11, 1)),
        ("11-01", "ztzl/2020/yqfk/202411/t20241101_1.html", date(2024, 11, 1)),
        ("11-01", "ztzl/2020/yqfk/2024/11/1.html", date(2024, 11, 1)),
        ("11-01", "ztzl/2020/yqfk/content_1.html", date(2026, 11, 1)),
        ("12-28", "zwgk/2023/zcwj/content_1.html", date(2023, 12, 28)),
    ],
)
def test_an_old_years_folder_does_not_date_what_is_put_into_it_today(text: str, path: str, day: date) -> None:
    """The last year and month tell; a year alone does only of a day that this year has not seen yet."""
    assert (found := whole(text, TODAY, f"https://a.gov.cn/{path}")) and found.day == day


@pytest.mark.parametrize(
    "pieces",
    [
        ["03", "2026-11"],
        ["2026-11", "03"],
        ["2026.11", "03"],
        ["11-03", "2026"],
        ["03", "11月", "2026年"],
        ["03日", "2026年11月"],
        ["2026", "11/03"],
        ["03", "/11月", "2026年"],
        ["11", "-", "03"],
    ],
)
def test_a_date_laid_out_in_several_boxes_is_put_together(pieces: list[str]) -> None:
    assert (found := split([*pieces, "关于做好冬季供暖工作的通知"], TODAY)) and found.day == THIRD


@pytest.mark.parametrize(
    "url",
    [
        "https://a.gov.cn/x/202611/t20261103_12.html",
        "https://a.gov.cn/art/2026/11/3/art_1_2.html",
        "https://a.gov.cn/x/2026-11/03/content_1.htm",
        "https://a.gov.cn/x/20261103/9f2b.html",
        "https://a.gov.cn/x/202611/03/c1.html",
        "https://a.gov.cn/n1/2026/1103/c1-3.html",
        "https://a.gov.cn/upload/2026-11-3/1.pdf",
        "https://a.gov.cn/c/20261103112233.html",
    ],
)
def test_the_day_is_read_from_an_address(url: str) -> None:
    assert in_address(url) == THIRD


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://a.gov.cn/x/202611/abc.shtml",
        "https://a.gov.cn/x/101034447238812680192.html",
        "https://a.gov.cn/2026/art_97459d25.html",
    ],
)
def test_an_address_without_a_day_tells_none(url: str) -> None:
    assert in_address(url) is None


def test_dates_in_chinese_figures_are_read() -> None:
    assert (found := chinese("二〇二六年十一月二十三日")) and found.day == date(2026, 11, 23)
    assert (found := chinese("二○一九年十月十日")) and found.day == date(2019, 10, 10)


@given(
    st.dates(min_value=date(1995, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "[%Y/%m/%d]", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "发布时间：%Y-%m-%d"]),
)
def test_every_full_date_is_read_back(day: date, form: str) -> None:
    assert (found := whole(day.strftime(form), TODAY)) and found.day == day


@given(st.text(max_size=60))
def test_reading_dates_never_raises(text: str) -> None:
    whole(text, TODAY, text)
    first_in(text)
    in_address(text)
    split([text, text], TODAY)
    chinese(text)


def test_the_year_of_an_address_whose_month_is_far_from_the_one_shown_is_of_something_else() -> None:
    today = date(2026, 11, 24)

    far, near = (
        whole("11-20", today, f"https://www.example.cn/{folder}/content_56.htm")
        for folder in ("2022-05/14", "2022-10/14")
    )

    assert far and near
    assert (far.day, near.day) == (date(2026, 11, 20), date(2022, 11, 20))
