"""A backup comes back (恢复): only into an empty place, checked whole, and never half (tracker/backup.py says what it consists of)."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import zstandard

from crawler.clock import CHINA
from tracker import outbox
from tracker.backup_files import (
    CHUNK,
    BackupTrouble,
    integrity,
    is_stamp,
    manifests,
    moment_of,
    opened,
    sqlite_file,
    sync_folder,
    told_of,
    write_whole,
)
from tracker.database import Database
from tracker.errors import DatabaseAhead, DatabaseBehind, WrongUse
from tracker.evidence import EvidenceStore
from tracker.settings import TrackerSettings
from tracker.verification import verify

UNFINISHED = ".restoring"


class NotEmpty(WrongUse):
    """A restored record never takes the place of another one."""

    def __init__(self, place: Path) -> None:
        super().__init__(f"{place} 已有内容：恢复只写入空的位置，请先把它移走或改设置")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, as of when, and what does not hold in it. `kept`: small files that were put back. `doubtful`: mails
    that waited in the copy and may have left since."""

    at: datetime
    pages: int
    kept: tuple[Path, ...]
    broken: tuple[str, ...]
    doubtful: int = 0


def restore(
    source: Path,
    settings: TrackerSettings,
    at: datetime | None = None,
    more: Sequence[Path] = (),
) -> Restored:
    """The newest copy in `source` (not newer than `at`) into the empty place that the settings name, checked whole.

    `source` is the folder of backups, or the manifest of one copy in it. A copy of an older version is brought to this one's;
    one that is not what its manifest says is refused; what does not hold in the record itself is told. `more`: where small files belong; they are put back where none is.
    """
    manifest = _chosen(source, at)
    database = Database(settings)
    target, evidence = sqlite_file(database), settings.evidence_dir
    with database.alone("backup"):
        _require_empty(target, evidence, EvidenceStore(manifest.parent.parent / "evidence"))
        told = _read(manifest)
        try:
            return _put_back(manifest, told, target, evidence, more)
        except OSError as error:
            where = f"{error.filename}，" if error.filename else ""
            raise BackupTrouble(f"无法恢复（{where}{error.strerror}）：请检查磁盘空间和权限后重试") from error
        except sqlite3.Error as error:
            raise BackupTrouble(f"无法恢复（{target}，{error}）：请检查磁盘空间和权限后重试") from error


def _chosen(source: Path, at: datetime | None) -> Path:
    if source.is_file() and is_stamp(source.stem):
        return source
    copies = manifests(source / "record")
    fitting = [path for path in copies if at is None or moment_of(path) <= at]
    if not fitting:
        before = f" {at.astimezone(CHINA):%Y-%m-%d %H:%M} 或以前的" if at else ""
        raise WrongUse(f"{source} 中没有{before}备份：请写明备份文件夹（设置项 tracker.backup_dir）")
    return max(fitting, key=moment_of)


def _require_empty(target: Path, evidence: Path, saved: EvidenceStore) -> None:
    for path in (target, target.with_name(f"{target.name}-wal"), target.with_name(f"{target.name}-shm")):
        if path.exists():
            raise NotEmpty(path)
    if evidence.exists() and not (evidence.is_dir() and _is_left_over(target, evidence, saved)):
        raise NotEmpty(evidence)


def _is_left_over(target: Path, evidence: Path, saved: EvidenceStore) -> bool:
    """Nothing, or what a restoring of this record left when it was killed, which is cleared away.

    Its marks alone do not tell: somebody may have worked on in the place since. Pages that the backup lacks are his.
    """
    there = {path.name for path in evidence.iterdir()} - {UNFINISHED}
    if not there:
        return True
    begun = (evidence / UNFINISHED).exists() and _unfinished(target).exists()
    return begun and there <= set(saved.folders()) and all(_holds(saved, evidence / name) for name in there)


def _holds(saved: EvidenceStore, folder: Path) -> bool:
    return folder.is_dir() and {path.name for path in folder.iterdir()} <= {
        path.name for path in (saved.folder / folder.name).iterdir()
    }


def _unfinished(target: Path) -> Path:
    return target.with_name(f"{target.name}{UNFINISHED}")


