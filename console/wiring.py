"""The one place where the real parts are chosen and joined; tests come in by the same door."""

from checks.catalogue import load
from console.settings import Settings
from scheduler.round import Parts
from scheduler.shards import InProcess
from tracker.database import Database
from tracker.evidence import EvidenceStore


def open_database(settings: Settings) -> Database:
    """The record, at this program's version."""
    database = Database(settings.tracker)
    database.require_current()
    return database


def parts(settings: Settings, database: Database) -> Parts:
    return Parts(
        database=database,
        evidence=EvidenceStore(settings.tracker.evidence_dir),
        catalogue=load(switched_off=settings.checks.switched_off),
        crawler=settings.crawler,
        checks=settings.checks,
        scheduler=settings.scheduler,
        shards=InProcess(settings.scheduler.targets_a_shard),
    )
