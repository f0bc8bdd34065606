"""Backups (备份): the record as it stood at one moment, and every stored page that it names; restored into an empty place only.

    record/2026-11-25T023000+0800.db.zst    the database, packed
    record/2026-11-25T023000+0800.json      what the copy is: without it there is no copy
    more/2026-11-25T023000+0800/…           small files of the installation, for its owner's eyes only
    evidence/ab/ab….zst                     stored pages, shared by all copies

The record is copied first and the pages after it: a page is stored before a row names it, so a record never names what
the pages copied later lack. All appears under its name whole or not at all, the manifest last.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import zstandard
from sqlalchemy import select

from crawler.clock import CHINA
from tracker.backup_files import (
    CHUNK,
    KINDS,
    STAMP,
    UNFINISHED_PAGES,
    BackupTrouble,
    integrity,
    is_stamp,
    manifests,
    moment_of,
    sqlite_file,
    sync,
    sync_folder,
    told_of,
    write_whole,
)
from tracker.database import Database
from tracker.errors import WrongUse
from tracker.evidence import EvidenceStore
from tracker.models import Evidence
from tracker.settings import TrackerSettings

PAGES_A_STEP = 4096
"""Of SQLite, 16 MB: so much is copied between two looks at whether to stop."""
LEVEL = 3
A_DAY = timedelta(days=1)
STREAM = {"yield_per": 2000}

Going = Callable[[], None]
"""Raises when somebody asked to stop."""


def _on() -> None:
    """Nobody asks."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup wrote. `pages`: stored pages that were new to it; `gone`: old copies that were let go."""

    manifest: Path
    size: int
    pages: int
    gone: int

    def __str__(self) -> str:
        gone = f"，清除旧备份{self.gone}份" if self.gone else ""
        return f"已备份 {self.manifest.stem}：数据库{_megabytes(self.size)}，新增证据文件{self.pages}个{gone}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def back_up(
    database: Database,
    evidence: EvidenceStore,
    settings: TrackerSettings,
    at: datetime,
    stop: Going = _on,
    more: Sequence[Path] = (),
) -> BackedUp:
    """One copy more, while others may write. `more`: small files to be carried along, as far as they are there."""
    source, folder = sqlite_file(database), settings.backup_dir
    # Nor is anything cleared meanwhile: a page that the copied record counts on would be gone before it is copied.
    with database.alone("backup"), database.alone("tidy"):
        try:
            copying = _Copying(folder, evidence, at, stop)
            try:
                return copying.copy(database, source, more, settings.keep_backups)
            except BaseException:
                with suppress(OSError):  # a full disk is full of what was not finished
                    copying.sweep()
                raise
        except OSError as error:
            raise BackupTrouble(
                f"备份文件夹 {folder} 无法写入（{error.strerror}）：请检查磁盘空间、文件夹和权限，以前的备份不受影响"
            ) from error
        except sqlite3.Error as error:
            raise BackupTrouble(
                f"数据库无法备份到 {folder}（{error}）：请检查磁盘空间后重试，以前的备份不受影响"
            ) from error


