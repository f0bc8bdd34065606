"""The registers (台账) of the city as CSV files, ready for `xunjian targets import`."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from demo import names
from demo.account import Account, Road
from demo.bridges import BRIDGES
from demo.site import Site
from demo.websites import column_url

SITES = ["网站标识码", "网站名称", "首页网址", "主办单位", "网站类型", "联系人", "联系邮箱", "状态"]
ACCOUNTS = [
    *("账号标识", "平台", "账号名称", "主办单位", "联系邮箱", "采集地址", "状态"),
    *("账号ID", "认证主体", "对照"),
]
COLUMNS = ["网站标识码", "栏目名称", "栏目网址", "栏目类别", "更新时限天数", "豁免"]
UNITS = ["单位名称", "上级单位", "归口单位", "联系人", "联系邮箱"]
RANKS = {"portal": "门户网站", "district": "门户网站", "department": "部门网站", "unit": "部门网站"}


def write(folder: Path, sites: Sequence[Site], accounts: Sequence[Account], port: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _table(folder / "units.csv", UNITS, _units(sites, accounts)),
        _table(folder / "sites.csv", SITES, _sites(sites)),
        _table(folder / "accounts.csv", ACCOUNTS, _accounts(accounts, port)),
        _table(folder / "columns.csv", COLUMNS, _columns(sites)),
    ]


def _table(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
    return path


def _sites(sites: Sequence[Site]) -> Iterable[Sequence[str]]:
    for site in sites:
        yield (
            site.key,
            site.name,
            site.home_url,
            site.unit,
            RANKS[site.rank],
            site.contact,
            site.email,
            "正常",
        )


def _accounts(accounts: Sequence[Account], port: int) -> Iterable[Sequence[str]]:
    for account in accounts:
        roads = "|".join(road_url(road, port) for road in account.roads)
        yield (
            *(account.key, account.platform, account.name, account.unit, account.email, roads, "正常"),
            *(account.platform_id, account.unit, "是" if account.is_control else ""),
        )


def road_url(road: Road, port: int) -> str:
    """A road as the register names it: an address, or an official interface and the account as it is called there."""
    if road.interface:
        return f"{road.interface}:{road.path}"
    return f"http://{BRIDGES[road.bridge]}:{port}{road.path}"


def _columns(sites: Sequence[Site]) -> Iterable[Sequence[str]]:
    """Only what the office must say itself: which columns are exempt."""
    for site in sites:
        for column in site.columns:
            if column.trick == "exempt":
                yield (site.key, column.name, column_url(site, column), "", "", "是")


def _units(sites: Sequence[Site], accounts: Sequence[Account]) -> Iterable[Sequence[str]]:
    seen: set[str] = set()
    people = [(site.unit, site.contact, site.email) for site in sites]
    people += [(account.unit, "", account.email) for account in accounts]
    for unit, contact, email in people:
        if unit not in seen:
            seen.add(unit)
            above = "" if unit == names.CITY_OFFICE else names.CITY_OFFICE
            yield (unit, above, names.CITY_OFFICE, contact, email)
