"""Repeated rows, whatever boxes a builder puts around them."""

from datetime import date

import pytest

from tests.crawler.extract.sample_pages import a_page, reading, some_items

DAYS = ("2026-11-20", "2026-11-10", "2026-10-01")
CARD = '<div class="card"><a href="{url}"><img src="/a.jpg"></a><h3><a href="{url}">{title}</a></h3><p>为贯彻2025年3月1日印发的文件，现将有关事项通知如下。</p><div>发布时间：{day}</div></div>'
WRAPS = {
    "li": ("<ul>", '<li><a href="{url}">{title}</a><span>{day}</span></li>', "</ul>"),
    "li, date first": ("<ul>", '<li><span>[{day}]</span><a href="{url}">{title}</a></li>', "</ul>"),
    "one link around all": ("<ul>", '<li><a href="{url}"><h4>{title}</h4><p>{day}</p></a></li>', "</ul>"),
    "zebra": ("<ul>", '<li class="odd1"><a href="{url}">{title}</a><em>{day}</em></li>', "</ul>"),
    "table": ("<table>", '<tr><td>·</td><td><a href="{url}">{title}</a></td><td>{day}</td></tr>', "</table>"),
    "table for each row": (
        "",
        '<table><tr><td><a href="{url}">{title}</a></td><td>{day}</td></tr></table>',
        "",
    ),
    "two lines of a table": (
        "<table>",
        '<tr><td><a href="{url}">{title}</a></td></tr><tr><td>{day}</td></tr>',
        "</table>",
    ),
    "dl": ("<dl>", '<dt><a href="{url}">{title}</a></dt><dd>{day}</dd>', "</dl>"),
    "many dl": ("", '<dl><dt><a href="{url}">{title}</a></dt><dd>{day}</dd></dl>', ""),
    "p": ("<div>", '<p><a href="{url}">{title}</a><em>{day}</em></p>', "</div>"),
    "cards": ("<div>", CARD, "</div>"),
    "lines": ("<div>", '·<a href="{url}">{title}</a> [{day}]<br>', "</div>"),
    "lines, date first": ("<div>", '[{day}]<a href="{url}">{title}</a><br>', "</div>"),
    "name of the column before": (
        "<ul>",
        '<li><a href="/zwgk/">[公开]</a><a href="{url}">{title}</a><span>{day}</span></li>',
        "</ul>",
    ),
    "second link for download": (
        "<ul>",
        '<li><a href="{url}">{title}</a><span><a class="d" href="/down/1.pdf">下载</a><i>{day}</i></span></li>',
        "</ul>",
    ),
    "pop-up inside the row": (
        "<ul>",
        '<li><a href="{url}">{title}</a><div class="pop"><ul><li><a href="/jd/1234567.html">有关负责同志就{title}答记者问</a></li></ul></div><span>{day}</span></li>',
        "</ul>",
    ),
    "upper case, no quotes": (
        "<TABLE>",
        "<TR><TD>·<A HREF={url}>{title}</A></TD><TD>[{day}]</TD></TR>",
        "</TABLE>",
    ),
    "hidden tab": (
        '<div style="display:none"><ul>',
        '<li><a href="{url}">{title}</a><span>{day}</span></li>',
        "</ul></div>",
    ),
}


@pytest.mark.parametrize("name", WRAPS)
def test_rows_are_found_in_every_markup(name: str) -> None:
    before, row, after = WRAPS[name]

    found = reading(a_page(before + some_items(*DAYS, row=row) + after))

    assert [(row.title[:2], row.date and row.date.isoformat()) for row in found.rows] == [
        ("关于", day) for day in DAYS
    ]
    assert found.newest == date(2026, 11, 20) and found.blank is False


@pytest.mark.parametrize("count", [1, 2, 25])
def test_each_row_is_counted_once(count: int) -> None:
    rows = "".join(
        f'<li><a href="/a/{number}12345.html">关于第{number}项工作的通知</a><span>2026-11-20</span></li>'
        for number in range(count)
    )

    assert len(reading(a_page(f"<ul>{rows}</ul>")).rows) == count


@pytest.mark.parametrize(
    "url",
    [
        "https://mp.weixin.qq.com/s/abc{n}",
        "/upload/2026/{n}.pdf",
        "https://www.henan.gov.cn/2026/11-20/31235{n}.html",
    ],
)
def test_rows_that_lead_to_wechat_documents_or_other_sites_count(url: str) -> None:
    rows = "".join(
        f'<li><a href="{url.format(n=n)}">关于第{n}项工作的通知</a><span>2026-11-2{n}</span></li>'
        for n in range(3)
    )

    assert len(reading(a_page(f"<ul>{rows}</ul>")).rows) == 3


