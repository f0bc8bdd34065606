"""Reading whole pages: the recorded ones right, and no bytes whatever raise or take long."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as careful
from hypothesis import strategies as st

from bench.accuracy import facts, read, truths
from crawler.extract.page import frame_of, read_page, settle, skim
from tests.crawler.extract.sample_pages import AT, SITE, a_list, a_page, reading, skimmed

PAGES = Path(__file__).parent.parent.parent / "data" / "pages"
RECORDED = {truth["file"]: truth for truth in truths()}
CANNOT = {("template_list-nodate_changxing.html", "kind")}
"""A design without links or dates: text to every reader."""
SECONDS = 20
"""For five megabytes on a slow machine; a page that grows with the square of its size takes minutes."""


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_page_is_read_as_a_person_read_it(name: str) -> None:
    truth = RECORDED[name]

    wrong = [
        fact for fact in facts(truth, read(truth)) if fact[1] != fact[2] and (name, fact[0]) not in CANNOT
    ]

    assert wrong == []


@given(st.binary(max_size=2000))
def test_no_bytes_raise(body: bytes) -> None:
    read_page(body, url=f"{SITE}/x/", at=AT)


@careful(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(RECORDED)), st.integers(0, 60_000), st.integers(0, 3000), st.binary(max_size=40)
)
def test_no_damaged_page_raises(name: str, start: int, length: int, put: bytes) -> None:
    body = (PAGES / name).read_bytes()[:60_000]

    seen = skim(body[:start] + put + body[start + length :], url=f"{SITE}/x/t20261103_1.html", at=AT)

    settle(seen, frame_of([seen, seen, seen]))


@given(st.text(max_size=40), st.text(max_size=40), st.integers(100, 599))
def test_no_address_type_or_status_raises(url: str, content_type: str, status: int) -> None:
    read_page(a_page("<ul></ul>"), url=url, content_type=content_type, status=status, at=AT)


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000,
        b"<div><a href=/b/123456.html>some title</a>" * 100_000,
        b"<a " * 1_700_000,
        b"<" * 5_000_000,
        b"<datastore>" * 400_000,
        b"[" * 5_000_000,
        b"<table><tr><td>" * 100_000,
        ("<p>2026-11-20 通知</p>" * 150_000).encode(),
        ('<div><a href="/a/">更多</a>' * 60_000).encode(),
        ("<title>" + " " * 4_900_000 + "</title>").encode(),
    ],
    ids=[
        "nested",
        "nested links",
        "open tags",
        "brackets",
        "stores",
        "arrays",
        "tables",
        "dates",
        "more",
        "blanks",
    ],
)
def test_five_megabytes_of_anything_take_seconds(body: bytes) -> None:
    started = time.process_time()

    read_page(body, url=f"{SITE}/", at=AT)

    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    ("head", "target"),
    [
        ('<meta http-equiv="refresh" content="0;url=/zwgk/new/">', f"{SITE}/zwgk/new/"),
        ("<META HTTP-EQUIV='Refresh' CONTENT='0; URL=index_1.html'>", f"{SITE}/zwgk/tzgg/index_1.html"),
        ("<script>location.href='/zwgk/new/'</script>", f"{SITE}/zwgk/new/"),
        ('<meta http-equiv="refresh" content="300">', ""),
    ],
)
def test_a_page_that_sends_its_reader_on_says_where(head: str, target: str) -> None:
    seen = skimmed(f"<html><head>{head}</head><body></body></html>".encode())

    assert seen.meta_refresh == target
    assert settle(seen).blank is not True


def test_pages_in_gbk_read_like_pages_in_utf8() -> None:
    body = a_page(
        '<ul><li><a href="/a/112345.html">关于朱镕基同志的通知</a><span>2026年11月3日</span></li></ul>'
    )
    gbk = body.decode().replace("utf-8", "gb2312").encode("gb18030")

    assert [reading(gbk).rows, reading(gbk).newest] == [reading(body).rows, reading(body).newest]


def test_a_skim_keeps_no_parser() -> None:
    assert "selectolax" not in repr(skimmed(a_page("<ul></ul>")))


@pytest.mark.parametrize("opened", ["<div>", "<ul><li>"])
def test_a_link_below_very_many_boxes_is_read_as_well(opened: str) -> None:
    body = f"<body>{opened * 1400}<a href='/zwgk/'>关于做好工作的通知</a>".encode()

    assert reading(body).quality == "good"


@pytest.mark.parametrize("order", ["utf-16", "utf-16-be"])
def test_zeros_in_a_page_of_two_byte_signs_do_not_make_it_a_file_of_another_kind(order: str) -> None:
    text = a_page(a_list("2026-11-20"), title="怀川市水利局之一").decode()
    body = text.encode(order) if order == "utf-16" else b"\xfe\xff" + text.encode(order)

    assert b"\x00\x00" in body[:200]
    assert reading(body).newest == date(2026, 11, 20)
