"""From the text of one cell to its value, or the reason why not and how to mend it (in the office's words).

A reader takes the text and a `warn` to speak of what it mended or could not place; it raises `Unfit` for what it refuses.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from crawler.clock import CHINA
from crawler.targets import Road
from tracker.sheets import UNCOMPUTED

Warn = Callable[[str], None]
Reader = Callable[[str, Warn], Any]


class Unfit(ValueError):
    """The cell cannot be taken; the message names the fault and the mend."""


class TargetState(StrEnum):
    """In which state a register says a target is (状态), with the word the office reads."""

    word: str

    def __new__(cls, value: str, word: str = "") -> "TargetState":
        member = str.__new__(cls, value)
        member._value_ = value
        member.word = word
        return member

    RUNNING = "running", "正常"
    TEMPORARY_OFFLINE = "temporary-offline", "临时下线"
    CLOSED = "closed", "关停"
    PLANNED = "planned", "拟开设"
    CONTROL = "control", "对照"
    """Tells whether the bridges of others live: visited, never judged, in no count. Said by 对照, not by 状态."""


STATES = {
    TargetState.RUNNING: "正常 运行 正常运行 运行中 在用 启用 正常更新 关停中 关停中(公示) 关停公示 注销中",
    TargetState.TEMPORARY_OFFLINE: "临时下线 临时关停 改版 改版中 暂停",
    TargetState.CLOSED: "关停 已关停 注销 已注销 关闭 已关闭",
    TargetState.PLANNED: "拟开设 拟建 筹建 待开设",
}
"""A target that is about to be closed (关停中) keeps its duty to update until the closure is approved."""

PLATFORMS = {
    "微信公众号": "微信 公众号 微信公众平台 订阅号 服务号 微信订阅号 微信服务号 wechat weixin",
    "微博": "新浪微博 政务微博 weibo",
    "抖音": "抖音号 抖音短视频 douyin",
    "今日头条": "头条 头条号 今日头条号 toutiao",
    "快手": "快手号 kuaishou",
    "视频号": "微信视频号",
    "哔哩哔哩": "b站 哔哩 bilibili",
    "小红书": "小红书号 xiaohongshu",
    "人民号": "",
    "小程序": "微信小程序 支付宝小程序",
    "移动客户端": "客户端 手机客户端 app 移动app 手机app",
    "其他": "其它",
}
OTHER_PLATFORM = "其他"

_STATE_OF = {word: state for state, words in STATES.items() for word in words.split()}
_PLATFORM_OF = {word: name for name, words in PLATFORMS.items() for word in (name, *words.split())}

NOTHING = frozenset({"无", "暂无", "/", "-", "—", "——"})
"""What clerks write into a cell that has nothing to say."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[Ee]\+?\d+")
_AS_TEXT = re.compile(r"""="(.*)"|'(.*)""")
"""What Excel users put around a number that is to stay text."""
_LOST_DIGITS = re.compile(r"\d{15}0{3,}")
_FORMULA_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\.?|localhost|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
_EMAIL = re.compile(r"[\w.+%'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_ADAPTER = re.compile(r"([A-Za-z][A-Za-z0-9_]*):(?!//)(.*)", re.DOTALL)
_UPSTREAM = re.compile(r"(.*?)\s+独立性\s*[=:]\s*(\S+)", re.DOTALL)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?([ T]0?0:00(:00)?)?|(\d{4})(\d{2})(\d{2})")
_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T](\d{1,2}):(\d{2})(?::(\d{2}))?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")


def tidy(text: str) -> str:
    """One line, no invisible marks, blanks (also full-width ones) single and none at the ends."""
    return " ".join(_INVISIBLE.sub("", text).split())


def half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def lost_its_digits(text: str) -> bool:
    """Excel wrote a long number as 4.10800E+09: what it was cannot be known from it."""
    return bool(_SCIENTIFIC.fullmatch(text))


def computed(text: str) -> str:
    """Refuses what a formula left in a cell instead of a value, and what could not be decoded."""
    if text == UNCOMPUTED:
        raise Unfit("单元格是公式，文件里没有算出的结果：请在 Excel 中打开并保存，或改成实际内容")
    if text.upper() in _FORMULA_ERRORS:
        raise Unfit(f"单元格公式出错（{text}），请改成实际内容")
    if "\ufffd" in text:
        raise Unfit(f"“{text}”中有无法识别的字符，请重新填写，文件另存为 UTF-8 编码或 .xlsx")
    return text


def plain(text: str, warn: Warn) -> str:
    return text


def key(text: str, warn: Warn) -> str:
    """网站标识码, 账号标识: kept letter by letter."""
    text = re.sub(r"\s", "", half_width(text))
    if found := _AS_TEXT.fullmatch(text):
        text = found[1] or found[2] or ""
    if lost_its_digits(text):
        raise Unfit(
            f"“{text}”是 Excel 把长数字改成的科学计数法，原来的号码已经丢失；请先把该列设置为“文本”格式，再重新粘贴原始号码"
        )
    if _LOST_DIGITS.fullmatch(text):
        warn(f"“{text}”末尾连续为0，可能是 Excel 只保留15位数字所致，请核对原始号码")
    return text


def digits(text: str, warn: Warn) -> str:
    """Telephone numbers, 行政区划代码: refused where Excel has lost what they were."""
    if lost_its_digits(half_width(text)):
        return key(text, warn)
    return text


def names(text: str, warn: Warn) -> str:
    """曾用名: several with 、."""
    return "、".join(dict.fromkeys(filter(None, (tidy(piece) for piece in re.split(r"[、,，;；|]", text)))))


def word(text: str, warn: Warn) -> str:
    """独立性: from where a road draws, one word."""
    return re.sub(r"[\s|]", "", half_width(text))


def words(text: str, warn: Warn) -> str:
    return "|".join(word(piece, warn) for piece in half_width(text).split("|"))


def link(text: str, warn: Warn) -> str:
    """主页链接, 二维码: for people to open, so that a bad one costs no row."""
    try:
        return url(text, warn)
    except Unfit as error:
        warn(f"{error}；已照原样保留")
        return text


def count(text: str, warn: Warn) -> str:
    """关注数, 发布总数: 12,345 and 1.2万 are numbers too."""
    found = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)([万亿]?)", _word(text))
    if not found:
        warn(f"“{text}”不是数字，已照原样保留")
        return text
    return str(round(float(found[1].replace(",", "")) * {"": 1, "万": 10**4, "亿": 10**8}[found[2]]))


