"""What list interfaces answer."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.addresses import Addresses
from crawler.extract.answers import read
from crawler.extract.page import Loader, settle, with_loaded
from tests.crawler.extract.sample_pages import AT, SITE, a_page, reading, skimmed

TODAY = AT.date()
LOADER = Loader(f"{SITE}/api/list", kind="json")
RECORD = "<record><![CDATA[<li><a href='/art/2026/11/{n}/art_1_{n}.html'>关于第{n}项工作的通知</a><span>2026-11-{n:02}</span></li>]]></record>"


def datastore(count: int) -> str:
    return f"<datastore><totalrecord>{count}</totalrecord><recordset>{''.join(RECORD.format(n=n) for n in range(1, count + 1))}</recordset></datastore>"


@pytest.mark.parametrize("count", [0, 1, 20])
def test_a_datastore_within_the_page_is_read_in_its_place(count: int) -> None:
    found = reading(a_page(f'<div id="212860"><script type="text/xml">{datastore(count)}</script></div>'))

    assert len(found.rows) == count and found.blank is (count == 0)


@pytest.mark.parametrize(
    "answer",
    [
        datastore(2),
        json.dumps(
            {"data": {"html": "<ul>" + "".join(RECORD.format(n=n)[17:-12] for n in (1, 2)) + "</ul>"}}
        ),
        json.dumps(
            {
                "code": 200,
                "data": {
                    "rows": [
                        {"title": f"关于第{n}项工作的通知", "url": f"/a/{n}.html", "pubDate": f"2026-11-0{n}"}
                        for n in (1, 2)
                    ],
                    "total": 2,
                },
            }
        ),
        json.dumps(
            {
                "articles": [
                    {
                        "title": f"关于第{n}项工作的通知",
                        "url": f"{SITE}/a/{n}.html",
                        "display_publish_time": 1793462400 + 86400 * n,
                    }
                    for n in (0, 1)
                ]
            }
        ),
        json.dumps(
            [
                {
                    "Title": f"关于第{n}项工作的通知",
                    "Link": f"/a/{n}.html",
                    "PublishTime": (1793462400 + 86400 * n) * 1000,
                }
                for n in (0, 1)
            ]
        ),
        "callback("
        + json.dumps(
            {
                "list": [
                    {
                        "docTitle": f"关于第{n}项工作的通知",
                        "docPubUrl": f"/a/{n}.html",
                        "docRelTime": f"2026-11-0{n} 10:00:00",
                    }
                    for n in (1, 2)
                ]
            }
        )
        + ")",
        "".join(RECORD.format(n=n)[17:-12] for n in (1, 2)),
    ],
)
def test_every_known_answer_gives_its_rows(answer: str) -> None:
    page = skimmed(a_page('<ul id="l"></ul>'))

    found = settle(with_loaded(page, answer.encode(), LOADER, content_type=""))

    assert len(found.rows) == 2 and found.newest == date(2026, 11, 2) and found.blank is False


@pytest.mark.parametrize(
    "beside",
    [
        {"files": [{"name": "附件1.docx", "url": "/f/1.docx"}]},
        {"files": [{"name": "附件1.docx", "url": "/f/1.docx", "createTime": "2026-11-01"}]},
        {"tags": ["通知", "冬季"]},
        {"content": [{"type": "img", "src": "/i/1.jpg"}]},
    ],
)
def test_a_record_with_a_list_of_its_own_is_a_row_like_the_others(beside: dict[str, object]) -> None:
    (empty,) = beside
    newest = {"title": "关于做好冬季工作的通知", "url": "/a/9.html", "pubDate": "2026-11-03", **beside}
    older = {"title": "关于做好夏季工作的通知", "url": "/a/8.html", "pubDate": "2026-06-01", empty: []}

    rows = read(json.dumps({"rows": [newest, older]}), Addresses(SITE), TODAY).rows

    assert [(row.url, row.date) for row in rows] == [
        (f"{SITE}/a/9.html", date(2026, 11, 3)),
        (f"{SITE}/a/8.html", date(2026, 6, 1)),
    ]


@pytest.mark.parametrize(
    "column",
    [
        {"name": "通知公告", "url": "/tzgg/", "updateTime": "2026-11-04", "list": [{"link": "/a/9.html"}]},
        {"name": "通知公告", "url": "/tzgg/", "news": [{"url": "/a/9.html", "pubDate": "2026-11-03"}]},
        {"name": "通知公告", "url": "/tzgg/", "news": [{"url": "/art/2026/11/3/9.html"}]},
    ],
)
def test_a_column_with_its_records_below_it_is_no_row(column: dict[str, Any]) -> None:
    answer = {
        name: [{"title": "关于做好冬季工作的通知", **each} for each in value]
        if isinstance(value, list)
        else value
        for name, value in column.items()
    }

    rows = read(json.dumps({"data": [answer]}), Addresses(SITE), TODAY).rows

    assert [row.title for row in rows] == ["关于做好冬季工作的通知"]


@pytest.mark.parametrize(
    "answer",
    [
        datastore(0),
        '{"data":{"rows":[],"total":0}}',
        '{"code":200,"data":[]}',
        '{"data":{"html":"<div count=\\"0\\"><ul class=\\"ajax-ul\\"></ul></div>"}}',
        '{"total":"0","list":null}',
    ],
)
def test_an_answer_without_items_is_evidence_of_a_blank_column(answer: str) -> None:
    page = skimmed(a_page('<ul id="l"></ul>'))

    assert settle(with_loaded(page, answer.encode(), LOADER, content_type="application/json")).blank is True


@pytest.mark.parametrize(
    "answer",
    ['{"data":{"html":"模版内容不能为空！"}}', '{"code":500,"msg":"error"}', "{broken", "[" * 5000, "{}"],
)
def test_an_answer_that_is_not_understood_proves_nothing(answer: str) -> None:
    page = skimmed(a_page('<ul id="l"></ul>'))

    found = settle(with_loaded(page, answer.encode(), LOADER, content_type="application/json"))

    assert found.blank is None and found.needs_browser


@pytest.mark.parametrize(
    "answer",
    [
        "<html><title>x</title><body>您的访问被拦截</body></html>",
        "<html><body><script>window['$_ts']={}</script></body></html>",
        "<html><head><title>404 Not Found</title></head><body>404</body></html>",
        "<html><body>error</body></html>",
        "null",
        "error",
        '{"success":false,"data":[]}',
        '{"code":500,"msg":"fail","data":[]}',
        '{"code":"-1","data":{"total":0,"rows":[]}}',
    ],
)
def test_a_wall_or_an_error_in_place_of_the_list_is_no_evidence_of_a_blank_column(answer: str) -> None:
    page = skimmed(a_page('<ul id="l"></ul>'))

    found = settle(with_loaded(page, answer.encode(), LOADER, content_type=""))

    assert found.blank is None and found.needs_browser


def test_one_empty_list_beside_one_that_was_not_read_is_no_evidence_either() -> None:
    page = with_loaded(skimmed(a_page('<ul id="l"></ul>')), b'{"data":[]}', LOADER, content_type="")

    assert settle(with_loaded(page, b"null", LOADER, content_type="")).blank is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda each: (
            st.lists(each)
            | st.dictionaries(st.sampled_from(["title", "url", "date", "data", "list", "time"]), each)
        ),
        max_leaves=20,
    )
)
def test_no_answer_makes_reading_raise(data: object) -> None:
    read(json.dumps(data), Addresses(f"{SITE}/x/"), TODAY)


ITEM = {"title": "关于做好冬季供暖工作的通知", "url": "/a/1.html", "pubDate": "2026-11-02"}
SHAPES = {
    "layui": (json.dumps({"code": 0, "count": 1, "data": [ITEM]}), 1),
    "page object": (json.dumps({"data": {"page": {"records": [ITEM], "total": 1}}}), 1),
    "nested results": (json.dumps({"result": {"data": {"list": [ITEM, ITEM | {"url": "/a/2.html"}]}}}), 2),
    "JSONP behind a comment": (f"/**/show({json.dumps({'rows': [ITEM]})});", 1),
    "rows with a mark at the start": ("\ufeff" + json.dumps([ITEM]), 1),
    "records of a datastore": (datastore(3), 3),
    "a bare fragment": (
        "<ul><li><a href='/a/1.html'>关于开展检查的通知</a><span>2026-11-02</span></li><li><a href='/a/2.html'>关于公布结果的公告</a><span>2026-11-01</span></li></ul>",
        2,
    ),
    "zero rows, zero total": ('{"code":200,"data":{"rows":[],"total":0}}', 0),
    "zero of layui": ('{"code":0,"msg":"","count":0,"data":[]}', 0),
    "zero with success": ('{"success":true,"result":{"records":[],"total":0}}', 0),
    "zero in JSONP": ('show({"total":0,"list":[]})', 0),
    "zero datastore": (datastore(0), 0),
    "an empty list but a total": ('{"code":0,"data":{"rows":[],"total":34}}', None),
    "a server error": ('{"code":500,"msg":"服务器错误","data":[]}', None),
    "a status error": ('{"timestamp":1,"status":404,"error":"Not Found","path":"/api"}', None),
    "not logged in": ('{"code":401,"msg":"请登录","data":[]}', None),
    "an error in words only": ('{"data":[],"msg":"参数错误"}', None),
    "a code that we do not know": ('{"code":7,"data":[]}', None),
    "a count of something": ('{"count":0}', None),
    "nothing at all": ("{}", None),
    "an error page": ("<!DOCTYPE html><html><body><h1>Error</h1><ul></ul></body></html>", None),
    "another page of the website": (
        a_page("<ul><li><a href='/a/1.html'>关于开展检查的通知</a>2026-11-02</li></ul>").decode(),
        None,
    ),
    "a bare empty list": ("[]", None),
    "an empty answer": ("", None),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_answer_gives_rows_an_explicit_zero_or_nothing_to_go_by(shape: str) -> None:
    answer, rows = SHAPES[shape]
    page = skimmed(a_page('<ul id="l"></ul>'))

    found = settle(with_loaded(page, answer.encode(), LOADER, content_type=""))

    assert len(found.rows) == (rows or 0)
    assert found.blank is {None: None, 0: True}.get(rows, False), found.why


def test_a_zero_to_a_request_that_we_put_together_ourselves_proves_nothing() -> None:
    ours = Loader(LOADER.url, kind="json", sure=False)

    found = settle(with_loaded(skimmed(a_page("<ul></ul>")), b'{"total":0,"rows":[]}', ours, content_type=""))

    assert found.blank is None and found.needs_browser


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2026-11-23T17:30:00Z", date(2026, 11, 24)),
        ("2026-11-23T17:30:00.000+0000", date(2026, 11, 24)),
        ("2026-11-23T23:30:00+08:00", date(2026, 11, 23)),
        ("2026-11-23T23:30:00", date(2026, 11, 23)),
    ],
)
def test_a_time_with_its_zone_is_that_of_its_day_in_beijing(stamp: str, day: date) -> None:
    answer = json.dumps(
        {"rows": [{"title": "关于做好冬季供暖工作的通知", "url": "/a/1.html", "publishTime": stamp}]}
    )

    assert [row.date for row in read(answer, Addresses(f"{SITE}/"), TODAY).rows] == [day]
