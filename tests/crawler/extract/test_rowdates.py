"""Which of the dates in a row is that of publication."""

from datetime import date

import pytest

from tests.crawler.extract.sample_pages import a_page, reading, some_items


def newest(rows: str) -> date | None:
    return reading(a_page(rows)).newest


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        ("<th>标题</th><th>成文日期</th><th>发布日期</th>", "<td>2026-09-01</td><td>{day}</td>"),
        ("<th>标题</th><th>发布日期</th><th>有效期至</th>", "<td>{day}</td><td>2026-11-23</td>"),
        ("<th>标题</th><th>发布时间</th><th>截止时间</th>", "<td>{day}</td><td>2026-11-22</td>"),
    ],
)
def test_the_heading_of_a_table_tells_the_date_of_publication(heads: str, cells: str) -> None:
    row = '<tr><td><a href="{url}">{title}</a></td>' + cells + "</tr>"

    assert newest(
        f"<table><tr>{heads}</tr>{some_items('2026-11-03', '2026-10-03', row=row)}</table>"
    ) == date(2026, 11, 3)


def test_the_start_of_a_consultation_counts_not_its_end() -> None:
    row = '<li><a href="{url}">{title}</a><span>征集时间：{day} 至 2026-11-23</span><em>已结束</em></li>'

    assert newest(f"<ul>{some_items('2026-11-03', '2026-10-03', row=row)}</ul>") == date(2026, 11, 3)


def test_an_old_pinned_row_on_top_does_not_hide_newer_ones() -> None:
    assert newest(f"<ul>{some_items('2024-09-20', '2026-09-07', '2026-08-31')}</ul>") == date(2026, 9, 7)


def test_a_row_from_the_future_stays_a_row_but_is_not_the_newest() -> None:
    found = reading(a_page(f"<ul>{some_items('2026-12-20', '2026-11-03')}</ul>"))

    assert [row.date for row in found.rows] == [date(2026, 12, 20), date(2026, 11, 3)]
    assert found.newest == date(2026, 11, 3)


def test_only_rows_from_the_future_have_no_newest() -> None:
    assert newest(f"<ul>{some_items('2026-12-20', '2027-01-03')}</ul>") is None


def test_days_without_a_year_turn_the_year_going_down() -> None:
    rows = f"<ul>{some_items('01-05', '12-28', '12-01', '10-30')}</ul>".replace("/202611/", "/x/")

    assert [row.date and row.date.year for row in reading(a_page(rows)).rows] == [2026, 2025, 2025, 2025]


def test_the_address_is_asked_only_if_the_row_shows_no_date() -> None:
    shown = (
        '<ul><li><a href="./202312/t20231228_1.html">关于做好工作的通知</a><span>2023-10-23</span></li></ul>'
    )
    silent = '<ul><li><a href="./202312/t20231228_1.html">关于做好工作的通知</a></li><li><a href="./202312/t20231227_1.html">关于做好检查的通知</a></li></ul>'

    assert [(row.date, row.date_source) for row in reading(a_page(shown)).rows] == [
        (date(2023, 10, 23), "text")
    ]
    assert next((row.date, row.date_source) for row in reading(a_page(silent)).rows) == (
        date(2023, 12, 28),
        "url",
    )


@pytest.mark.parametrize(
    "title", ["关于2026年11月3日停水的通知", "云政〔2026〕11号文件的通知", "2026年第四季度考核结果公告"]
)
def test_a_date_inside_a_title_is_not_the_rows_date(title: str) -> None:
    row = f'<ul><li><a href="/a/x12345.html">{title}</a></li><li><a href="/a/y12345.html">关于做好检查的通知</a></li></ul>'

    assert newest(row) is None


def test_a_day_that_the_row_hides_counts_only_where_it_shows_none() -> None:
    changed = '<time style="display:none">2026-11-20</time>'
    row = f'<li><a href="{{url}}">{{title}}</a><time>{{day}}</time>{changed}</li>'

    assert newest(f"<ul>{some_items('2026-04-03', '2026-03-03', row=row)}</ul>") == date(2026, 4, 3)
    assert newest(f"<ul>{some_items('', '', row=row)}</ul>") == date(2026, 11, 20)


def test_a_time_element_says_the_day_that_its_text_does_not() -> None:
    row = (
        '<li><a href="{url}">{title}</a><time datetime="{day}T10:21:00+08:00">11/03/2026 - 10:21</time></li>'
    )

    assert newest(
        f"<ul>{some_items('2026-11-03', '2026-10-03', row=row)}</ul>".replace("/202611/", "/x/")
    ) == date(2026, 11, 3)


def test_a_day_without_a_year_has_that_of_the_day_in_its_address() -> None:
    row = '<li><a href="/jddt/20240318/{title}.html">{title}</a><span>{day}</span></li>'

    assert newest(f"<ul>{some_items('03-18', '03-18', row=row)}</ul>") == date(2024, 3, 18)


