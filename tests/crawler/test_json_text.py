"""JSON as others send it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.json_text import DEEPEST, from_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_json_writes_is_read(value: object) -> None:
    assert from_json(json.dumps(value)) == value
    assert from_json(b"\xef\xbb\xbf" + json.dumps(value, ensure_ascii=True).encode()) == value


def test_much_side_by_side_is_not_deep() -> None:
    assert len(from_json("[" + '{"a": [1]},' * 2000 + "0]")) == 2001


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_what_nests_without_end_is_refused_before_it_is_read(opening: str) -> None:
    with pytest.raises(ValueError, match="deep"):
        from_json(opening * (DEEPEST + 1))
    with pytest.raises(ValueError, match="deep"):
        from_json((opening * 100_000).encode())


@pytest.mark.parametrize(
    "sent", ['{"a": "' + "}" * 100_000 + '", "b": ' + "[" * 100_000, '["}\\"}",' * 100_000]
)
def test_closing_brackets_in_a_text_do_not_hide_how_deep_it_goes(sent: str) -> None:
    with pytest.raises(ValueError, match="deep"):
        from_json(sent)


def test_opening_brackets_in_a_text_are_not_deep() -> None:
    assert from_json(json.dumps({"a": "[\\" * 300})) == {"a": "[\\" * 300}


@pytest.mark.parametrize("opening", ['"', '"\\"', '"\\', "[" * DEEPEST + '["\\"'])
def test_texts_that_never_end_are_refused_at_once(opening: str) -> None:
    with pytest.raises(ValueError):
        from_json("[" * DEEPEST + "{" + opening * 5_000)


@pytest.mark.parametrize("sent", ["", "<html>", '{"a":', b"\xff\xfe", b"9" * 5000])
def test_what_is_no_json_is_a_value_error(sent: str | bytes) -> None:
    with pytest.raises(ValueError):
        from_json(sent)
