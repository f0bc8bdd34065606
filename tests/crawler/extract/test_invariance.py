"""What a page looks like in its source says nothing of what it holds: rewriting it never changes the verdict.

The verdict is blank or not, the newest date, and whether a browser is needed. Two things may vary, and only away from an
accusation. Without the names of classes a menu may pass for the children of a column: a blank page is then not told
(None). A side list that nothing marks as one, neither words above it nor a name, is not tried here: beside one page alone
it cannot be told from the list of the column.
"""

import re
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.accuracy import PAGES, truths
from crawler.extract.charset import decode
from crawler.extract.page import read_page
from crawler.observations import PageReading
from tests.crawler.extract.sample_pages import AT, SITE, a_list, a_page, some_items

DAYS = ("2026-10-09", "2026-09-30", "2026-09-11", "2026-08-02")
ROWS = {
    "bullets": "<p>&nbsp;·&nbsp;<a href='{url}'>{title}</a>&nbsp;({day})</p>",
    "card": '<div class="card"><div class="top"><img src="/p.jpg"></div><div class="bottom"><a href="{url}">{title}</a><em>{day}</em></div></div>',
    "card that is a link": '<a class="item" href="{url}"><h4>{title}</h4><p>{day}</p></a>',
    "definition": '<dl><dt><a href="{url}">{title}</a></dt><dd>{day}</dd></dl>',
    "article": '<article><header><h2><a href="{url}">{title}</a></h2><time>{day}</time></header></article>',
}
LISTS = {name: f'<div class="list">{some_items(*DAYS, row=row)}</div>' for name, row in ROWS.items()} | {
    "list": a_list(*DAYS),
    "pinned": '<ul><li class="top"><a href="/zwgk/tzgg/202001/a99977.html">关于长期有效事项的公告</a><span>2020-01-03</span></li>'
    + some_items(*DAYS)
    + "</ul>",
    "table": "<table><tr><th>标题</th><th>发布日期</th></tr>"
    + some_items(*DAYS, row='<tr><td><a href="{url}">{title}</a></td><td>{day}</td></tr>')
    + "</table>",
    "spacers": '<table border="0">'
    + some_items(
        *DAYS,
        row='<tr><td><img src="dot.gif"></td><td><a href="{url}">{title}</a></td><td>[{day}]</td></tr><tr><td colspan="3" height="1"></td></tr>',
    )
    + "</table>",
    "one row": a_list(DAYS[0]),
    "no dates": a_list("", "", ""),
}
EMPTY = {
    "empty list": '<div class="list"><ul></ul></div>',
    "says so": '<div class="list"><p>暂无信息</p></div>',
    "no records": '<ul class="list"></ul><div class="page">共<b>0</b>条记录 首页 上一页 下一页 尾页</div>',
    "table head": "<table><tr><th>标题</th><th>发布日期</th></tr></table>",
    "loaded": '<ul id="l"></ul><script>$.ajax({url:"/api/list?c="+id,success:function(d){$("#l").html(d)}})</script>',
}
BUILT = {name: (a_page(middle).decode(), f"{SITE}/zwgk/tzgg/") for name, middle in (LISTS | EMPTY).items()}
RECORDED = {
    truth["file"]: (decode((PAGES / truth["file"]).read_bytes())[0], truth["url"].split(" ")[0])
    for truth in truths()
    if truth["kind"] in ("list", "empty-list", "script-list") and truth["file"].endswith(".html")
}
SOURCES = BUILT | RECORDED
LOADED = {name for name, (markup, _) in SOURCES.items() if "<script" in markup}
TAG = re.compile(r"<([a-zA-Z]\w*)((?:\s+[\w:@-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))+)\s*(/?)>")
ATTRIBUTE = re.compile(r"[\w:@-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
NAMES = re.compile(r"(\s(?:class|id)\s*=\s*)(\"[^\"]*\"|'[^']*')")
SCRIPTS = re.compile(r"<script\b.*?</script>|<style\b.*?</style>", re.S | re.I)

FRAME_NAMES = (
    *("nav", "hot", "footer", "side", "search-list", "top", "header", "menu", "links", "location", "tool"),
    *("right", "left", "main", "content", "banner", "related", "crumbs", "bottom", "share"),
)

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
pages = st.sampled_from(sorted(SOURCES))


def read(markup: str, url: str, charset: str = "utf-8") -> PageReading:
    return read_page(
        markup.encode(charset, "xmlcharrefreplace"),
        url=url,
        content_type=f"text/html; charset={charset}",
        at=AT,
    )


def verdict(found: PageReading) -> tuple[bool | None, str, bool]:
    return found.blank, str(found.newest), found.needs_browser


def outside_scripts(markup: str, change: Callable[[str], str]) -> str:
    pieces, end = [], 0
    for script in SCRIPTS.finditer(markup):
        pieces += [change(markup[end : script.start()]), script[0]]
        end = script.end()
    return "".join((*pieces, change(markup[end:])))


def with_shuffled_attributes(markup: str, random: Random) -> str:
    def shuffled(tag: re.Match[str]) -> str:
        attributes = ATTRIBUTE.findall(tag[2])
        random.shuffle(attributes)
        return f"<{tag[1]} {' '.join(attributes)}{tag[3]}>"

    return outside_scripts(markup, lambda part: TAG.sub(shuffled, part))


def nonsense(random: Random) -> str:
    return "x" + "".join(random.choices("bdfgkmpqrvwxz", k=6))


def a_name_of_the_frame(random: Random) -> str:
    return random.choice(FRAME_NAMES)


def with_other_names(markup: str, random: Random, a_name: Callable[[Random], str] = nonsense) -> str:
    """Every class and id that no script speaks of gets another name, the same one throughout."""
    scripts = " ".join(SCRIPTS.findall(markup))
    made: dict[str, str] = {}

    def renamed(attribute: re.Match[str]) -> str:
        names = attribute[2][1:-1].split()
        for name in names:
            if name not in made:
                kept = name in scripts or "{{" in name
                made[name] = name if kept else a_name(random)
        return f'{attribute[1]}"{" ".join(made[name] for name in names)}"'

    return outside_scripts(markup, lambda part: NAMES.sub(renamed, part))


def with_wrapped_rows(markup: str, random: Random) -> str:
    """Each row's inside once or twice more in an element of no meaning."""
    tags = random.choices(("div", "section", "span"), k=random.randint(1, 2))
    opened = "".join(f'<{tag} class="w">' for tag in tags)
    closed = "".join(f"</{tag}>" for tag in reversed(tags))
    wrapped = re.sub(r"<(li|td|dd|dt|article)(\s[^<>]*)?>", rf"\g<0>{opened}", markup)
    return re.sub(r"</(li|td|dd|dt|article)>", rf"{closed}\g<0>", wrapped)


def a_side_list(heading: str, tag: str = "div") -> str:
    rows = some_items(
        "2026-11-23",
        "2026-11-22",
        "2026-11-20",
        row='<li><a href="/hot{url}">{title}</a><span>{day}</span></li>',
    )
    return f"<{tag}><h3>{heading}</h3><ul>{rows}</ul></{tag}>"


@few
@given(pages, st.randoms(use_true_random=False))
def test_the_order_of_attributes_says_nothing(name: str, random: Random) -> None:
    markup, url = SOURCES[name]

    assert verdict(read(with_shuffled_attributes(markup, random), url)) == verdict(read(markup, url))


@few
@given(pages, st.randoms(use_true_random=False))
def test_more_elements_around_rows_say_nothing(name: str, random: Random) -> None:
    markup, url = SOURCES[name]

    assert verdict(read(with_wrapped_rows(markup, random), url)) == verdict(read(markup, url))


@few
@given(pages, st.sampled_from(["utf-8", "gb18030", "gbk"]))
def test_the_charset_says_nothing(name: str, charset: str) -> None:
    markup, url = SOURCES[name]

    assert verdict(read(markup, url, charset)) == verdict(read(markup, url))


@few
@given(pages, st.randoms(use_true_random=False))
def test_the_names_of_classes_accuse_nobody(name: str, random: Random) -> None:
    markup, url = SOURCES[name]
    before, after = read(markup, url), read(with_other_names(markup, random), url)

    assert verdict(after) in (verdict(before), (None, "None", False) if before.blank else verdict(before))


@few
@given(st.sampled_from(sorted(set(SOURCES) - LOADED)), st.randoms(use_true_random=False))
def test_a_builder_who_calls_the_list_a_menu_is_not_blamed_for_it(name: str, random: Random) -> None:
    markup, url = SOURCES[name]
    before, after = read(markup, url), read(with_other_names(markup, random, a_name_of_the_frame), url)

    assert before.blank or not after.blank
    assert before.newest is None or after.newest is None or after.newest >= before.newest


@few
@given(
    pages,
    st.sampled_from(["今天是2026年11月24日 星期二", "2026-11-24", "2026年11月24日"]),
    st.sampled_from(["div", "span", "p"]),
)
def test_the_date_of_today_is_not_the_lists(name: str, words: str, tag: str) -> None:
    markup, url = SOURCES[name]
    added = re.sub(r"<body[^>]*>", rf"\g<0><{tag}>{words}</{tag}>", markup, count=1, flags=re.I)

    assert verdict(read(added, url)) == verdict(read(markup, url))


@few
@given(
    pages,
    st.sampled_from(["热门文章", "推荐阅读", "相关新闻", "点击排行", "最新更新"]),
    st.sampled_from(["div", "aside", "section"]),
    st.booleans(),
)
def test_a_side_list_is_never_counted(name: str, heading: str, tag: str, above: bool) -> None:
    markup, url = SOURCES[name]
    beside = a_side_list(heading, tag)
    added = (
        re.sub(r"<body[^>]*>", lambda body: body[0] + beside, markup, count=1, flags=re.I)
        if above
        else re.sub(r"</body>", lambda body: beside + body[0], markup, count=1, flags=re.I)
    )

    assert verdict(read(added, url)) == verdict(read(markup, url))


@pytest.mark.parametrize("name", SOURCES)
def test_the_pages_tried_here_are_told(name: str) -> None:
    """A page that nobody can tell anything of would make all of this true."""
    found = read(*SOURCES[name])

    assert found.blank is not None or found.needs_browser
