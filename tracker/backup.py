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
import os
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import zstandard
from sqlalchemy import select
from sqlalchemy.engine import URL

from crawler.clock import CHINA
from tracker import outbox
from tracker.audit import head
from tracker.database import Database
from tracker.errors import DatabaseAhead, DatabaseBehind, TrackerError, WrongUse
from tracker.evidence import EvidenceStore
from tracker.models import Evidence
from tracker.settings import TrackerSettings
from tracker.verification import verify

STAMP = "%Y-%m-%dT%H%M%S%z"
KINDS = ("json", "db.zst")
"""What a finished copy consists of in the folder of the records."""
CHUNK = 1 << 20
"""Bytes."""
PAGES_A_STEP = 4096
"""Of SQLite, 16 MB: so much is copied between two looks at whether to stop."""
LEVEL = 3
A_DAY = timedelta(days=1)
STREAM = {"yield_per": 2000}
UNFINISHED = ".restoring"
HEX = "[0-9a-f]"
UNFINISHED_PAGES = f"{HEX * 2}/{HEX * 64}.part"

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
    """What was restored, as of when, and what does not hold in it. `kept`: small files that were put back. `doubtful`: mails
    that waited in the copy and may have left since."""

    at: datetime
    pages: int
    kept: tuple[Path, ...]
    broken: tuple[str, ...]
    doubtful: int = 0


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
    source, folder = _sqlite_file(database), settings.backup_dir
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
        told = _told_of(unpacked)
        sha256, size = self.pack(unpacked, self.record / f"{self.stamp}.db.zst")
        unpacked.unlink()
        pages, left = self.copy_pages()
        told |= {"at": self.stamp, "program": version("xunjian"), "sha256": sha256, "size": size}
        told |= {"pages": sum(len(self.saved.stored(name)) for name in self.saved.folders())}
        told |= {"more": self.carry(more)}
        self.stop()
        _write(self.manifest, json.dumps(told, ensure_ascii=False, indent=1).encode())
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
            if (said := _integrity(here)) != "ok":
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
            _sync(raw)
        unfinished.replace(to)
        _sync_folder(to.parent)
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
        _sync_folder(self.saved.folder)
        return copied, left

    def copy_folder(self, name: str, pages: Collection[str]) -> int:
        copied, to = 0, self.saved.folder / name
        to.mkdir(exist_ok=True, mode=0o700)
        for sha256 in sorted(pages):
            self.stop()
            with suppress(FileNotFoundError):  # given up just now: its time was over
                copied += _copy_page(self.live.folder / name / f"{sha256}.zst", to)
        _sync_folder(to)
        return copied

    def carry(self, more: Sequence[Path]) -> dict[str, str]:
        carried = {}
        for path in more:
            if path.is_file():
                self.stop()
                body = path.read_bytes()
                _write(self.more / self.stamp / path.name, body)
                carried[path.name] = hashlib.sha256(body).hexdigest()
        _sync_folder(self.more)
        return carried

    def let_go(self, database: Database, keep: int, left: Collection[str]) -> int:
        """Old copies, and the pages `left` whose time was over before the oldest kept copy was made: it does not count on them.

        What the live folder lost in any other way stays: that is what backups are for.
        """
        manifests = sorted(_manifests(self.record), key=_moment)
        gone = [manifest for manifest in manifests[:-keep] if manifest != self.manifest]
        for manifest in gone:
            manifest.unlink()
        self.sweep()
        oldest = min(_moment(manifest) for manifest in manifests if manifest not in gone)
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
        copies = {manifest.stem for manifest in _manifests(self.record)}
        for path in self.record.iterdir():
            stamp, _, kind = path.name.partition(".")
            if _is_stamp(stamp) and (stamp not in copies or kind not in KINDS):
                path.unlink()
        for path in self.more.iterdir():
            if _is_stamp(path.name) and path.name not in copies:
                shutil.rmtree(path)
        for path in self.saved.folder.glob(UNFINISHED_PAGES):
            path.unlink()


def _copy_page(source: Path, to: Path) -> bool:
    """False: an empty file, what a power cut leaves of a page."""
    unfinished = to / f"{source.stem}.part"
    with source.open("rb") as page, unfinished.open("wb") as copy:
        shutil.copyfileobj(page, copy)
        size = copy.tell()
        _sync(copy)
    if size:
        unfinished.replace(to / source.name)
    else:
        unfinished.unlink()
    return size > 0


