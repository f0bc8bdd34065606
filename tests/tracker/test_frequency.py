"""更新频率要求: what offices write is read as days, or doubted and kept."""

import pytest

from tracker.frequency import days_between, frequency


@pytest.mark.parametrize(
    ("text", "days"),
    [("每日", 1), ("每天", 1), ("每天1条", 1), ("日更", 1), ("每周", 7), ("1次/周", 7), ("每周至少2条", 7), ("每周不少于3条", 7), ("每 7 天", 7), ("７日", 7), ("7天内", 7), ("两周", 14), ("14天", 14), ("半月", 15), ("每半个月", 15), ("十五天", 15), ("每二十日", 20), ("二十一天", 21), ("每月", 31)],
)  # fmt: skip
def test_the_usual_words_are_read_as_days(text: str, days: int) -> None:
    assert days_between(text) == days


@pytest.mark.parametrize(
    "text",
    ["每个工作日", "7个工作日", "每周一", "3至5天", "每15日前", "0天", "半天", "及时更新", "不少于7天", ""],
)
def test_what_may_mean_something_else_is_no_number_of_days(text: str) -> None:
    assert days_between(text) is None


def test_what_cannot_be_read_is_kept_with_a_word_on_how_to_write_it() -> None:
    said: list[str] = []

    assert frequency("每个工作日", said.append) == "每个工作日"
    assert len(said) == 1 and "每个工作日" in said[0] and "“每7天”" in said[0]


def test_what_can_be_read_is_kept_without_a_word() -> None:
    said: list[str] = []

    assert (frequency("每周至少2条", said.append), said) == ("每周至少2条", [])