def test_a_cut_title_is_taken_from_the_links_own_title() -> None:
    full = "关于新增云泽市第一批数字经济示范企业名单的公示"
    row = f'<ul><li><a href="/a/112345.html" title="{full}">关于新增云泽市第一批...</a><span>2026-11-20</span></li></ul>'

    assert reading(a_page(row)).rows[0].title == full


def test_rows_without_a_date_are_rows_all_the_same() -> None:
    found = reading(a_page(f"<ul>{some_items('', '', '')}</ul>"))

    assert len(found.rows) == 3 and found.newest is None and found.blank is False


def test_letters_shown_in_full_are_rows_without_address() -> None:
    letters = "".join(
        f"<li><p>外地户口能在本市参加考试吗？第{n}问</p><span>2026-10-0{n}</span><p>您好，请咨询教育局。</p></li>"
        for n in (1, 2)
    )

    assert [row.url for row in reading(a_page(f"<ul>{letters}</ul>")).rows] == ["", ""]


def test_the_foot_the_clock_and_the_menus_are_no_rows() -> None:
    assert reading(a_page("<ul></ul>")).rows == ()


NAMED_LIKE_FRAME = {
    "container": (
        '<div class="search-list"><ul>',
        '<li><a href="{url}">{title}</a><i>{day}</i></li>',
        "</ul></div>",
    ),
    "menu": ('<div class="navcon"><ul>', '<li><a href="{url}">{title}</a><i>{day}</i></li>', "</ul></div>"),
    "foot": (
        '<div class="content-bottom"><ul>',
        '<li><a href="{url}">{title}</a><i>{day}</i></li>',
        "</ul></div>",
    ),
    "part of a card": (
        "<div>",
        '<div><p><img></p><div class="bottom"><a href="{url}">{title}</a>{day}</div></div>',
        "</div>",
    ),
    "head of an article": (
        "<div>",
        '<article><header><a href="{url}">{title}</a></header><p>{day}</p></article>',
        "</div>",
    ),
    "head and foot of a row": (
        "<ul>",
        '<li><div class="header"><a href="{url}">{title}</a></div><div class="footer">来源：市政府办 | {day}</div></li>',
        "</ul>",
    ),
    "row": ("<ul>", '<li class="top"><a href="{url}">{title}</a><span>{day}</span></li>', "</ul>"),
}


@pytest.mark.parametrize("name", NAMED_LIKE_FRAME)
def test_a_list_is_one_whatever_its_builder_called_it(name: str) -> None:
    before, row, after = NAMED_LIKE_FRAME[name]

    found = reading(a_page(before + some_items(*DAYS, row=row) + after))

    assert (len(found.rows), str(found.newest), found.blank) == (3, DAYS[0], False)


@pytest.mark.parametrize("href", ["", "#", "javascript:;"])
def test_rows_that_a_script_opens_are_rows(href: str) -> None:
    """Picture lists whose links lead nowhere until a script has been at them."""
    row = f'<a href="{href}"><li><img alt=""><h4>{{title}}{{day}}</h4></li></a>'

    found = reading(a_page(f'<ul class="imglist">{some_items("一", "二", "三", row=row)}</ul>'))

    assert (len(found.rows), found.blank) == (3, False)


@pytest.mark.parametrize("address", ["{url}", "/ft{url}"])
def test_a_second_link_in_the_same_words_is_no_title(address: str) -> None:
    row = f'<div><h3><a href="{{url}}">{{title}}</a></h3><p>时间：{{day}} 15:00</p><a href="{address}">查看实录</a></div>'

    found = reading(a_page(f"<div>{some_items(*DAYS, row=row)}</div>"))

    assert [row.title[:2] for row in found.rows] == ["关于"] * 3 and str(found.newest) == DAYS[0]


def test_words_below_a_picture_are_its_title() -> None:
    row = '<figure><a href="{url}"><img src="/i/1.jpg" alt=""></a><figcaption>{title}<time>{day}</time></figcaption></figure>'

    found = reading(a_page(f"<div>{some_items(*DAYS, row=row)}</div>"))

    assert [row.title[:2] for row in found.rows] == ["关于"] * 3 and str(found.newest) == DAYS[0]


def test_a_template_that_nobody_filled_in_is_no_row() -> None:
    assert reading(a_page('<ul><li><a href="{$vo.url}">{$vo.title}</a></li></ul>')).rows == ()


def test_names_with_words_beside_them_are_no_menu() -> None:
    people = "".join(
        f'<div><a href="/ld/{n}/"><img src="/ld/{n}.jpg"></a><a href="/ld/{n}/">{name}</a><p>{post}</p></div>'
        for n, name, post in ((1, "王强", "局党组书记、局长"), (2, "李丽", "副局长"), (3, "孙伟", "副局长"))
    )

    found = reading(a_page(f"<div>{people}</div>"))

    assert (len(found.rows), found.blank) == (3, False)
