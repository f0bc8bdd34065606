"""One letter, many forms: what they all say stands here."""

from datetime import date
from typing import Any

import pytest

from reports.letter import deadline_words
from tests.reports.letters import DUE, a_full_letter, a_letter, a_row, an_account_row


def test_a_deadline_is_a_date_with_its_weekday() -> None:
    assert deadline_words(date(2026, 12, 1)) == "2026年12月1日（星期二）前"
    assert deadline_words(date(2026, 11, 29)) == "2026年11月29日（星期日）前"


def test_parts_stand_in_the_order_of_the_notice_and_empty_ones_are_left_out() -> None:
    assert [part.heading for part in a_full_letter().parts] == [
        "新列问题",
        "再次通知的问题",
        "已整改（销号）的问题",
    ]
    assert [part.heading for part in a_letter().parts] == ["新列问题"]


def test_a_correction_lists_nothing_as_newly_named() -> None:
    (part,) = a_letter(a_row(1), kind="correction", again=(a_row(2),)).parts
    assert (part.short, len(part.rows)) == ("更正", 2)


def test_a_withdrawal_asks_nothing_and_has_no_deadline() -> None:
    letter = a_full_letter(kind="withdrawal", forecast=True)
    assert (letter.asked, letter.deadline, letter.forecast_words) == ((), "", "")
    assert [part.short for part in letter.parts] == ["撤回"]


def test_rows_with_different_deadlines_name_the_first_and_the_last() -> None:
    letter = a_letter(a_row(1), a_row(2, due_on=date(2026, 11, 27)))
    assert letter.deadline == (
        "各问题所列整改时限前（最早为2026年11月27日（星期五）前，最迟为2026年12月1日（星期二）前）"
    )


def test_the_deadline_of_what_is_put_right_already_counts_for_nothing() -> None:
    letter = a_letter(a_row(1), rectified=(a_row(2, due_on=date(2026, 10, 1)),))
    assert letter.deadline == deadline_words(DUE)


def test_a_draft_without_deadlines_says_that_they_come_with_the_signature() -> None:
    letter = a_letter(a_row(due_on=None), number="", due_on=None)
    assert letter.deadline == "签发后确定的时限前"


def test_sources_are_told_only_where_not_all_is_our_own_finding() -> None:
    assert a_letter().finding == "新列问题1个"
    mixed = a_letter(a_row(1), a_row(2, origin="上级通报"), a_row(3, origin="上级通报"))
    assert mixed.finding == "新列问题3个（上级通报2个、日常巡检1个）"


def test_a_site_goes_by_its_code_and_an_account_by_platform_and_key() -> None:
    assert a_row().identity == "4199000017"
    assert an_account_row().identity == "微博 wb-2213408817"


def test_a_picture_goes_by_the_first_letters_of_its_hash() -> None:
    assert a_row(evidence=("ab" * 32, "cd" * 32)).picture_number == "abababababab"
    assert a_row(evidence=()).picture_number == ""


@pytest.mark.parametrize("field", ["target", "detail", "url", "path"])
def test_no_row_holds_a_control_character_whoever_makes_it(field: str) -> None:
    texts: dict[str, Any] = {field: "通知\x00\x1b[31m\n公告"}
    assert getattr(a_row(**texts), field) == "通知  [31m 公告"


def test_file_names_are_safe_and_say_what_they_are() -> None:
    letter = a_letter(unit="../教育局/..")
    assert letter.notice_name == "问题整改通知单_2026年第47周_.._教育局_.docx"
    assert letter.list_name == "问题清单_2026年第47周_.._教育局_.xlsx"
