"""What a line of a file of findings says, and the claim of a file to be complete."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from crawler.clock import CHINA
from tracker import cells, people_files
from tracker.cells import Unfit, Warn
from tracker.lifecycle import Origin, State
from tracker.people_files import Form, Row, kind
from tracker.registers import Field

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How a PNG and a JPEG begin."""
LARGEST_PICTURE = 20 * 1024 * 1024
"""Bytes of one screenshot."""

_WORDS = {
    Origin.PATROL: "人工巡查 巡查 人工检查 人工 patrol",
    Origin.BULLETIN: "上级通报 通报 省级通报 上级 bulletin",
    Origin.PUBLIC: "找错留言 找错 我为政府网站找错 网民找错 网民留言 public",
}
_ORIGIN_OF = {word: origin for origin, words in _WORDS.items() for word in words.split()}
_STATE_OF = {word: state for state in State for word in (state.value, state.sentence)}


def _origin(text: str, warn: Warn) -> Origin:
    found = _ORIGIN_OF.get(cells.half_width(text).lower())
    if found is None:
        raise Unfit(f"不认识来源“{text}”，请填写：{'、'.join(origin.sentence for origin in _WORDS)}")
    return found


def _address(text: str, warn: Warn) -> str:
    """An address of the web, or what a platform calls an account; nothing else, it will be a link in a notice."""
    if not re.search("[:/.]", text):
        return text
    if not re.match(r"https?://\S+$", text, re.IGNORECASE):
        return cells.url(text, warn)
    try:
        urlsplit(text)
    except ValueError:
        raise Unfit(f"“{text}”不是完整的网址，请改正") from None
    return text


def day_or_moment(text: str, warn: Warn) -> date | None:
    """A day, or a moment as programs write it."""
    try:
        return cells.day(text, warn)
    except Unfit:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None:
            raise
        return (moment if moment.tzinfo is None else moment.astimezone(CHINA)).date()


FIELDS = (
    Field("标识码", "target", cells.key, "网站标识码或账号标识，按文本填写；也可写网站、账号的名称（不重名时）", True,
          "target 网站标识码 账号标识 网站标识码/账号标识 政府网站标识码 站点标识码 账号ID", longest=300, width=20),
    Field("检查项", "check", cells.plain, "检查项的名称或编号，如 空白栏目 或 column-blank；全部名称见下表", True,
          "check 问题类型 检查项目 指标", width=22),
    Field("网址", "url", _address, "问题所在页面的网址；同名栏目有几个时凭网址分辨",
          others="url 链接 问题网址 问题链接 页面网址 URL地址", longest=2000, width=40),
    Field("对象", "subject", cells.plain, "栏目问题写栏目名称（或 上级栏目 > 栏目）；失效链接写失效的网址；表述错误写错误的词语；"
          "标识缺失写缺失的项目；其余可不填", others="subject 栏目 栏目名称 问题对象 对象名称", width=26),
    Field("情况", "detail", cells.plain, "一句话写清问题，整改通知照此列出", True,
          "detail 问题描述 情况说明 问题情况 具体问题 问题", longest=2000, width=46),
    Field("来源", "source", _origin, "不填即为人工巡查；找错留言须在三个工作日内办结", others="source 问题来源", blank=Origin.PATROL,
          choices=tuple(origin.sentence for origin in _WORDS), width=12),
    Field("收到日期", "received", day_or_moment, "收到通报、留言的日期或发现的日期，如 2026-01-31；不填即为导入时",
          others="received 发现日期 收到时间 发现时间 通报日期", blank=None, width=14),
    Field("截图", "screenshots", cells.plain, "PNG 或 JPEG 图片，与本文件放在同一文件夹，写文件名；几张用 | 分开",
          others="screenshot screenshots 截图文件 图片", longest=2000, width=24),
)  # fmt: skip
"""What the template has."""
EXPORTED = (
    Field("类型", "kind", cells.plain, "", others="kind"),
    Field("状态", "state", cells.plain, "", others="state"),
    Field("依据", "facts", cells.plain, "", others="facts", longest=2000),
)
"""What `issues list` prints besides; words in them that are not ours say nothing."""

_OVER = frozenset({State.DISMISSED, State.RECTIFIED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Claim:
    """A file says that it is complete for these checks; without `targets`, for all that are inspected."""

    line: int
    checks: tuple[str, ...]
    targets: tuple[str, ...] | None = None


def pictures(text: str, folder: Path) -> tuple[Path, ...]:
    return tuple(_found(text, folder))


def _found(text: str, folder: Path) -> Iterator[Path]:
    for piece in filter(None, (piece.strip() for piece in text.split("|"))):
        path = folder / piece.replace("\\", "/")
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Unfit(f"“{piece}”不在本文件所在的文件夹里，请把图片放到一起，只写文件名")
        try:
            with path.open("rb") as file:
                beginning = file.read(len(PICTURES[0]))
            size = path.stat().st_size
        except (OSError, ValueError):
            raise Unfit(f"找不到图片“{piece}”，请与本文件放在同一文件夹") from None
        if not beginning.startswith(PICTURES):
            raise Unfit(f"“{piece}”不是 PNG 或 JPEG 图片，请另存后再导入")
        if size > LARGEST_PICTURE:
            raise Unfit(f"“{piece}”太大，最多 {LARGEST_PICTURE // 1024 // 1024} MB，请缩小后再导入")
        yield path


def _state(text: str, folder: Path) -> State | None:
    return _STATE_OF.get(text)


@dataclass(slots=True)
class Reading(people_files.Reading):
    form: ClassVar[Form] = Form(
        (*FIELDS, *EXPORTED),
        unfilled="未填写，请补上",
        silent=("url", "source", "received", "screenshots"),
        own={"screenshots": pictures, "state": _state, "kind": kind},
        printed=("subject",),  # it must be found again as it was printed
        empty="请用 xunjian findings template 取得模板，填好后再导入",
    )
    claims: list[Claim] = field(default_factory=list)

    def take(self, row: Row) -> None:
        state = row.facts.get("state")
        if state in _OVER and not row.faults:
            self.notes.append(row.remark("状态", f"是“{State(state).sentence}”，不是现有的问题，没有导入"))
        else:
            self.rows.append(row)

    def heeds(self, line: int, said: Mapping[str, Any]) -> bool:
        if "complete" not in said:
            return False
        checks, targets = _listed(said["complete"]), _listed(said.get("targets"))
        if checks is None or (targets is None and said.get("targets") is not None):
            mend = '应写成 {"complete": ["column-blank"], "targets": ["标识码"]}，targets 可不写'
            self.unread(line, mend)
        else:
            self.claims.append(Claim(line, checks, targets))
        return True


def _listed(value: Any) -> tuple[str, ...] | None:
    values = value if isinstance(value, list) else [value]
    return tuple(values) if all(isinstance(each, str) for each in values) else None


read_findings = Reading.of
