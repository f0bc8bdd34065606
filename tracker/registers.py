"""The registers (台账) the office keeps: their headings, how each cell is read, and how a table tells which one it is."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from checks.column_classes import LABELS, letter_of
from tracker import cells
from tracker.cells import Reader, TargetState, Warn
from tracker.frequency import HEADING, frequency

Facts = dict[str, Any]
ROW_NUMBER = "序号"
"""Numbers the lines of the file and says nothing of what stands in them: not kept."""


@dataclass(frozen=True, slots=True)
class Field:
    """One heading: which fact it is, how its cells are read, and what the template says of it."""

    heading: str
    fact: str
    read: Reader
    hint: str
    required: bool = False
    others: str = ""
    """Usual headings of other programs that mean the same."""
    blank: Any = ""
    """What an empty cell means."""
    longest: int = 300
    choices: tuple[str, ...] = ()
    width: int = 20
    keeps_word: bool = False
    """The word in the cell is put under one of ours; where it is another one, it is kept besides."""
    is_filed: bool = False
    """Read and checked, and kept under its heading: nothing here asks for it."""
    is_offered: bool = True
    """It stands in the template."""


@dataclass(frozen=True, slots=True)
class Register:
    """`mark`: facts of which at least one heading must be there for a table to be this register."""

    name: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    mark: tuple[str, ...]
    kind: str = ""
    """The kind of target that stands in it, if any does."""
    gather: Callable[[Facts, Warn], None] = lambda facts, warn: None
    """What several headings of a row say together becomes one fact."""

    @property
    def offered(self) -> tuple[Field, ...]:
        """What the template asks for."""
        return tuple(each for each in self.fields if each.is_offered)

    def key_of(self, facts: Mapping[str, Any]) -> Hashable:
        return tuple(facts[fact] for fact in self.key)

    def heading(self, fact: str) -> str:
        return next(each.heading for each in self.fields if each.fact == fact)


@dataclass(frozen=True, slots=True)
class Headings:
    """A heading line: which column holds which fact, and what the others are called."""

    register: Register
    fields: dict[int, Field]
    unknown: dict[int, str]
    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    width: int


def column_class(text: str, warn: Warn) -> str:
    if letter_of(text) is None:
        usual = "、".join(LABELS.values())
        warn(f"不认识栏目类别“{text}”，已照原样保留，类别按栏目名称推断；常用写法：{usual}")
    return text


def _state() -> Field:
    words = tuple(state.word for state in TargetState if state is not TargetState.CONTROL)
    return Field(
        "状态", "state", cells.state, "正常、临时下线、关停、拟开设；关停中（公示）按正常巡检；新对象不填即为正常",
        others="网站状态 账号状态 运行状态 当前状态 站点状态 开设状态", blank=None, choices=words, width=12, keeps_word=True,
    )  # fmt: skip


def _since() -> Field:
    return Field(
        "生效日期", "since", cells.day, "状态或主办单位从哪一天起如此；不填则变更从导入当天起算，如 2026-01-31",
        others="状态生效日期 变更日期 状态变更日期 关停日期 注销日期", blank=None, width=14,
    )  # fmt: skip


def _opened() -> Field:
    return Field(
        "开设日期", "opened_on", cells.opening_day, "如 2026-01-31；不填即为不详。只有写明的开设日期才使新账号免于判定",
        others="开设时间 开通日期 开通时间 上线日期 上线时间 开办日期 开办时间", blank=None, width=14,
    )  # fmt: skip


def _unit() -> Field:
    return Field(
        "主办单位", "unit", cells.unit_name, "与单位台账中的单位名称一致；没有单位台账时即以此为准", required=True,
        others="主办单位名称 网站主办单位 账号主办单位 主办部门 开办单位 开办主体 单位名称", width=30,
    )  # fmt: skip


def _contact() -> Field:
    return Field("联系人", "contact", cells.plain, "姓名", others="联系人姓名 联系人员", width=12)


def _email() -> Field:
    return Field(
        "联系邮箱", "email", cells.emails, "整改通知发往此处；多个用分号隔开",
        others="邮箱 电子邮箱 电子邮件 联系人邮箱 邮箱地址 E-mail Email", width=28,
    )  # fmt: skip


SITES = Register(
    "sites", "网站",
    (
        Field("网站标识码", "key", cells.site_code, "10位数字，按文本填写", True,
              "标识码 政府网站标识码 站点标识码 网站代码 网站识别码", longest=64, width=16),
        Field("网站名称", "name", cells.plain, "全称", True, "站点名称 网站名 政府网站名称 名称", width=32),
        Field("首页网址", "url", cells.url, "以 http:// 或 https:// 开头", True,
              "网址 网站网址 网站地址 首页地址 网站首页 网站首页网址 首页URL", width=36, longest=2000),
        _unit(),
        Field("网站类型", "site_type", cells.plain, "如 门户网站、部门网站、专项网站", others="网站类别 站点类型", longest=40,
              choices=("门户网站", "部门网站", "专项网站"), width=12),
        _contact(), _email(), _state(), _opened(), _since(),
    ),
    key=("key",), mark=("key", "url"), kind="site",
)  # fmt: skip

NUMBERS = range(1, 10)
"""Of 数据源1 to 数据源9."""


def gather_roads(facts: Facts, warn: Warn) -> None:
    """采集地址 and 数据源1 to 9 are one list in this order, each with its 独立性 behind it."""
    told = [facts.get("url", ""), *(facts.pop(f"road{number}", "") for number in NUMBERS)]
    upstreams = [facts.pop("upstreams", ""), *(facts.pop(f"upstream{number}", "") for number in NUMBERS)]
    if "url" not in facts and not any(told):
        return
    roads: dict[str, str] = {}
    for addresses, words in zip(told, upstreams, strict=True):
        for road, word in zip_longest(addresses.split("|"), words.split("|"), fillvalue=""):
            if road:
                roads[road] = roads.get(road) or word
            elif word:
                warn(f"独立性“{word}”没有对应的采集地址，没有采用")
    facts["url"] = "|".join(f"{road} 独立性={word}" if word else road for road, word in roads.items())


def _filed(heading: str, fact: str, read: Reader = cells.plain, hint: str = "", **more: Any) -> Field:
    return Field(heading, fact, read, hint, is_filed=True, **more)


def _numbered_roads() -> tuple[Field, ...]:
    return tuple(
        field
        for number in NUMBERS
        for field in (
            Field(f"数据源{number}", f"road{number}", cells.addresses, "", longest=2000, is_offered=False),
            Field(f"独立性{number}", f"upstream{number}", cells.word, "", longest=40, is_offered=False),
        )
    )


ACCOUNTS = Register(
    "accounts", "账号",
    (
        Field("账号标识", "key", cells.key, "平台给的账号标识（gh_…、数字等），按文本填写", True,
              "账号ID 平台账号ID 账号唯一标识 账号编号 账号", longest=64, width=24),
        Field("平台", "platform", cells.platform, "从下拉列表选择", True,
              "平台类型 所属平台 平台名称 账号平台 新媒体平台 新媒体类型", choices=tuple(cells.PLATFORMS), width=14, keeps_word=True),
        Field("账号名称", "name", cells.plain, "平台上显示的名称", True, "账号名 账号昵称 昵称 新媒体名称 新媒体账号名称", width=26),
        _unit(), _email(),
        Field("采集地址", "url", cells.addresses, "订阅地址（RSS、Atom、JSON Feed），多个用 | 分开；可写成 方式:地址；也可分写在 数据源1、数据源2…", others="数据源 订阅地址 采集源 采集渠道",
              width=44, longest=8000),
        _state(), _contact(), _opened(), _since(),
        Field("独立性", "upstreams", cells.words, "各采集地址的内容取自何处，依次用 | 分开；写同一个词的渠道不能互相印证", width=18),
        Field("账号ID", "account_id", cells.key, "与账号标识不同时填写：AppID、uid、sec_uid、商店应用编号等，按文本填写", longest=300, width=26),
        Field("曾用名", "former_names", cells.names, "多个用、分开；更名报备后旧名写在这里", others="原名称 原账号名称", width=22),
        Field("主页链接", "homepage", cells.link, "账号主页的网址，人工核验时打开", others="账号链接 主页网址 主页地址 账号主页", width=36, longest=2000),
        Field("二维码", "qr_code", cells.link, "二维码图片的网址", others="二维码链接 二维码地址", width=20, longest=2000),
        Field("认证主体", "owner", cells.unit_name, "平台上显示的认证主体全称，与平台不一致会列为问题", others="认证主体名称 账号主体", width=30),
        Field("对照", "is_control", cells.yes_or_no, "是：对照账号，只用来判断采集渠道是否正常，不判定、不统计；选每日都发布的大媒体账号",
              others="对照账号 是否对照", blank=False, choices=("是", "否"), width=8),
        _filed("主管单位", "supervisor", cells.unit_name, others="主管部门", width=30),
        _filed("承办/运维单位", "operator", cells.unit_name, others="承办单位 运维单位 承办运维单位", width=30),
        _filed("负责人", "person", others="责任人 分管负责人", width=12),
        _filed("联系电话", "phone", cells.digits, "按文本填写", others="电话 联系人电话 手机 手机号码", width=16),
        _filed("功能分类", "purpose", others="服务类型 账号类型", choices=("信息发布", "政民互动", "办事服务", "综合"), width=12),
        _filed("层级", "level", others="行政层级 账号层级", choices=("省级", "市级", "县级", "乡级"), width=10),
        _filed("行政区划代码", "area", cells.digits, "按文本填写", others="区划代码", width=14),
        _filed("备案日期", "filed_on", cells.day, "如 2026-01-31", others="报备日期 备案时间", width=14),
        _filed("备案编号", "filing", cells.digits, "按文本填写", others="备案号", width=18),
        _filed("关注数", "followers", cells.count, "", others="粉丝数 关注人数 粉丝量", width=12),
        _filed("发布总数", "published", cells.count, "", others="发文总数 信息总数 发布数", width=12),
        _filed(HEADING, "frequency", frequency, "本地另有更严要求的照实填写，如 每日、每周、每7天；不填即为14天", others="更新频率", width=14),
        _filed("授权方式", "grant", others="授权类型", choices=("第三方平台", "抖音", "快手", "微博", "无"), width=12),
        _filed("授权到期日", "grant_ends", cells.day, "如 2026-01-31", others="授权到期时间 授权有效期至", width=14),
        _filed("备注", "remark", longest=2000, width=30),
        *_numbered_roads(),
    ),
    key=("key",), mark=("key", "name"), kind="account", gather=gather_roads,
)  # fmt: skip

COLUMNS = Register(
    "columns", "栏目",
    (
        Field("网站标识码", "site", cells.site_code, "该网站须已在网站台账中；按文本填写", True,
              "标识码 政府网站标识码 站点标识码 网站代码 网站识别码", longest=64, width=16),
        Field("栏目名称", "name", cells.plain, "与网站上的名称一致", True, "栏目 栏目名", width=26),
        Field("栏目网址", "url", cells.url, "可不填", others="栏目地址 栏目链接 栏目URL", width=40, longest=2000),
        Field("栏目类别", "column_class", column_class, "决定更新时限：动态要闻类14天等；不填则按名称推断", others="栏目类型 栏目分类 类别",
              longest=40, choices=tuple(LABELS.values()), width=16),
        Field("更新时限天数", "limit_days", cells.days, "另有规定时填写，自然日，如 14", others="更新时限 更新期限 更新期限天数 更新周期天数 更新周期",
              blank=None, width=14),
        Field("豁免", "exempt", cells.yes_or_no, "是：不判更新和空白", others="是否豁免", blank=False, choices=("是", "否"), width=8),
    ),
    key=("site", "name", "url"), mark=("name",),
)  # fmt: skip

UNITS = Register(
    "units", "单位",
    (
        Field("单位名称", "name", cells.unit_name, "全称，与网站、账号台账中的主办单位一致", True, "机构名称 部门名称", width=32),
        Field("上级单位", "parent", cells.unit_name, "", others="上级主管单位 主管单位", width=30),
        Field("归口单位", "overseer", cells.unit_name, "归口管理的单位", others="归口管理单位 归口部门", width=30),
        _contact(), _email(),
    ),
    key=("name",), mark=("name",),
)  # fmt: skip

TERMS = Register(
    "terms", "错误表述",
    (
        Field("错误表述", "wrong", cells.plain, "", True, "错误用语 错误词 错误写法", width=32),
        Field("正确表述", "right", cells.plain, "", others="正确用语 正确词 正确写法 建议表述", width=32),
        Field("类别", "category", cells.plain, "如 规范表述、错别字", others="错误类型 分类", longest=40, width=16),
        Field("生效日期", "effective_from", cells.day, "从哪一天起判；不填即一直", others="启用日期 实施日期", blank=None, width=14),
    ),
    key=("wrong",), mark=("wrong",),
)  # fmt: skip

ORDER = (UNITS, SITES, ACCOUNTS, COLUMNS, TERMS)
"""In which they are taken in: each may name what stands in those before it."""
TELLING = (COLUMNS, TERMS, ACCOUNTS, SITES, UNITS)
"""Which goes first where a table may as well be one as another: a column register has a 网站标识码 too, a site register a 主办单位."""


def recognise(texts: Sequence[str], aliases: Mapping[str, str]) -> Headings | None:
    """What register these headings belong to; None if to none. `aliases`: the office's own, other heading to ours.

    Headings of one register may stand in another one besides: what lacks nothing goes before what lacks something, then
    what has more of the required headings, then what has more of all.
    """
    other = {bare(name): bare(ours) for name, ours in aliases.items()}
    names = [bare(text) for text in texts]
    found: list[Headings] = []
    for register in TELLING:
        fields, doubled = _matched(register, names, other)
        known = {each.fact for each in fields.values()}
        if known.isdisjoint(register.mark) or len(fields) < min(2, sum(map(bool, names))):
            continue
        missing = tuple(each.heading for each in register.fields if each.required and each.fact not in known)
        found.append(Headings(register, fields, _unknown(texts, fields), missing, doubled, len(texts)))
    most = max((len(each.fields) for each in found), default=0)
    return max(found, key=lambda each: _fitness(each, most), default=None)


def _fitness(headings: Headings, most: int) -> tuple[bool, int, int]:
    """`most`: headings that any register knows here. One required heading alone (单位名称) proves little against more."""
    required, count = sum(each.required for each in headings.fields.values()), len(headings.fields)
    return not headings.missing and (required > 1 or count == most), required, count


def _matched(
    register: Register, names: Sequence[str], aliases: Mapping[str, str]
) -> tuple[dict[int, Field], tuple[str, ...]]:
    """Our own heading goes before the office's alias, and that before another usual one; the second of two is kept as unknown."""
    own = {bare(each.heading): each for each in register.fields}
    usual = {bare(other): each for each in register.fields for other in each.others.split()}
    alias = {name: each for name, ours in aliases.items() if (each := own.get(ours) or usual.get(ours))}
    found: dict[int, Field] = {}
    doubled: list[str] = []
    for table in (own, alias, usual):
        for position, name in enumerate(names):
            each = table.get(name)
            if each is None or position in found:
                continue
            if each.fact in {taken.fact for taken in found.values()}:
                doubled.append(each.heading)
            else:
                found[position] = each
    _lend(register, names, usual, found)
    return found, tuple(doubled)


