"""The audit finds whatever was changed behind its back, and says which."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.observations import Problem
from tests.builders import NOW
from tests.tracker.sightings import SIX_HOURS, a_fault, a_target, seen, tell
from tests.tracker.test_ledger import a_city, looked, opened, record
from tracker.audit import head
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.verification import verify


@pytest.fixture
def evidence(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


@pytest.fixture
def page(database: Database, evidence: EvidenceStore) -> str:
    """The SHA-256 of a stored page; two issues rest on it."""
    sha256 = evidence.keep("<html>暂无信息</html>".encode())
    with database.writing() as session:
        a_target(session)
        for key in ("通知公告", "政策文件"):
            verdict = replace(a_fault(key), evidence=(sha256,))
            tell(session, seen(verdict), seen(verdict, NOW + SIX_HOURS))
    return sha256


def found(database: Database, evidence: EvidenceStore) -> str:
    with database.reading() as session:
        return "\n".join(verify(session, evidence))


def test_an_untouched_record_holds(database: Database, evidence: EvidenceStore, page: str) -> None:
    assert found(database, evidence) == ""
    with database.reading() as session:
        assert head(session)[0] == 4


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE link SET payload = replace(payload, '没有', '有') WHERE id = 1", "第 1 环被改动"),
        ("UPDATE link SET before = hash WHERE id = 3", "第 3 环被改动"),
        ("DELETE FROM link WHERE id = 2", "缺少第 2 环"),
        ("UPDATE move SET why = '没有的事' WHERE id = 1", "流转记录 1 与审计链不符"),
        ("UPDATE move SET evidence = '[]' WHERE id = 1", "流转记录 1 与审计链不符"),
        ("UPDATE move SET from_state = 'notified' WHERE id = 2", "流转记录 2 不接前一状态"),
        ("DELETE FROM move WHERE id = 4", "问题 2 的状态 confirmed 与其流转记录不符"),
        ("UPDATE issue SET state = 'rectified' WHERE id = 2", "问题 2 的状态 rectified 与其流转记录不符"),
    ],
)
def test_each_kind_of_tampering_is_named(
    database: Database, evidence: EvidenceStore, page: str, tampering: str, named: str
) -> None:
    with sqlite3.connect(str(database.url.database)) as outside:  # past all our doors, without foreign keys
        outside.execute(tampering)
    assert named in found(database, evidence)


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE visit SET state = 'visited' WHERE id = 2", "巡检记录为 visited，与所存观察不符"),
        ("UPDATE visit SET state = 'due' WHERE id = 1", "巡检记录为 due，与所存观察不符"),
        ("DELETE FROM visit WHERE id = 3", "的巡检记录缺失"),
        (
            "INSERT INTO visit SELECT 9, round_id, 99, day, 'due', '', '', 0, NULL, 1, 0 FROM visit WHERE id = 3",
            "不在审计链中",
        ),
        ("UPDATE look SET problem = 'waf' WHERE id = 1", "观察 1 与审计链不符"),
        ("DELETE FROM look WHERE id = 2", "观察 2 缺失"),
    ],
)
def test_tampering_with_the_ledger_is_named(
    database: Database, evidence: EvidenceStore, tampering: str, named: str
) -> None:
    duty = a_city(database)
    first, second, _ = opened(database, duty)
    record(database, looked(first), looked(second, problem=Problem.WAF))
    with database.reading() as session:
        assert list(verify(session, None)) == []

    with sqlite3.connect(str(database.url.database)) as outside:
        outside.execute(tampering)

    with database.reading() as session:
        assert named in "\n".join(verify(session, None))


def remove(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4])


def exchange(path: Path) -> None:
    other = EvidenceStore(path.parent.parent.parent / "other")
    sha256 = other.keep(b"<html>another page</html>")
    path.write_bytes((other.folder / sha256[:2] / f"{sha256}.zst").read_bytes())


@pytest.mark.parametrize(("harm", "named"), [(remove, "缺失"), (cut, "损坏"), (exchange, "不符")])
def test_harm_to_a_stored_page_is_named(
    database: Database, evidence: EvidenceStore, page: str, harm: Callable[[Path], None], named: str
) -> None:
    harm(evidence.folder / page[:2] / f"{page}.zst")
    assert named in found(database, evidence)
    assert page in found(database, evidence)
