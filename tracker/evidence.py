"""Stored pages: each in one file named by the SHA-256 of its bytes, compressed, never changed.

A page that did not change since yesterday is stored once. What the hash proves: that these bytes are those that were
judged. That they came from that address at that time stands in the ledger and its audit chain.

A file's time says when it was last asked to be kept, to a day. By that time a page is spared which a round has just seen
and not recorded yet, while another process gives up what is old; it is the machine's own clock, whatever day is judged.
"""

import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import zstandard

from tracker.errors import EvidenceLost, EvidenceTrouble

LEVEL = 3
A_DAY = 24 * 60 * 60
SPARED_SECONDS = 2 * A_DAY
"""Who keeps a page names it in the record within the day; until then, and a day longer, nobody gives it up."""
WHOLE, ASIDE, UNFINISHED = ".zst", ".out", ".part"
_FOLDER = re.compile(r"[0-9a-f]{2}")
_NAME = re.compile(r"[0-9a-f]{64}")


class EvidenceStore:
    """A folder of compressed pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._folders: set[Path] = set()
        self._compress = zstandard.ZstdCompressor(level=LEVEL)

    def keep(self, body: bytes) -> str:
        """Store `body` if it is new; its SHA-256. A file stands whole or not at all, whenever we are killed."""
        sha256 = hashlib.sha256(body).hexdigest()
        path = self._path(sha256)
        if not self._is_there(path):
            self._write(path, self._compress.compress(body))
        return sha256

    @staticmethod
    def _is_there(path: Path) -> bool:
        """Stored before; an empty file is what a power cut leaves of one that had not reached the disk.

        Asked of the disk each time: somebody else may have given it up since we stored it. Its time is renewed, once a day.
        """
        try:
            found = path.stat()
            if found.st_size and _age(found) > A_DAY:
                os.utime(path)
        except OSError:
            return False
        return found.st_size > 0

    def _write(self, path: Path, packed: bytes) -> None:
        unfinished = path.with_suffix(f".{os.getpid()}-{threading.get_native_id()}{UNFINISHED}")
        try:
            if path.parent not in self._folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._folders.add(path.parent)
            unfinished.write_bytes(packed)
            unfinished.replace(path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise EvidenceTrouble(self.folder, error) from error

    def read(self, sha256: str) -> bytes:
        """The stored bytes; EvidenceLost if they are missing or are not what they were."""
        try:
            body = zstandard.decompress(self._path(sha256).read_bytes())
        except FileNotFoundError:
            raise EvidenceLost(f"证据文件缺失：{sha256}") from None
        except OSError as error:
            raise EvidenceLost(f"证据文件无法读取：{sha256}（{error.strerror}）") from error
        except zstandard.ZstdError as error:
            raise EvidenceLost(f"证据文件损坏：{sha256}（{error}）") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise EvidenceLost(f"证据文件内容与编号不符：{sha256}")
        return body

    def find(self, sha256: str) -> bytes | None:
        """The stored bytes, or None if they are not there as they were."""
        try:
            return self.read(sha256)
        except EvidenceLost:
            return None

    def __reduce__(self) -> tuple[type["EvidenceStore"], tuple[Path]]:
        """Another process opens the folder for itself."""
        return EvidenceStore, (self.folder,)

    # -- giving up what is over ----------------------------------------------------------------------------

    def give_up(self, sha256: str) -> bool:
        """Remove a page's bytes; False: there are none, or somebody asked to keep them within SPARED_SECONDS.

        The file is taken aside before it is looked at: who wants to keep it at that very moment finds it gone and stores it
        anew, or has renewed its time before, and then it goes back.
        """
        path = self._path(sha256)
        aside = path.with_suffix(ASIDE)
        try:
            if _age(path.stat()) < SPARED_SECONDS:
                return False
            path.rename(aside)
            if _age(aside.stat()) < SPARED_SECONDS:
                aside.rename(path)
                return False
            aside.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise EvidenceTrouble(self.folder, error) from error
        return True

    def folders(self) -> list[str]:
        """Which of the folders 00 to ff there are; the pages of each begin with its name."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if _FOLDER.fullmatch(path.name))

    def stored(self, folder: str) -> set[str]:
        """The SHA-256 of each page in one of them."""
        return {name.removesuffix(WHOLE) for name in self._names(folder, WHOLE)}

    def clear_left_overs(self, folder: str) -> int:
        """What killed processes left in one of them: files that never became whole go after a day, what was taken aside
        and not removed yet goes back. How many are gone."""
        gone = 0
        try:
            for name in self._names(folder, ASIDE):
                aside = self.folder / folder / name
                whole = aside.with_suffix(WHOLE)
                if whole.exists():
                    aside.unlink(missing_ok=True)
                else:
                    aside.rename(whole)
            for name in self._names(folder, UNFINISHED):
                path = self.folder / folder / name
                if _age(path.stat()) > A_DAY:
                    path.unlink()
                    gone += 1
        except FileNotFoundError:
            return gone  # somebody else clears up, too
        except OSError as error:
            raise EvidenceTrouble(self.folder, error) from error
        return gone

    def _names(self, folder: str, suffix: str) -> Iterator[str]:
        """Only files that this class writes: what else lies there is nobody's to remove."""
        with os.scandir(self.folder / folder) as entries:
            names = [each.name for each in entries if each.name.endswith(suffix)]
        return (name for name in names if _NAME.fullmatch(name.partition(".")[0]))

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / f"{sha256}{WHOLE}"


def _age(found: os.stat_result) -> float:
    """Seconds; below zero if the clock was put back since."""
    return time.time() - found.st_mtime
