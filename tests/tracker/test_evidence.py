"""Stored pages: whole or not at all, once each."""

import os
import pickle
import time
from pathlib import Path

import pytest
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


# -- giving up ---------------------------------------------------------------------------------------------

HOURS = 60 * 60
PAGE = b"<html></html>"


def age(path: Path, hours: float) -> None:
    os.utime(path, (time.time() - hours * HOURS,) * 2)


def a_file(store: EvidenceStore, hours: float) -> Path:
    """Of PAGE, asked to be kept so long ago."""
    path = store._path(store.keep(PAGE))
    age(path, hours)
    return path


@pytest.mark.parametrize(("hours", "goes"), [(49, True), (47, False)])
def test_a_page_is_given_up_unless_somebody_asked_to_keep_it_within_two_days(
    tmp_path: Path, hours: float, goes: bool
) -> None:
    store = EvidenceStore(tmp_path)
    path = a_file(store, hours)
    assert store.give_up(path.stem) is goes
    assert path.exists() is not goes
    assert list(tmp_path.rglob("*.out")) == []


def test_what_was_given_up_is_stored_again_also_by_who_stored_it_before(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    path = a_file(store, 49)
    assert EvidenceStore(tmp_path).give_up(path.stem)
    assert store.read(store.keep(PAGE)) == PAGE


@pytest.mark.parametrize(("hours", "renewed"), [(25, True), (23, False)])
def test_asking_for_a_page_renews_its_time_once_a_day(tmp_path: Path, hours: float, renewed: bool) -> None:
    store = EvidenceStore(tmp_path)
    path = a_file(store, hours)
    store.keep(PAGE)
    assert (time.time() - path.stat().st_mtime < HOURS) is renewed


def test_who_asks_for_a_page_at_the_very_moment_in_which_it_goes_still_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EvidenceStore(tmp_path)
    path = a_file(store, 49)
    rename = Path.rename

    def a_moment_later(self: Path, target: Path) -> Path:
        if self == path:
            EvidenceStore(tmp_path).keep(PAGE)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", a_moment_later)
    assert not store.give_up(path.stem)
    assert store.read(path.stem) == PAGE


def test_what_is_not_there_cannot_be_given_up(tmp_path: Path) -> None:
    assert not EvidenceStore(tmp_path).give_up("5e" * 32)


def test_another_process_finds_the_same_pages_and_nothing_where_they_are_gone(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    sha256 = store.keep(b"<html>")

    find = pickle.loads(pickle.dumps(store.find))

    assert find(sha256) == b"<html>"
    assert find("0" * 64) is None