def _read(manifest: Path) -> dict[str, Any]:
    try:
        told = json.loads(manifest.read_text("utf-8"))
        return {name: told[name] for name in ("sha256", "schema", "links", "head", "more")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupTrouble(f"备份说明 {manifest} 无法读取：请用 --at 另选一份") from error


def _put_back(
    manifest: Path, told: dict[str, Any], target: Path, evidence: Path, more: Sequence[Path]
) -> Restored:
    """Copied and checked beside, named at the end, the database last: broken off, the place is as empty as before.

    Pages within their folder and not beside it: it may be a disk of its own. Small files before the database: once that
    is there, whoever starts to work makes a key of his own, and no link that was sent would be good any more.
    """
    backup = manifest.parent.parent
    record, pages = _unfinished(target), evidence / UNFINISHED
    kept: list[Path] = []
    _clear(record, evidence)
    try:
        _check(manifest, told, record)
        copied = _copy_all(backup / "evidence", pages)
        doubtful, broken = _made_ready(record, EvidenceStore(pages), moment_of(manifest))
        broken += _put_more(backup / "more" / manifest.stem, told["more"], more, kept)
        os.sync()
        for name in EvidenceStore(pages).folders():
            (pages / name).rename(evidence / name)
        record.replace(target)
    except BaseException:
        with suppress(OSError):
            for path in kept:
                path.unlink()
            _clear(record, evidence)
        raise
    pages.rmdir()
    sync_folder(evidence)
    sync_folder(target.parent)
    return Restored(moment_of(manifest), copied, tuple(kept), broken, doubtful)


def _clear(record: Path, evidence: Path) -> None:
    """Away with what is not finished; the folder was empty when that began, so all pages in it are its own.

    The record last: it and the pages' mark together say that all this may go.
    """
    if (evidence / UNFINISHED).exists():
        for name in EvidenceStore(evidence).folders():
            shutil.rmtree(evidence / name)
        shutil.rmtree(evidence / UNFINISHED)
    for path in record.parent.glob(f"{record.name}*"):
        path.unlink()


def _check(manifest: Path, told: dict[str, Any], to: Path) -> None:
    """Unpack the record and see that it is the one that was packed."""
    if _unpack(manifest.with_suffix(".db.zst"), to) != told["sha256"]:
        raise BackupTrouble(f"备份 {manifest.stem} 已损坏（SHA-256 不符）：请用 --at 另选一份")
    with closing(sqlite3.connect(to)) as record:
        said = integrity(record)
    if said != "ok":
        raise BackupTrouble(f"备份 {manifest.stem} 中的数据库已损坏（{said}）：请用 --at 另选一份")
    _refuse_later(manifest, to)
    found = told_of(to)
    if any(found[name] != told[name] for name in ("schema", "links", "head")):
        raise BackupTrouble(f"备份 {manifest.stem} 的版本或审计链与备份说明不符：请用 --at 另选一份")


def _refuse_later(manifest: Path, record: Path) -> None:
    """Before more of it is read: a later program may keep its chain otherwise."""
    with opened(record) as copy:
        try:
            with suppress(DatabaseBehind):  # that is mended below
                copy.require_current()
        except DatabaseAhead as error:
            raise DatabaseAhead(str(manifest.with_suffix(".db.zst")), copy.version()) from error


def _made_ready(record: Path, pages: EvidenceStore, at: datetime) -> tuple[int, tuple[str, ...]]:
    """Brought to this version, its waiting mails made a person's to decide, and verified: how many mails, what does not hold."""
    with opened(record) as copy:
        copy.upgrade()
        with copy.writing() as session:
            doubtful = len(outbox.doubt_all(session, at))
        with copy.reading() as session:
            return doubtful, tuple(verify(session, pages))


def _unpack(packed: Path, to: Path) -> str:
    """SHA-256 of what came out."""
    digest = hashlib.sha256()
    try:
        with packed.open("rb") as raw, to.open("wb") as unpacked:
            for chunk in zstandard.ZstdDecompressor().read_to_iter(raw, read_size=CHUNK):
                digest.update(chunk)
                unpacked.write(chunk)
    except (FileNotFoundError, zstandard.ZstdError) as error:
        raise BackupTrouble(f"备份 {packed.name} 缺失或已损坏：请用 --at 另选一份") from error
    return digest.hexdigest()


def _copy_all(saved: Path, to: Path) -> int:
    """Pages of all copies: the next clearing gives up those that the restored record does not count on."""
    copied, store = 0, EvidenceStore(saved)
    to.mkdir(parents=True)
    for name in store.folders():
        (to / name).mkdir()
        for sha256 in store.stored(name):
            shutil.copyfile(saved / name / f"{sha256}.zst", to / name / f"{sha256}.zst")
            copied += 1
    return copied


def _put_more(
    source: Path, carried: dict[str, str], more: Sequence[Path], kept: list[Path]
) -> tuple[str, ...]:
    """Put small files back and name them in `kept`; what is wrong with those that were not."""
    spoilt = []
    for path in more:
        if path.exists() or path.name not in carried:
            continue
        there = source / path.name
        body = there.read_bytes() if there.is_file() else b""
        if hashlib.sha256(body).hexdigest() == carried[path.name]:
            write_whole(path, body)
            kept.append(path)
        else:
            spoilt.append(f"备份中的 {path.name} 缺失或已损坏，没有放回")
    return tuple(spoilt)