def site_code(text: str, warn: Warn) -> str:
    code = key(text, warn)
    if len(code) != 10:
        warn(f"网站标识码一般为10位，“{code}”为{len(code)}位，请核对")
    return code


def unit_name(text: str, warn: Warn) -> str:
    """One spelling for one unit: no blanks inside a Chinese name, brackets full-width."""
    if re.search(r"[\u4e00-\u9fff]", text):
        text = re.sub(r"\s", "", text).replace("(", "（").replace(")", "）")
    return text


def state(text: str, warn: Warn) -> str:
    found = _STATE_OF.get(_word(text)) if text else TargetState.RUNNING
    if found is None:
        raise Unfit(f"不认识“{text}”，请填写：正常、临时下线、关停、拟开设、关停中（公示）")
    return found


def platform(text: str, warn: Warn) -> str:
    word = _word(text).lower()
    found = _PLATFORM_OF.get(word) or _PLATFORM_OF.get(re.sub(r"\(.*?\)", "", word))
    if found is None:
        warn(f"不认识平台“{text}”，已按“其他”记录；常用写法：{'、'.join(PLATFORMS)}")
    return found or OTHER_PLATFORM


def url(text: str, warn: Warn) -> str:
    address = half_width(text)
    if address != text:
        warn("网址中的全角字符已改为半角，请核对")
    if not re.match(r"https?://", address, re.IGNORECASE):
        if "://" in address:
            raise Unfit(f"“{text}”不是网页地址，只支持 http:// 或 https:// 开头")
        raise Unfit("缺少 http:// 或 https:// 开头，请补全")
    if re.search(r"\s", address):
        raise Unfit(f"“{text}”中间有空格，请去掉；一格只填一个网址")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not _HOST.fullmatch(host):
        raise Unfit(f"“{text}”的域名不完整或有误，请改正，例如 https://www.example.gov.cn/")
    return address


