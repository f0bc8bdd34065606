"""Stored pages: each in one file named by the SHA-256 of its bytes, compressed, never changed.

A page that did not change since yesterday is stored once. What the hash proves: that these bytes are those that were
judged. That they came from that address at that time stands in the ledger and its audit chain.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import zstandard

from tracker.errors import EvidenceLost, EvidenceTrouble

LEVEL = 3


class EvidenceStore:
    """A folder of compressed pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: set[str] = set()
        self._folders: set[Path] = set()
        self._compress = zstandard.ZstdCompressor(level=LEVEL)

    def keep(self, body: bytes) -> str:
        """Store `body` if it is new; its SHA-256. A file stands whole or not at all, whenever we are killed."""
        sha256 = hashlib.sha256(body).hexdigest()
        if sha256 in self._known:
            return sha256
        path = self._path(sha256)
        if not self._is_there(path):
            self._write(path, self._compress.compress(body))
        self._known.add(sha256)
        return sha256

    @staticmethod
    def _is_there(path: Path) -> bool:
        """Stored before; an empty file is what a power cut leaves of one that had not reached the disk."""
        try:
            return path.stat().st_size > 0
        except OSError:
            return False

    def _write(self, path: Path, packed: bytes) -> None:
        unfinished = path.with_suffix(f".{os.getpid()}.part")
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

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / f"{sha256}.zst"
