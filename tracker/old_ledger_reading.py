"""What a line of the office's old ledger of notices (历史台账) says: one an issue in a notice."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from tracker import cells, people_files
from tracker.cells import Unfit, Warn
from tracker.findings_reading import FIELDS as FINDING_FIELDS
from tracker.people_files import Form, kind
from tracker.registers import Field

MOST_TIMES = 99
"""第几次通知: a larger number is something else."""

_FINDING = {each.fact: each for each in FINDING_FIELDS}
_STILL_OPEN = frozenset({"未整改", "尚未整改", "整改中", "正在整改", "未完成"})
_FIRST, _AGAIN = frozenset({"首次", "新增", "新列"}), frozenset({"再次", "再次通知"})
_DIGITS = {word: number for number, word in enumerate("一二三四五六七八九", 1)}


def _times(text: str, warn: Warn) -> int:
    """第几次通知: 1, 第2次, 第二次, 首次, 再次."""
    word = re.sub(r"\s", "", cells.half_width(text))
    if word in _FIRST:
        return 1
    if word in _AGAIN:
        return 2
    found = re.fullmatch(r"第?(\d{1,2}|[一二三四五六七八九])(\.0+)?次?(通知)?", word)
    times = (_DIGITS.get(found[1]) or int(found[1])) if found else 0
    if not 1 <= times <= MOST_TIMES:
        raise Unfit(f"“{text}”不是次数：首次通知写 1，再次通知写 2、3……；不填则按前后各期推定")
    return times


def _put_right_on(text: str, warn: Warn) -> date | None:
    found: date | None = None if text in _STILL_OPEN else _FINDING["received"].read(text, warn)
    return found


def _day(heading: str, fact: str, others: str, hint: str, *, required: bool = False) -> Field:
    return Field(heading, fact, _FINDING["received"].read, hint, required, others, blank=None)


FIELDS = (
    Field("文号", "number", cells.plain, "原通知的文号，如 〔2025〕12号", True, "number 通知文号 发文字号 通知编号", longest=120),
    _day("通知日期", "dated", "dated 发文日期 通知时间 印发日期 下发日期", "原通知的落款日期", required=True),
    Field("主办单位", "unit", cells.unit_name, "不填即为该网站、账号当时的主办单位", others="unit 责任单位 单位名称 被通知单位 单位"),
    replace(_FINDING["target"], required=False),
    Field("名称", "name", cells.plain, "没有标识码时写网站、账号的名称", others="name 网站名称 账号名称 对象全称"),
    replace(_FINDING["check"], others=f"{_FINDING['check'].others} 问题类别"),
    replace(_FINDING["subject"], heading="问题对象", others=f"{_FINDING['subject'].others} 对象 问题栏目"),
    replace(_FINDING["detail"], required=False),
    _FINDING["url"],
    _day("首次发现时间", "first_seen", "first_seen 首次发现日期 发现时间 发现日期", "不填即为通知日期"),
    _day("整改时限", "due_on", "due_on due 整改期限 整改截止日期 时限", "不填则逾期后不会再次通知"),
    Field("整改日期", "rectified_on", _put_right_on, "空白即尚未整改",
          others="rectified_on 整改时间 整改完成时间 整改完成日期 完成整改日期 销号日期", blank=None),
    Field("第几次通知", "times", _times, "1 为新列，2 起为再次通知；不填则推定", others="times 通知次数 次数", blank=None),
    Field("类型", "kind", cells.plain, "网站或账号，同名时用来分辨", others="kind"),
)  # fmt: skip


@dataclass(slots=True)
class Reading(people_files.Reading):
    form: ClassVar[Form] = Form(
        FIELDS,
        unfilled="未填写，请补上（合并的单元格请先取消合并，逐行填写）",
        silent=tuple(each.fact for each in FIELDS if not each.required),
        own={"kind": kind},
        either=("target", "name"),
    )


read_ledger = Reading.of