class _Copying:
    """One copy in the making."""

    def __init__(self, folder: Path, evidence: EvidenceStore, at: datetime, stop: Going) -> None:
        self.record, self.more = folder / "record", folder / "more"
        self.live, self.saved = evidence, EvidenceStore(folder / "evidence")
        self.stop = stop
        self.stamp = at.astimezone(CHINA).strftime(STAMP)
        self.manifest = self.record / f"{self.stamp}.json"
        if self.manifest.exists():
            raise WrongUse(f"{folder} 中已有 {self.stamp} 的备份：请另选一个时刻")
        for part in (self.record, self.more, self.saved.folder):
            part.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()

    def copy(self, database: Database, source: Path, more: Sequence[Path], keep: int) -> BackedUp:
        unpacked = self.record / f"{self.stamp}.part"
        self.copy_record(source, unpacked)
        told = told_of(unpacked)
        sha256, size = self.pack(unpacked, self.record / f"{self.stamp}.db.zst")
        unpacked.unlink()
        pages, left = self.copy_pages()
        told |= {"at": self.stamp, "program": version("xunjian"), "sha256": sha256, "size": size}
        told |= {"pages": sum(len(self.saved.stored(name)) for name in self.saved.folders())}
        told |= {"more": self.carry(more)}
        self.stop()
        write_whole(self.manifest, json.dumps(told, ensure_ascii=False, indent=1).encode())
        return BackedUp(self.manifest, size, pages, self.let_go(database, keep, left))

    def copy_record(self, source: Path, to: Path) -> None:
        """SQLite's own online backup within one read transaction: who writes meanwhile neither waits nor mixes in."""
        reading = f"{source.as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(reading, uri=True, isolation_level=None)) as there,
            closing(sqlite3.connect(to, isolation_level=None)) as here,
        ):
            there.execute("BEGIN")  # or each write of another one would have it begin anew
            there.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            there.backup(here, pages=PAGES_A_STEP, progress=lambda *_: self.stop())
            there.execute("ROLLBACK")
            if (said := integrity(here)) != "ok":
                raise BackupTrouble(f"数据库已损坏（{said}）：没有备份，请立即与维护人员联系")
        self.stop()

    def pack(self, source: Path, to: Path) -> tuple[str, int]:
        """Packed under its name; SHA-256 and size of what was packed."""
        digest, size = hashlib.sha256(), 0
        unfinished = to.with_name(f"{to.name}.part")
        with source.open("rb") as unpacked, unfinished.open("wb") as raw:
            with zstandard.ZstdCompressor(level=LEVEL).stream_writer(raw, closefd=False) as packed:
                while chunk := unpacked.read(CHUNK):
                    self.stop()
                    digest.update(chunk)
                    size += len(chunk)
                    packed.write(chunk)
            sync(raw)
        unfinished.replace(to)
        sync_folder(to.parent)
        return digest.hexdigest(), size

    def copy_pages(self) -> tuple[int, set[str]]:
        """Every stored page that is not there yet: how many those were. And the pages that are stored nowhere else."""
        copied, left = 0, set()
        for name in sorted({*self.live.folders(), *self.saved.folders()}):
            live = self.live.stored(name) if (self.live.folder / name).is_dir() else set()
            saved = self.saved.stored(name) if (self.saved.folder / name).is_dir() else set()
            left |= saved - live
            if live - saved:
                copied += self.copy_folder(name, live - saved)
        sync_folder(self.saved.folder)
        return copied, left

    def copy_folder(self, name: str, pages: Collection[str]) -> int:
        copied, to = 0, self.saved.folder / name
        to.mkdir(exist_ok=True, mode=0o700)
        for sha256 in sorted(pages):
            self.stop()
            with suppress(FileNotFoundError):  # given up just now: its time was over
                copied += _copy_page(self.live.folder / name / f"{sha256}.zst", to)
        sync_folder(to)
        return copied

    def carry(self, more: Sequence[Path]) -> dict[str, str]:
        carried = {}
        for path in more:
            if path.is_file():
                self.stop()
                body = path.read_bytes()
                write_whole(self.more / self.stamp / path.name, body)
                carried[path.name] = hashlib.sha256(body).hexdigest()
        sync_folder(self.more)
        return carried

    def let_go(self, database: Database, keep: int, left: Collection[str]) -> int:
        """Old copies, and the pages `left` whose time was over before the oldest kept copy was made: it does not count on them.

        What the live folder lost in any other way stays: that is what backups are for.
        """
        copies = sorted(manifests(self.record), key=moment_of)
        gone = [manifest for manifest in copies[:-keep] if manifest != self.manifest]
        for manifest in gone:
            manifest.unlink()
        self.sweep()
        oldest = min(moment_of(manifest) for manifest in copies if manifest not in gone)
        # A clearing bears the moment at which it began; a copy made while it went on does not know of it yet.
        over = select(Evidence.sha256).where(Evidence.thinned_at < oldest - A_DAY)
        if left:
            with database.reading() as session:
                for sha256 in session.scalars(over.execution_options(**STREAM)):
                    if sha256 in left:
                        (self.saved.folder / sha256[:2] / f"{sha256}.zst").unlink(missing_ok=True)
        return len(gone)

    def sweep(self) -> None:
        """What killed backups left behind, and what belongs to no copy any more.

        By names that only a backup gives: whoever names a folder with things of his own in it loses none of them.
        """
        copies = {manifest.stem for manifest in manifests(self.record)}
        for path in self.record.iterdir():
            stamp, _, kind = path.name.partition(".")
            if is_stamp(stamp) and (stamp not in copies or kind not in KINDS):
                path.unlink()
        for path in self.more.iterdir():
            if is_stamp(path.name) and path.name not in copies:
                shutil.rmtree(path)
        for path in self.saved.folder.glob(UNFINISHED_PAGES):
            path.unlink()


def _copy_page(source: Path, to: Path) -> bool:
    """False: an empty file, what a power cut leaves of a page."""
    unfinished = to / f"{source.stem}.part"
    with source.open("rb") as page, unfinished.open("wb") as copy:
        shutil.copyfileobj(page, copy)
        size = copy.tell()
        sync(copy)
    if size:
        unfinished.replace(to / source.name)
    else:
        unfinished.unlink()
    return size > 0