def _lend(
    register: Register, names: Sequence[str], usual: Mapping[str, Field], found: dict[int, Field]
) -> None:
    """What a register cannot do without goes before what it may have: an 账号ID alone is the 账号标识."""
    there = {each.fact for each in found.values()}
    for position, name in enumerate(names):
        needed = usual.get(name)
        if needed and needed.required and needed.fact not in there:
            found[position] = needed
            there.add(needed.fact)


def _unknown(texts: Sequence[str], fields: Mapping[int, Field]) -> dict[int, str]:
    names: dict[int, str] = {}
    for position, text in enumerate(texts):
        if position not in fields and bare(text) != ROW_NUMBER:
            name = cells.tidy(text) or f"第{position + 1}列"
            names[position] = name if name not in names.values() else f"{name}（第{position + 1}列）"
    return names


def known_headings() -> set[str]:
    """Ours and the usual ones of other programs."""
    fields = [each for register in ORDER for each in register.fields]
    return {bare(name) for each in fields for name in (each.heading, *each.others.split())}


def bare(heading: str) -> str:
    """A heading without blanks, asterisks and remarks in brackets: 首页网址*（必填） is 首页网址."""
    text = re.sub(r"\s|\*|[:]$", "", cells.half_width(cells.tidy(heading)))
    return re.sub(r"(?<=.)\(.*?\)|(?<=.)【.*?】", "", text).lower()