def addresses(text: str, warn: Warn) -> str:
    """采集地址: one or several with |, each a plain address or `adapter:…`, with 独立性=… behind it if that is told."""
    pieces = [tidy(piece) for piece in half_width(text).split("|")]
    return "|".join(_road(piece, warn) for piece in pieces if piece)


def _road(piece: str, warn: Warn) -> str:
    road = road_of(piece)
    upstream = f" 独立性={road.upstream}" if road.upstream else ""
    if not road.adapter:
        return url(road.address, warn) + upstream
    address = road.address.strip()
    if not address or " " in address:
        raise Unfit(f"“{piece}”中“{road.adapter}:”之后应为网址或账号标识，请补全")
    return f"{road.adapter}:{url(address, warn) if '://' in address else address}{upstream}"


def road_of(piece: str) -> Road:
    """The adapter is what stands before the first colon, unless that is the scheme of an address."""
    told = _UPSTREAM.fullmatch(piece)
    place, upstream = (told[1], told[2]) if told else (piece, "")
    named = _ADAPTER.fullmatch(place)
    return Road(named[2], named[1].lower(), upstream) if named else Road(place, upstream=upstream)


def emails(text: str, warn: Warn) -> str:
    found = [piece for piece in re.split(r"[;,、\s]+", half_width(text)) if piece]
    for piece in found:
        if not _EMAIL.fullmatch(piece):
            raise Unfit(f"“{piece}”不是完整的邮箱地址，请改正；多个邮箱用分号隔开")
    return ";".join(dict.fromkeys(found))


def day(text: str, warn: Warn) -> date | None:
    if not text:
        return None
    found = _DATE.fullmatch(half_width(text))
    try:
        if found:
            return date(*(int(part) for part in (found.group(1, 2, 3) if found[1] else found.group(6, 7, 8))))
    except ValueError:
        pass
    raise Unfit(f"“{text}”不是日期，请写成 2026-01-31 的样子")


def moment(text: str, warn: Warn) -> date | datetime | None:
    """A moment in Asia/Shanghai, or a day where no time is given."""
    if not text:
        return None
    found = _MOMENT.fullmatch(half_width(text))
    if not found:
        return day(text, warn)
    try:
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=CHINA)  # type: ignore[arg-type, misc]
    except ValueError:
        raise Unfit(f"“{text}”不是时间，请写成 2026-01-31 09:30 的样子") from None


def opening_day(text: str, warn: Warn) -> date | None:
    """开设日期: where only the month is known its last day stands for it, which spares a new account rather longer."""
    month = _MONTH.fullmatch(half_width(text))
    if month and 1 <= int(month[2]) <= 12 and int(month[1]) > 0:
        year, number = int(month[1]), int(month[2])
        warn(f"“{text}”只有年月，按当月最后一天计")
        return date(year, number, calendar.monthrange(year, number)[1])
    return day(text, warn)


def days(text: str, warn: Warn) -> int | None:
    """A limit in calendar days; 14, 14天."""
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,5})(\.0+)?[天日]?", _word(text))
    if not found or int(found[1]) == 0:
        raise Unfit(f"“{text}”不是正整数，请填写天数，例如 14")
    return int(found[1])


def yes_or_no(text: str, warn: Warn) -> bool:
    word = _word(text).lower()
    if word in {"是", "y", "yes", "true", "1", "√", "✓"}:
        return True
    if word in {"", "否", "n", "no", "false", "0", "×"}:
        return False
    raise Unfit(f"“{text}”只能填“是”或“否”")


def _word(text: str) -> str:
    return re.sub(r"\s", "", half_width(text))
