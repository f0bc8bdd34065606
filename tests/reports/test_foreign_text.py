"""What strangers wrote: literally the same, but for what a form cannot hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.foreign_text import LONGEST_CELL, file_name, safe_cell, short, tame


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "<script>alert(1)</script>", "A & B", "👨‍👩‍👧 全家福", "　缩进", "é—“”", "=1+1"]
)
def test_ordinary_and_odd_texts_stay_as_they_are(text: str) -> None:
    assert tame(text) == text or tame(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("标\x00题", "标 题"),
        ("标\r\n题", "标  题"),
        ("标\u2028题", "标 题"),
        ("标\ud800题", "标\ufffd题"),
        ("标\uffff题", "标\ufffd题"),
        ("标\u202e题", "标题"),
    ],
)
def test_what_no_form_can_hold_or_what_turns_the_line_is_taken_out(text: str, shown: str) -> None:
    assert tame(text) == shown


@given(st.text(st.characters()))
def test_whatever_the_text_it_can_be_written_and_is_one_line(text: str) -> None:
    shown = tame(text)
    assert tame(shown) == shown
    assert len(shown.encode().splitlines()) <= 1


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "  =1+1", "＝1+1", "－1"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_marked_as_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_an_ordinary_cell_is_left_alone_and_an_endless_one_is_cut() -> None:
    assert safe_cell("首页→通知公告") == "首页→通知公告"
    assert len(safe_cell("长" * 40_000)) == LONGEST_CELL + 1


def test_a_text_is_cut_only_if_it_is_too_long() -> None:
    assert (short("四个汉字", 4), short("五个汉字了", 4)) == ("四个汉字", "五个汉…")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("云泽市教育局", "云泽市教育局"),
        ("a/b\\c:d*e?f", "a_b_c_d_e_f"),
        ("..", "_"),
        ("", "_"),
        ("con", "_con"),
        ("局. ", "局"),
    ],
)
def test_a_name_becomes_one_that_every_file_system_takes(text: str, name: str) -> None:
    assert file_name(text) == name


def test_a_long_name_leaves_room_for_its_ending() -> None:
    assert len(file_name("局" * 300).encode()) <= 200