def _write(path: Path, body: bytes) -> None:
    """Whole or not at all, for its owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.touch(mode=0o600)
    with unfinished.open("wb") as file:
        file.write(body)
        _sync(file)
    unfinished.replace(path)
    _sync_folder(path.parent)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """A name given in it outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sqlite_file(database: Database) -> Path:
    if database.url.get_backend_name() != "sqlite" or database.url.database in (None, "", ":memory:"):
        raise WrongUse("备份和恢复只用于 SQLite 数据库：PostgreSQL 请用 pg_dump，证据文件夹另行复制")
    return Path(database.url.database or "").absolute()


def _integrity(record: sqlite3.Connection) -> str:
    """What SQLite says of a file."""
    try:
        return str(record.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def _told_of(record: Path) -> dict[str, Any]:
    """What a copied record says of itself."""
    with _opened(record) as copy, copy.reading() as session:
        links, last = head(session)
        return {"schema": copy.version(), "links": links, "head": last}


@contextmanager
def _opened(record: Path) -> Iterator[Database]:
    """A copy that nobody else works with; afterwards it is one file again, without a journal beside it."""
    copy = Database(
        TrackerSettings(database_url=URL.create("sqlite", database=str(record)).render_as_string())
    )
    try:
        yield copy
    finally:
        copy.close()
        with closing(sqlite3.connect(record)) as alone:
            alone.execute("PRAGMA journal_mode=DELETE")


# -- what there is ----------------------------------------------------------------------------------------


def _manifests(record: Path) -> Iterator[Path]:
    return (path for path in record.glob("*.json") if _is_stamp(path.stem))


def _is_stamp(name: str) -> bool:
    try:
        _moment_of(name)
    except ValueError:
        return False
    return True


def _moment(manifest: Path) -> datetime:
    return _moment_of(manifest.stem)


def _moment_of(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP)  # noqa: DTZ007 (the name bears its offset)


def newest_backup(settings: TrackerSettings) -> datetime | None:
    """When the newest copy was made, by the names of the files alone."""
    return max(map(_moment, _manifests(settings.backup_dir / "record")), default=None)


# -- reading back -----------------------------------------------------------------------------------------


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
    target, evidence = _sqlite_file(database), settings.evidence_dir
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
    if source.is_file() and _is_stamp(source.stem):
        return source
    manifests = _manifests(source / "record")
    fitting = [path for path in manifests if at is None or _moment(path) <= at]
    if not fitting:
        before = f" {at.astimezone(CHINA):%Y-%m-%d %H:%M} 或以前的" if at else ""
        raise WrongUse(f"{source} 中没有{before}备份：请写明备份文件夹（设置项 tracker.backup_dir）")
    return max(fitting, key=_moment)


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
        doubtful, broken = _made_ready(record, EvidenceStore(pages), _moment(manifest))
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
    _sync_folder(evidence)
    _sync_folder(target.parent)
    return Restored(_moment(manifest), copied, tuple(kept), broken, doubtful)


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
        said = _integrity(record)
    if said != "ok":
        raise BackupTrouble(f"备份 {manifest.stem} 中的数据库已损坏（{said}）：请用 --at 另选一份")
    _refuse_later(manifest, to)
    found = _told_of(to)
    if any(found[name] != told[name] for name in ("schema", "links", "head")):
        raise BackupTrouble(f"备份 {manifest.stem} 的版本或审计链与备份说明不符：请用 --at 另选一份")


def _refuse_later(manifest: Path, record: Path) -> None:
    """Before more of it is read: a later program may keep its chain otherwise."""
    with _opened(record) as copy:
        try:
            with suppress(DatabaseBehind):  # that is mended below
                copy.require_current()
        except DatabaseAhead as error:
            raise DatabaseAhead(str(manifest.with_suffix(".db.zst")), copy.version()) from error


def _made_ready(record: Path, pages: EvidenceStore, at: datetime) -> tuple[int, tuple[str, ...]]:
    """Brought to this version, its waiting mails made a person's to decide, and verified: how many mails, what does not hold."""
    with _opened(record) as copy:
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
            _write(path, body)
            kept.append(path)
        else:
            spoilt.append(f"备份中的 {path.name} 缺失或已损坏，没有放回")
    return tuple(spoilt)
