"""The annual report as one web page: nothing to load, tables that are read aloud right, fit for paper and telephone."""

from collections.abc import Mapping

from reports.annual_form import OTHER_MATTERS, OVERVIEW, PARTS, TABLES, TROUBLES, AnnualSheet, shown
from reports.annual_rules import refuse_unsound
from reports.forms import filled


def write_annual_page(sheet: AnnualSheet, ledger: Mapping[str, int] | None = None) -> str:
    """UnsoundReport if the report does not add up; the same report gives the same page."""
    refuse_unsound(sheet, ledger)
    facts = {
        "sheet": sheet,
        "overview": OVERVIEW,
        "parts": PARTS,
        "tables": TABLES,
        "closing": (TROUBLES, OTHER_MATTERS),
        "shown": shown,
    }
    return filled("annual_report.html.j2", facts)
