"""The assessment sheet (绩效考核) of each unit: what the record holds about it in a period, and the rows behind it.

The points are the office's own: the column 得分 is left empty.
"""

from reports.bulletin import Bulletin, unit_lines
from reports.bulletin_annexes import Column, by_unit, told, write_sheets
from reports.foreign_text import file_name
from reports.letter import day_words
from tracker.errors import WrongUse

POINTS = "注：“得分”由考核单位按本地考核办法评定，本表只列数据，不计分；按期整改率以整改时限已过的和已整改的问题为分母。"


class UnknownUnit(WrongUse):
    def __init__(self, unit: str, words: str) -> None:
        super().__init__(f"{words}没有主办单位“{unit}”：请用台账中的单位全称（不写 --unit 则列出全部单位）")


def assessment_name(of: Bulletin, unit: str = "") -> str:
    return f"{file_name('_'.join(filter(None, ('考核数据', str(of.period), unit))))}.xlsx"


def write_assessment(of: Bulletin, unit: str = "") -> bytes:
    """All units, or one; UnknownUnit if it answers for nothing in the period."""
    if unit and unit not in {line.unit for line in unit_lines(of)}:
        raise UnknownUnit(unit, of.words)
    title = f"{of.period.words}政府网站和政务新媒体工作考核数据（截至{day_words(of.day)}）"
    sheets = (
        by_unit(of, title, "考核数据", (Column("得分", 8), Column("备注", 12)), (POINTS,), unit),
        told(of, unit),
    )
    return write_sheets(sheets, title, of.office, of.day)
