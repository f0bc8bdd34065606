"""The five registers (台账) and their columns: which cell means what, how it is read, and other headings for it.

Sources: design.md part 10 (the stable headings), newmedia.md part 7 (optional columns of the filing systems).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker import cells
from tracker.cells import Reader


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a register: its heading (表头), the attribute it fills, and how a cell of it is read."""

    heading: str
    name: str
    read: Reader = cells.plain
    required: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterKind:
    """One kind of register. `key`: the attributes that tell its rows apart."""

    name: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def required(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.required)

    def headings(self, aliases: Mapping[str, str]) -> dict[str, Field]:
        """Every heading that this register understands."""
        known = {heading: field for field in self.fields for heading in (field.heading, *field.also)}
        known |= {other: known[heading] for other, heading in aliases.items() if heading in known}
        return {squeezed(heading): field for heading, field in known.items()}


def squeezed(heading: str) -> str:
    """A heading without blanks, brackets' contents and required marks: 首页 网址（必填）* is 首页网址."""
    text = cells.half_width(heading)
    return "".join(text.partition("(")[0].split()).rstrip("*:")


_STANDING = (
    Field("状态", "state", cells.state, also=("运行状态", "网站状态", "账号状态")),
    Field("开设日期", "opened_on", cells.opening_day, also=("开办时间", "开通时间", "开设时间", "开通日期")),
    Field("生效日期", "valid_from", cells.day),
    Field("失效日期", "valid_to", cells.day),
)
_CONTACT = (
    Field("联系人", "contact"),
    Field("联系邮箱", "email", cells.emails, also=("邮箱", "电子邮箱", "联系人邮箱")),
)
_SITE_CODE = Field("网站标识码", "key", cells.site_code, True, ("标识码", "政府网站标识码"))
_UNIT = Field("主办单位", "unit", cells.unit_name, True, ("主办单位名称", "开办单位", "主办部门"))

UNITS = RegisterKind(
    "units",
    "单位台账",
    (
        Field("单位名称", "name", cells.unit_name, True),
        Field("上级单位", "parent", cells.unit_name),
        Field("归口单位", "overseer", cells.unit_name),
        *_CONTACT,
    ),
    ("name",),
)
SITES = RegisterKind(
    "sites",
    "网站台账",
    (
        _SITE_CODE,
        Field("网站名称", "name", required=True, also=("站点名称",)),
        Field("首页网址", "url", cells.url, True, ("网址", "首页地址", "网站首页网址", "网站地址")),
        _UNIT,
        Field("网站类型", "site_type"),
        *_CONTACT,
        *_STANDING,
    ),
    ("key",),
)
ACCOUNTS = RegisterKind(
    "accounts",
    "账号台账",
    (
        Field("账号标识", "key", cells.key, True, ("账号ID", "账号")),
        Field("平台", "platform", cells.platform, True, ("平台类型", "账号平台", "所属平台")),
        Field("账号名称", "name", required=True, also=("新媒体名称",)),
        _UNIT,
        Field("采集地址", "url", cells.addresses, also=("数据源",)),
        *_CONTACT,
        *_STANDING,
    ),
    ("key",),
)
COLUMNS = RegisterKind(
    "columns",
    "栏目台账",
    (
        _SITE_CODE,
        Field("栏目名称", "name", required=True),
        Field("栏目网址", "url", lambda text, warn: cells.url(text, warn) if text else ""),
        Field("栏目类别", "column_class"),
        Field("更新时限天数", "limit_days", cells.days, also=("更新时限",)),
        Field("豁免", "exempt", cells.yes_or_no),
    ),
    ("key", "name", "url"),
)
TERMS = RegisterKind(
    "terms",
    "错误表述台账",
    (
        Field("错误表述", "wrong", required=True),
        Field("正确表述", "right", required=True),
        Field("类别", "category"),
        Field("生效日期", "effective_from", cells.day),
    ),
    ("wrong",),
)

KINDS = (UNITS, SITES, ACCOUNTS, COLUMNS, TERMS)
"""In the order in which they lean on each other."""


def kind_of(headings: Iterable[str], aliases: Mapping[str, str]) -> RegisterKind | None:
    """The register that these headings are of: it has all the columns that must be there."""
    there = {squeezed(heading) for heading in headings}
    for kind in KINDS:
        known = kind.headings(aliases)
        if {field.name for field in kind.required} <= {known[word].name for word in there if word in known}:
            return kind
    return None


def nearest_kind(headings: Iterable[str], aliases: Mapping[str, str]) -> tuple[RegisterKind, list[str]]:
    """The register that these headings are nearest to, and what is missing from it."""
    there = {squeezed(heading) for heading in headings}

    def missing(kind: RegisterKind) -> list[str]:
        known = kind.headings(aliases)
        have = {known[word].name for word in there if word in known}
        return [field.heading for field in kind.required if field.name not in have]

    nearest = min(KINDS, key=lambda kind: len(missing(kind)) / len(kind.required))
    return nearest, missing(nearest)
