"""Secrets are kept so that only the holder of the key can read them."""

import stat
from pathlib import Path

import pytest

from tracker.strongbox import KeyThere, NoKey, Strongbox, UnusableKey, WrongKey, key_in, make_key_file


def a_key(folder: Path, name: str = "key") -> str:
    make_key_file(folder / name)
    return key_in(folder / name)


def test_what_is_sealed_is_opened_by_the_same_key_only(tmp_path: Path) -> None:
    sealed = Strongbox(a_key(tmp_path)).seal({"token": "a-secret-token"})

    assert "a-secret-token" not in sealed
    assert Strongbox(key_in(tmp_path / "key")).open(sealed) == {"token": "a-secret-token"}
    for other in (Strongbox(a_key(tmp_path, "other")), Strongbox()):
        with pytest.raises(WrongKey):
            other.open(sealed)


def test_without_a_key_nothing_is_stored() -> None:
    with pytest.raises(NoKey, match="没有加密授权用的密钥"):
        Strongbox().seal({"token": "a-secret-token"})


def test_what_is_no_key_is_told_and_not_repeated() -> None:
    with pytest.raises(UnusableKey) as told:
        Strongbox("half-of-a-key")
    assert "half-of-a-key" not in str(told.value)


def test_a_key_file_is_its_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    key = a_key(tmp_path)

    with pytest.raises(KeyThere):
        make_key_file(tmp_path / "key")
    assert key_in(tmp_path / "key") == key
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert key_in(tmp_path / "none") == ""
