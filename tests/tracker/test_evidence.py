"""Stored pages: whole or not at all, once each."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tracker.evidence import EvidenceStore


@given(body=st.binary(max_size=4000))
def test_what_is_kept_is_read_back_byte_for_byte(body: bytes, tmp_path_factory: object) -> None:
    folder = tmp_path_factory.mktemp("evidence")  # type: ignore[attr-defined]
    assert EvidenceStore(folder).read(EvidenceStore(folder).keep(body)) == body


def test_the_same_page_is_stored_once(tmp_path: Path) -> None:
    for store in (EvidenceStore(tmp_path), EvidenceStore(tmp_path)):
        store.keep(b"<html></html>")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_left_half_written_by_a_kill_is_not_taken_for_a_page(tmp_path: Path) -> None:
    sha256 = EvidenceStore(tmp_path).keep(b"<html></html>")
    whole = tmp_path / sha256[:2] / f"{sha256}.zst"
    whole.rename(whole.with_suffix(".999.part"))

    assert EvidenceStore(tmp_path).keep(b"<html></html>") == sha256

    assert EvidenceStore(tmp_path).read(sha256) == b"<html></html>"
