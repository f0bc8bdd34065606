"""人工核验表: the accounts that no road of ours reaches, for a person to look at, by platform.

Listed is whose silence nobody has verified on the day: no road told of it, and its newest known post is unknown or a week
old.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from crawler.observations import Problem
from tracker import cells, models
from tracker.cells import PLATFORMS, TargetState
from tracker.findings_reading import day_or_moment
from tracker.ledger import DUE
from tracker.queries import newest_posts
from tracker.register_templates import EXPLAINED, add_instructions, add_table, explain, explained, workbook
from tracker.registers import Field

SHEET = "人工核验"
SILENT_DAYS = 7
"""Whose newest known post is so old, or older, is to be looked at; and what is seen so old wants a screenshot."""
LONGEST_LINK = 2000
"""Characters: Excel opens no longer address from a cell."""

SHOWN = (
    Field("平台", "platform", cells.plain, "", width=12),
    Field("账号名称", "name", cells.plain, "", width=26),
    Field("账号标识", "target", cells.key, "按文本填写；据此认出账号，请勿改动", True, "账号ID", longest=300, width=24),
    Field("主办单位", "unit", cells.plain, "", width=26),
    Field("主页链接", "homepage", cells.plain, "点开即到账号主页", longest=2000, width=30),
    Field("二维码", "qr_code", cells.plain, "二维码图片的网址", longest=2000, width=16),
    Field("已知最新发布", "known", cells.plain, "系统或以前的人工核验所见", width=14),
    Field("未能自动核验", "why", cells.plain, "原因", width=24),
)  # fmt: skip
"""What the list says of an account."""
TO_FILL = (
    Field("最新发布日期", "newest_on", day_or_moment, "账号最新一条内容的日期，如 2026-01-31（置顶的旧内容不算）",
          others="最新日期 最近发布日期", blank=None, width=14),
    Field("未见内容", "is_empty", cells.yes_or_no, "是：账号打得开，但一条内容也没有；与最新发布日期只填一项",
          blank=False, choices=("是",), width=10),
    Field("截图文件", "pictures", cells.plain, f"PNG 或 JPEG，与本表放在同一文件夹，写文件名，几张用 | 分开；也可直接把图片插入本行。{SILENT_DAYS}天以上未更新或未见内容的必附",
          others="截图", longest=2000, width=24),
    Field("发布链接", "link", cells.link, "最新一条内容的链接，可不填", others="作品链接 文章链接", longest=2000, width=24),
    Field("核验人", "by", cells.plain, "不填即为导入时 --by 所写的人", others="填报人", width=10),
    Field("核验时间", "seen_at", cells.moment, "如 2026-01-31 09:30；只写日期也可", others="填报时间 核验日期", blank=None, width=16),
    Field("备注", "remark", cells.plain, "", longest=2000, width=24),
)  # fmt: skip
FIELDS = (*SHOWN, *TO_FILL)
ADVICE = (
    "打开每个账号的主页（点主页链接，或在手机上搜索账号名称），看最新一条内容是哪一天发的。",
    "有内容的填“最新发布日期”，一条也没有的在“未见内容”选“是”；没有看的行留空，不作任何改变。",
    f"{SILENT_DAYS}天以上未更新或未见内容的须附截图，截图中应看得到账号名称和最新一条的日期。",
    "填好后导入：xunjian accounts import 文件 --by 姓名；有问题的行逐一指出，其余照常导入，重复导入不会重复记录。",
    "账号打不开、已注销、被封禁的不在此表填写，请写在人工发现表中（xunjian findings template）。",
)


@dataclass(frozen=True, slots=True)
class Unverified:
    """An account to be looked at. `newest`: the day of its newest known post; `why` no machine could tell today."""

    platform: str
    name: str
    key: str
    unit: str
    homepage: str
    qr_code: str
    newest: date | None
    why: str


def unverified(session: Session, at: datetime) -> list[Unverified]:
    """Accounts that are to be inspected on the day, by platform, unit and name."""
    rows = list(_without_a_word(session, at))
    newest = newest_posts(session, [row.id for row in rows], at)
    today = at.astimezone(CHINA).date()
    found = []
    for row in rows:
        known = newest[row.id].date() if row.id in newest else None
        if known is None or (today - known).days >= SILENT_DAYS:
            found.append(
                Unverified(
                    row.platform, row.name, row.key, row.unit, row.homepage, row.qr_code, known, _why(row)
                )
            )
    order = {platform: place for place, platform in enumerate(PLATFORMS)}
    return sorted(found, key=lambda each: (order.get(each.platform, len(order)), each.unit, each.name))


def _without_a_word(session: Session, at: datetime) -> Iterator[Any]:
    """Running accounts that no road told of on the day."""
    target, visit, standing, unit = models.Target, models.Visit, models.Standing, models.Unit
    day = at.astimezone(CHINA).date()
    query = (
        select(
            target.id, target.platform, target.name, target.key, target.homepage, target.qr_code, target.url,
            unit.name.label("unit"), visit.state, visit.problem,
        )
        .join(standing, (standing.target_id == target.id) & standing.is_valid_on(day))
        .join(unit, unit.id == standing.unit_id)
        .outerjoin(visit, (visit.target_id == target.id) & (visit.day == day))
        .where(target.kind == "account", standing.state == str(TargetState.RUNNING))
        .where(visit.id.is_(None) | ~visit.was_told())
    )  # fmt: skip
    yield from session.execute(query)


def _why(row: Any) -> str:
    if not row.url:
        return Problem.NO_ROAD.sentence
    if row.state in (None, DUE):
        return "当日尚未巡检"
    return Problem(row.problem).sentence if row.problem else Problem.SOURCE.sentence


# -- out --------------------------------------------------------------------------------------------------


def write_worksheet(rows: Sequence[Unverified], at: datetime) -> bytes:
    """The workbook to fill in, one line an account."""

    def fill(book: Any) -> None:
        sheet = add_table(book, SHEET, FIELDS, _choice, 3)
        text = book.add_format({"font_name": "微软雅黑", "font_size": 11, "num_format": "@", "border": 1, "border_color": "#D5DEE8"})  # fmt: skip
        to_fill = book.add_format({"num_format": "@", "bg_color": "#FFF8E1", "border": 1, "border_color": "#D5DEE8"})  # fmt: skip
        for number, row in enumerate(rows, 1):
            for position, value in enumerate(_cells(row)):
                _write(sheet, number, position, value, text)
            for position in range(len(SHOWN), len(FIELDS)):
                sheet.write_blank(number, position, None, to_fill)
        sheet.autofilter(0, 0, max(len(rows), 1), len(FIELDS) - 1)
        day = at.astimezone(CHINA).date()
        help_ = add_instructions(book, f"人工核验表填写说明（{day}）", ADVICE, (18, 8, 62, 54))
        explain(book, help_, len(ADVICE) + 3, EXPLAINED, explained(TO_FILL), centred=(1,))

    return workbook("人工核验表", fill)


def _cells(row: Unverified) -> tuple[str, ...]:
    known = row.newest.isoformat() if row.newest else ""
    return row.platform, row.name, row.key, row.unit, row.homepage, row.qr_code, known, row.why


def _write(sheet: Any, number: int, position: int, value: str, style: Any) -> None:
    """Addresses can be clicked on; nothing else in a register is taken for one, or for a formula."""
    if value.startswith(("http://", "https://")) and len(value) < LONGEST_LINK:
        sheet.write_url(number, position, value, style, value)
    else:
        sheet.write_string(number, position, value, style)


def _choice(each: Field) -> dict[str, Any] | None:
    if not each.choices:
        return None
    message = "请从下拉列表中选择"
    return {"validate": "list", "source": list(each.choices), "error_title": each.heading, "error_message": message}  # fmt: skip
