"""The lease (租约): of several daemons on one record one works, the others wait until it was silent for long enough.

Silence is measured by the waiting one's own steady clock from when it last saw the lease renewed, so that a wall clock
which jumps neither takes the lease from a living holder nor keeps it for a dead one.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker import models
from tracker.database import Database

NAME = "daemon"


class Lease:
    """One process's place: `hold` at every beat says whether it may work; `other` is who works in its stead."""

    def __init__(
        self,
        database: Database,
        holder: str,
        lasting: timedelta,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.database, self.holder, self.lasting = database, holder, lasting
        self.other = ""
        self._ticks = ticks
        self._heard: tuple[str, datetime] | None = None
        self._heard_at = ticks()

    def hold(self, now: datetime) -> bool:
        """Take the lease if it is free, renew it if it is ours."""
        with self.database.reading() as session:
            if not self._is_free(session):
                return False
        with self.database.writing() as session:
            if not self._is_free(session):  # somebody was quicker
                return False
            row = session.get(models.Lease, NAME)
            if row is None:
                row = models.Lease(name=NAME, holder="", since=now)
                session.add(row)
            if row.holder != self.holder:
                row.holder, row.since = self.holder, now
            row.expires_at = now + self.lasting
        self.other = ""
        return True

    def _is_free(self, session: Session) -> bool:
        row = session.get(models.Lease, NAME, with_for_update=True)
        if row is None or row.holder == self.holder:
            return True
        self.other = row.holder
        if self._heard != (row.holder, row.expires_at):
            self._heard, self._heard_at = (row.holder, row.expires_at), self._ticks()
            return False
        return self._ticks() - self._heard_at >= self.lasting.total_seconds()

    def release(self) -> None:
        """Whoever waits may work at once."""
        with self.database.writing() as session:
            row = session.get(models.Lease, NAME)
            if row is not None and row.holder == self.holder:
                session.delete(row)


def holder(session: Session) -> models.Lease | None:
    """Who works, as far as is known; it may have died since."""
    return session.get(models.Lease, NAME)


def is_held_by(session: Session, name: str) -> bool:
    """Asked in the transaction that begins something: who lost the lease begins nothing."""
    row = session.get(models.Lease, NAME, with_for_update=True)
    return row is not None and row.holder == name
