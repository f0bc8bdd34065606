"""Backups (备份): the record as it stood at one moment, and every stored page that it names; restored into an empty place only.

    record/2026-11-25T023000+0800.db.zst    the database, packed
    record/2026-11-25T023000+0800.json      what the copy is: without it there is no copy
    more/2026-11-25T023000+0800/…           small files of the installation, for its owner's eyes only
    evidence/ab/ab….zst                     stored pages, shared by all copies

The record is copied first and the pages after it: a page is stored before a row names it, so a record never names what
the pages copied later lack. All appears under its name whole or not at all.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import zstandard
from sqlalchemy import select

from crawler.clock import CHINA
from tracker.audit import head
from tracker.database import Database
from tracker.errors import TrackerError, WrongUse
from tracker.evidence import EvidenceStore
from tracker.models import Evidence
from tracker.settings import TrackerSettings
from tracker.verification import verify

STAMP = "%Y-%m-%dT%H%M%S%z"
CHUNK = 1 << 20
LEVEL = 3

Going = Callable[[], None]
"""Raises when somebody asked to stop."""


def _on() -> None:
    """Nobody asks."""


class BackupTrouble(TrackerError):
    """A backup could not be written or read."""


class NotEmpty(WrongUse):
    """A restored record never takes the place of another one."""

    def __init__(self, place: Path) -> None:
        super().__init__(f"{place} 已有内容：恢复只写入空的位置，请先把它移走或改设置")


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


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, as of when, and what does not hold in it. `kept`: small files that were put back."""

    at: datetime
    pages: int
    kept: tuple[Path, ...]
    broken: tuple[str, ...]


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


# -- writing ----------------------------------------------------------------------------------------------


def back_up(
    database: Database,
    evidence: EvidenceStore,
    settings: TrackerSettings,
    at: datetime,
    stop: Going = _on,
    more: Sequence[Path] = (),
) -> BackedUp:
    """One copy more, while others may write. `more`: small files to be carried along, as far as they are there."""
    source = _sqlite_file(database)
    with database.alone("backup"):
        try:
            return _Copying(settings.backup_dir, evidence, at, stop).copy(source, more, settings.keep_backups)
        except OSError as error:
            raise BackupTrouble(
                f"备份文件夹 {settings.backup_dir} 无法写入（{error.strerror}）：请检查磁盘空间、文件夹和权限，"
                "以前的备份不受影响"
            ) from error
        except sqlite3.Error as error:
            raise BackupTrouble(f"数据库无法备份（{error}）：请稍后重试") from error