@pytest.mark.parametrize("shown", ["Nov 3, 2026", "3 November 2026", "[Nov. 3, 2026]"])
def test_english_versions_name_the_month(shown: str) -> None:
    assert newest(f"<ul>{some_items(shown, shown)}</ul>".replace("/202611/", "/x/")) == date(2026, 11, 3)


def test_a_month_in_english_is_no_day() -> None:
    assert newest(f"<ul>{some_items('Nov 2026', 'Oct 2026')}</ul>".replace("/202611/", "/x/")) is None


@pytest.mark.parametrize("row", ["{title}{day}", "{day}{title}", "{title}{day} 09:30"])
@pytest.mark.parametrize("days", [("2026-11-20", "2026-11-10"), ("2026.11.20", "2026.11.10")])
def test_days_that_run_into_the_titles_of_most_rows_are_their_dates(row: str, days: tuple[str, str]) -> None:
    rows = some_items(*days, row='<li><a href="{url}">' + row + "</a></li>")

    assert newest(f"<ul>{rows}</ul>") == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ("{title}{day}", ("2026-11-20", "", "")),
        ("{title}报名截止{day}", ("2026-11-20", "2026-11-10")),
        ("{title}公示期至{day}", ("2026-11-20", "2026-11-10")),
        ("{day}至下周停水的通知{title}", ("2026-11-20", "2026-11-10")),
    ],
)
def test_a_day_that_runs_into_one_title_or_is_named_there_dates_nothing(
    row: str, days: tuple[str, ...]
) -> None:
    rows = some_items(*days, row='<li><a href="{url}">' + row + "</a></li>")

    assert newest(f"<ul>{rows}</ul>") is None


def in_two_columns(days: tuple[str, ...], rows: int = 4, *, before: bool = False) -> str:
    links = some_items(*[""] * rows, row='<p><a href="{url}">{title}</a></p>').replace("/202611/", "/x/")
    links = f"<div>{links}</div>"
    beside = "<div>" + "".join(f"<p>{day}</p>" for day in days) + "</div>"
    return beside + links if before else links + beside


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize(
    "days", [("2026-11-03", "2026-10-30", "2026-10-12", "2026-09-01"), ("11-03", "10-30", "10-12", "09-01")]
)
def test_days_in_a_column_of_their_own_are_those_of_the_rows_beside(
    days: tuple[str, ...], before: bool
) -> None:
    found = reading(a_page(in_two_columns(days, before=before)))

    assert [row.date for row in found.rows] == [
        date(2026, 11, 3),
        date(2026, 10, 30),
        date(2026, 10, 12),
        date(2026, 9, 1),
    ]


@pytest.mark.parametrize(
    "days",
    [("2026-11-03", "2026-10-30"), ("2026-11-03", "2026-10-30", "2026-10-12", "2026-09-01", "2026-08-01")],
)
def test_days_beside_that_are_not_as_many_as_the_rows_tell_nothing(days: tuple[str, ...]) -> None:
    assert newest(in_two_columns(days)) is None


@pytest.mark.parametrize(
    "others",
    [
        "<table><tr>{cells}</tr></table>",
        "<ul class='calendar'>{items}</ul>",
        "<div><div class='plan'>{paragraphs}</div><div>另有安排</div></div>",
    ],
)
@pytest.mark.parametrize("before", [False, True])
def test_days_of_another_box_that_follow_the_rows_are_not_theirs(others: str, before: bool) -> None:
    days = [f"2025-11-0{n}" for n in range(1, 5)]
    box = others.format(
        **{
            name: "".join(f"<{tag}>{day}</{tag}>" for day in days)
            for name, tag in (("cells", "td"), ("items", "li"), ("paragraphs", "p"))
        }
    )
    rows = in_two_columns((), 4).partition("<div></div>")[0]

    assert newest(box + rows if before else rows + box) is None


def test_a_title_about_a_meeting_makes_no_event_of_the_day_beside_it() -> None:
    row = '<li><a href="{url}">City holds meeting on winter heating: {title}</a><span>{day}</span></li>'
    rows = some_items("03/24/2026", "02/04/2026", "01/04/2026", row=row)

    found = reading(a_page(f"<ul>{rows}</ul>"))

    assert [row.date for row in found.rows] == [date(2026, 3, 24), date(2026, 2, 4), date(2026, 1, 4)]


def test_the_day_of_a_deadline_that_needs_the_other_rows_is_none_of_publication() -> None:
    row = '<li><a href="{url}">{title}</a><em>Deadline:</em><span>{day}</span></li>'

    found = reading(a_page(f"<ul>{some_items('03/24/2026', '02/04/2026', '01/04/2026', row=row)}</ul>"))

    assert [row.date for row in found.rows] == [None, None, None]


@pytest.mark.parametrize("heading, label", [("报名截止", ""), ("", "截止日期："), ("会议时间", "")])
def test_a_column_of_days_of_events_dates_no_row(heading: str, label: str) -> None:
    rows = some_items("", "", "").replace("/202611/", "/x/")
    days = "".join(f"<span>{label}2025-11-0{n}</span>" for n in range(1, 4))

    assert newest(f"<div><b>{heading}</b>{days}</div><ul>{rows}</ul>") is None
