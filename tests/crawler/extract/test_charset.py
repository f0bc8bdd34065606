"""Charsets as they really are, whatever the label says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.charset import decode

TEXT = "云泽市人民政府关于朱镕基、喆等同志的通知，二〇二六年"
BOM = b"\xef\xbb\xbf"


def page(charset: str, label: str | None, *, before: str = "") -> bytes:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    return f"<html><head>{before}{meta}</head><body>{TEXT}</body></html>".encode(charset)


@pytest.mark.parametrize(
    ("body", "header", "charset"),
    [
        (page("utf-8", "utf-8"), "", "utf-8"),
        (page("gb18030", "gb2312"), "", "gb18030"),
        (page("gbk", "gbk"), "text/html; charset=GBK", "gb18030"),
        (page("gb18030", None), "", "gb18030"),
        (page("utf-8", None), "", "utf-8"),
        (page("utf-8", "gb2312"), "", "utf-8"),
        (page("gb18030", "utf-8"), "", "gb18030"),
        (page("gb18030", "utf-8"), "text/html; charset=utf-8", "gb18030"),
        (page("utf-8", "utf-8"), "text/html; charset=gbk", "utf-8"),
        (BOM + page("utf-8", "gb2312"), "", "utf-8"),
        (page("gb18030", "gb2312", before='<script charset="utf-8" src="a.js"></script>'), "", "gb18030"),
        (page("gb18030", "gb2312", before="<!-- <meta charset=utf-8> -->" + " " * 5000), "", "gb18030"),
    ],
)
def test_the_bytes_decide_and_the_label_only_helps(body: bytes, header: str, charset: str) -> None:
    text, found = decode(body, header)

    assert found == charset
    assert TEXT in text


def test_a_page_cut_within_a_character_stays_utf8() -> None:
    text, charset = decode(TEXT.encode()[:-1])

    assert charset == "utf-8"
    assert text == TEXT[:-1]


def test_a_few_broken_characters_do_not_turn_utf8_into_gbk() -> None:
    body = ("通知公告" * 200).encode() + b"\xff\xfe" + "政务公开".encode()

    text, charset = decode(body)

    assert charset == "utf-8"
    assert text.startswith("通知公告")


def test_plain_ascii_is_only_called_so_without_a_label() -> None:
    assert decode(b"<h1>404</h1>")[1] == "ascii"
    assert decode(b"<meta charset=utf-8><h1>404</h1>")[1] == "utf-8"


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=40))
def test_chinese_text_survives_either_charset_without_any_label(text: str) -> None:
    assert decode(text.encode("utf-8"))[0] == text
    assert decode(text.encode("gb18030"))[1] in ("gb18030", "utf-8")


@given(st.binary(max_size=400), st.text(max_size=40))
def test_decoding_never_raises(body: bytes, header: str) -> None:
    decode(body, header)