class _Copying:
    def __init__(self, folder: Path, evidence: EvidenceStore, at: datetime, stop: Going) -> None:
        self.folder, self.evidence, self.stop = folder, evidence, stop
        self.stamp = at.astimezone(CHINA).strftime(STAMP)
        for part in ("record", "evidence", "more"):
            (folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep()

    def copy(self, source: Path, more: Sequence[Path], keep: int) -> BackedUp:
        unpacked = self.folder / "record" / f"{self.stamp}.part"
        try:
            self._copy_record(source, unpacked)
            told = _told_of(unpacked)
            sha256 = self._pack(unpacked, self.folder / "record" / f"{self.stamp}.db.zst")
            size = unpacked.stat().st_size
            pages = self._copy_pages()
        finally:
            unpacked.unlink(missing_ok=True)
        told |= {"at": self.stamp, "program": version("xunjian"), "sha256": sha256, "size": size}
        told["more"] = self._carry(more)
        manifest = self.folder / "record" / f"{self.stamp}.json"
        _write(manifest, json.dumps(told, ensure_ascii=False, indent=1).encode())
        return BackedUp(manifest, size, pages, self._let_go(keep))

    def _copy_record(self, source: Path, to: Path) -> None:
        """SQLite's own online backup in one step, that is one read transaction: who writes meanwhile neither waits nor mixes in."""
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as there,
            closing(sqlite3.connect(to)) as here,
        ):
            there.backup(here)
            if (said := here.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise BackupTrouble(f"数据库已损坏（{said}）：没有备份，请立即与维护人员联系")

    def _pack(self, source: Path, to: Path) -> str:
        """Packed under its name; the SHA-256 of what was packed."""
        digest = hashlib.sha256()
        unfinished = to.with_name(f"{to.name}.part")
        with source.open("rb") as unpacked, unfinished.open("wb") as raw:
            with zstandard.ZstdCompressor(level=LEVEL).stream_writer(raw, closefd=False) as packed:
                while chunk := unpacked.read(CHUNK):
                    self.stop()
                    digest.update(chunk)
                    packed.write(chunk)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(to)
        return digest.hexdigest()

    def _copy_pages(self) -> int:
        """Every stored page that is not there yet."""
        copied = 0
        for source in self.evidence.folder.glob("*/*.zst"):
            self.stop()
            to = self.folder / "evidence" / source.parent.name / source.name
            if to.exists():
                continue
            to.parent.mkdir(exist_ok=True, mode=0o700)
            unfinished = to.with_suffix(".part")
            with suppress(FileNotFoundError):  # given up just now: its time was over
                shutil.copyfile(source, unfinished)
                unfinished.replace(to)
                copied += 1
        return copied

    def _carry(self, more: Sequence[Path]) -> dict[str, str]:
        carried = {}
        for path in more:
            if path.is_file():
                body = path.read_bytes()
                _write(self.folder / "more" / self.stamp / path.name, body)
                carried[path.name] = hashlib.sha256(body).hexdigest()
        return carried

    def _let_go(self, keep: int) -> int:
        """Old copies, and pages that no kept copy can name: their time was over before the oldest of them was made."""
        manifests = sorted(_manifests(self.folder), key=_moment)
        gone = manifests[:-keep]
        for manifest in gone:
            manifest.unlink()
        self._sweep()
        if gone:
            oldest = _moment(manifests[-keep])
            record = self._unpacked(manifests[-1])
            try:
                for sha256 in _given_up_before(record, oldest):
                    (self.folder / "evidence" / sha256[:2] / f"{sha256}.zst").unlink(missing_ok=True)
            finally:
                record.unlink(missing_ok=True)
        return len(gone)

    def _unpacked(self, manifest: Path) -> Path:
        to = manifest.with_suffix(".part")
        _unpack(manifest.with_suffix(".db.zst"), to)
        return to

    def _sweep(self) -> None:
        """What killed backups left behind, and what belongs to no copy any more."""
        copies = {manifest.stem for manifest in _manifests(self.folder)}
        for path in (self.folder / "record").iterdir():
            if path.name.removesuffix(".json").removesuffix(".db.zst") not in copies:
                path.unlink()
        for path in (self.folder / "more").iterdir():
            if path.name not in copies:
                shutil.rmtree(path)
        for path in (self.folder / "evidence").glob("*/*.part"):
            path.unlink()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.touch(mode=0o600)
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _sqlite_file(database: Database) -> Path:
    if database.url.get_backend_name() != "sqlite" or database.url.database in (None, "", ":memory:"):
        raise WrongUse("备份和恢复只用于 SQLite 数据库：PostgreSQL 请用 pg_dump，证据文件夹另行复制")
    return Path(database.url.database or "").absolute()


def _told_of(record: Path) -> dict[str, Any]:
    """What a copied record says of itself."""
    copy = _opened(record)
    try:
        with copy.reading() as session:
            links, last = head(session)
        return {"schema": copy.version(), "links": links, "head": last}
    finally:
        _close(copy, record)


def _given_up_before(record: Path, moment: datetime) -> list[str]:
    """SHA-256 of the pages whose time was over before `moment`, as a copied record has them."""
    copy = _opened(record)
    try:
        with copy.reading() as session:
            return list(session.scalars(select(Evidence.sha256).where(Evidence.thinned_at < moment)))
    finally:
        _close(copy, record)


def _opened(record: Path) -> Database:
    return Database(TrackerSettings(database_url=f"sqlite:///{record}"))


def _close(copy: Database, record: Path) -> None:
    copy.close()
    for suffix in ("-wal", "-shm"):
        record.with_name(record.name + suffix).unlink(missing_ok=True)


# -- what there is ----------------------------------------------------------------------------------------


def _manifests(folder: Path) -> Iterator[Path]:
    for path in (folder / "record").glob("*.json"):
        with suppress(ValueError):
            _moment(path)
            yield path


def _moment(manifest: Path) -> datetime:
    return datetime.strptime(manifest.stem, STAMP)  # noqa: DTZ007 (the name bears its offset)


def newest_backup(settings: TrackerSettings) -> datetime | None:
    """When the newest copy was made."""
    return max(map(_moment, _manifests(settings.backup_dir)), default=None)


# -- reading back -----------------------------------------------------------------------------------------


def restore(
    source: Path,
    settings: TrackerSettings,
    at: datetime | None = None,
    more: Sequence[Path] = (),
) -> Restored:
    """The newest copy in `source` (not newer than `at`) into the empty place that the settings name, checked whole.

    `more`: where small files belong; they are put back where none is.
    """
    manifest = _chosen(source, at)
    database = Database(settings)
    target = _sqlite_file(database)
    _require_empty(target, settings.evidence_dir)
    told = _read(manifest)
    unfinished = target.with_name(f"{target.name}.restoring")
    try:
        _check(manifest, told, unfinished)
        pages = _put_pages(source / "evidence", settings.evidence_dir)
        unfinished.replace(target)
    except OSError as error:
        raise BackupTrouble(
            f"无法恢复（{error.filename or ''} {error.strerror}）：请检查磁盘空间和权限"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    kept = _put_more(source / "more" / manifest.stem, told.get("more", {}), more)
    database.upgrade()
    with database.reading() as session:
        broken = tuple(verify(session, EvidenceStore(settings.evidence_dir)))
    database.close()
    return Restored(_moment(manifest), pages, kept, broken)


def _chosen(source: Path, at: datetime | None) -> Path:
    fitting = [path for path in _manifests(source) if at is None or _moment(path) <= at]
    if not fitting:
        before = f" {at.astimezone(CHINA):%Y-%m-%d %H:%M} 或以前的" if at else ""
        raise WrongUse(f"{source} 中没有{before}备份：请写明备份文件夹（设置项 tracker.backup_dir）")
    return max(fitting, key=_moment)


def _require_empty(target: Path, evidence: Path) -> None:
    for path in (target, target.with_name(f"{target.name}-wal"), target.with_name(f"{target.name}-shm")):
        if path.exists():
            raise NotEmpty(path)
    if evidence.exists() and any(evidence.iterdir()):
        raise NotEmpty(evidence)


def _read(manifest: Path) -> dict[str, Any]:
    try:
        told = json.loads(manifest.read_text("utf-8"))
        return {"sha256": told["sha256"], "links": told["links"], "head": told["head"], "more": told["more"]}
    except (OSError, ValueError, KeyError) as error:
        raise BackupTrouble(f"备份说明 {manifest} 无法读取：请用 --at 另选一份") from error


def _check(manifest: Path, told: dict[str, Any], to: Path) -> None:
    """Unpack the record and see that it is the one that was packed."""
    if _unpack(manifest.with_suffix(".db.zst"), to) != told["sha256"]:
        raise BackupTrouble(f"备份 {manifest.stem} 已损坏（SHA-256 不符）：请用 --at 另选一份")
    with closing(sqlite3.connect(to)) as record:
        said = record.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise BackupTrouble(f"备份 {manifest.stem} 中的数据库已损坏（{said}）：请用 --at 另选一份")
    found = _told_of(to)
    if (found["links"], found["head"]) != (told["links"], told["head"]):
        raise BackupTrouble(f"备份 {manifest.stem} 的审计链与备份说明不符：请用 --at 另选一份")


def _unpack(packed: Path, to: Path) -> str:
    digest = hashlib.sha256()
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        with packed.open("rb") as raw, to.open("wb") as unpacked:
            for chunk in zstandard.ZstdDecompressor().read_to_iter(raw, read_size=CHUNK):
                digest.update(chunk)
                unpacked.write(chunk)
    except (FileNotFoundError, zstandard.ZstdError) as error:
        to.unlink(missing_ok=True)
        raise BackupTrouble(f"备份 {packed.name} 缺失或已损坏：请用 --at 另选一份") from error
    return digest.hexdigest()


def _put_pages(source: Path, evidence: Path) -> int:
    """Copied beside and named at the end, so that a restoring that was broken off leaves the place empty."""
    unfinished = evidence.with_name(f"{evidence.name}.restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    copied = 0
    for packed in source.glob("*/*.zst"):
        (unfinished / packed.parent.name).mkdir(exist_ok=True)
        shutil.copyfile(packed, unfinished / packed.parent.name / packed.name)
        copied += 1
    if evidence.exists():
        evidence.rmdir()
    unfinished.replace(evidence)
    return copied


def _put_more(source: Path, carried: dict[str, str], more: Sequence[Path]) -> tuple[Path, ...]:
    kept = []
    for path in more:
        there = source / path.name
        if path.exists() or path.name not in carried or not there.is_file():
            continue
        _write(path, there.read_bytes())
        kept.append(path)
    return tuple(kept)
