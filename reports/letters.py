"""Out of the record into letters: what a notice says, as all its forms say it."""

from datetime import date, datetime
from typing import Any

from reports.letter import Letter, LetterRow
from reports.settings import ReportSettings
from tracker.notice_words import Part
from tracker.notices import Issuing
from tracker.weeks import Week


def letter_of(
    issuing: Issuing, settings: ReportSettings, *, about: str = "", why: str = "", reply_url: str = ""
) -> Letter:
    """`about` and `why`: 文号 and reason of what is withdrawn or corrected."""
    notice = issuing.notice
    week = Week.named(notice.week)
    rows: dict[str, list[LetterRow]] = {}
    for item, row in zip(issuing.items, issuing.rows, strict=True):
        rows.setdefault(item.part, []).append(_row(row))
    asked = [*rows.get(Part.NEW, ()), *rows.get(Part.CORRECTED, ()), *rows.get(Part.WITHDRAWN, ())]
    return Letter(
        kind=str(notice.kind),
        title=notice.title,
        number=notice.number or "",
        unit=notice.unit,
        office=settings.office,
        contact=settings.contact,
        week=notice.week,
        first_day=week.monday,
        last_day=week.sunday,
        dated=notice.dated,
        due_on=notice.due_on,
        forecast=issuing.forecast,
        new=tuple(asked),
        again=tuple(rows.get(Part.AGAIN, ())),
        rectified=tuple(rows.get(Part.RECTIFIED, ())),
        about=about,
        why=why,
        reply_url=reply_url,
    )


def _row(facts: dict[str, Any]) -> LetterRow:
    return LetterRow(
        **facts
        | {
            "first_seen": datetime.fromisoformat(facts["first_seen"]),
            "due_on": _day(facts["due_on"]),
            "rectified_on": _day(facts["rectified_on"]),
            "evidence": tuple(facts["evidence"]),
        }
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
