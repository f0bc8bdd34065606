"""The program itself: its packages, its settings, its checks, its calendar."""

import platform
import stat
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import match
from typing import Any
from urllib.parse import urlsplit

from checks.calendar import WorkCalendar
from console.doctor.examination import Case, Finding, remind, trouble, well
from console.settings import FILE, Settings, built_in, load_settings
from console.wiring import catalogue
from crawler.clock import CHINA

SECRETS_FILE = Path("/etc/xunjian/xunjian.env")
"""Where the service reads its secrets (deploy/xunjian.service)."""

DECEMBER = 12


def program(case: Case) -> Finding:
    """Versions; a package that is missing is told before some command trips over it."""
    missing = [name for name in _required() if not _is_installed(name)]
    versions = f"xunjian {version('xunjian')}，Python {platform.python_version()}"
    if missing:
        mend = "请重新安装（见 README.zh-CN.md“部署为服务”第 2 步）"
        return trouble(f"{versions}，缺少程序包 {'、'.join(missing)}", mend)
    return well(versions)


def _required() -> list[str]:
    """Names of the packages that the program needs on every system."""
    stated = [match(r"[\w.-]+", line) for line in requires("xunjian") or () if ";" not in line]
    return [found.group() for found in stated if found]


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def settings(case: Case) -> Finding:
    """The settings of the current folder; all that follows stands on them."""
    case.settings = load_settings()
    here = Path.cwd()
    if not FILE.exists():
        return remind(
            f"当前文件夹 {here} 中没有 {FILE}，全部用默认值",
            "请在 xunjian init 时所在的文件夹中运行（服务是 /var/lib/xunjian）",
        )
    secrets = _secrets(tomllib.loads(FILE.read_text("utf-8")))
    if secrets and FILE.stat().st_mode & stat.S_IROTH:
        return remind(
            f"{here / FILE}，其中的 {'、'.join(secrets)} 含密码或密钥，而本机其他用户可以读取",
            f"请改写在环境变量文件 {SECRETS_FILE} 中，或执行 chmod o-r {FILE}",
        )
    return well(f"{here / FILE}")


def _secrets(written: dict[str, Any]) -> list[str]:
    """Names of the settings in the file that hold a secret."""
    reports, tracker = written.get("reports", {}), written.get("tracker", {})
    always = [
        f"reports.{key}" for key in ("smtp_password", "reply_link_key", "alarm_robots") if reports.get(key)
    ]
    addresses = {
        "reports.smtp_url": reports.get("smtp_url"),
        "tracker.database_url": tracker.get("database_url"),
    }
    return always + [name for name, address in addresses.items() if address and _has_password(str(address))]


def _has_password(address: str) -> bool:
    try:
        return bool(urlsplit(address).password)
    except ValueError:
        return False


def office(case: Case) -> Finding:
    """Whose name stands in visits and in notices."""
    if case.settings.crawler.allow_private_addresses:
        mend = "这只用于测试：请把设置项 crawler.allow_private_addresses 改为 false"
        return remind("允许访问内网和本机地址", mend)
    given, standard = _names(case.settings), _names(built_in())
    if left := [name for name in given if given[name] == standard[name]]:
        return remind(f"{'、'.join(left)} 还是默认值", f"请在 {FILE} 中写上本办公室的名称和电话")
    return well(f"{given['reports.office']}，{given['reports.contact']}")


def _names(settings: Settings) -> dict[str, str]:
    return {
        "crawler.user_agent": settings.crawler.user_agent,
        "reports.office": settings.reports.office,
        "reports.contact": settings.reports.contact,
    }


def checks(case: Case) -> Finding:
    """What is judged at all."""
    found = catalogue(case.settings)
    if found.failures:
        first = found.failures[0]
        return trouble(
            f"检查项未能加载 {len(found.failures)} 个，如 {first.package} 的 {first.entry}（{first.error}）",
            "请联系该软件包的提供者，或将其卸载；xunjian checks list 列出全部",
        )
    off = len(case.settings.checks.switched_off)
    return well(f"启用 {len(found.checks)} 个" + (f"，停用 {off} 个" if off else ""))


def calendar(case: Case) -> Finding:
    """Whether deadlines of this year, and from December on of the next, rest on published days or the office's own."""
    days, today = WorkCalendar.of(case.settings.checks), case.clock.now().astimezone(CHINA).date()
    known = {day.year for day in (*days.extra_holidays, *days.extra_workdays)}
    mend = "请升级程序；升级之前在设置项 checks.extra_holidays、checks.extra_workdays 中写上国务院公布的日子"
    if days.uncovered(today.year) and today.year not in known:
        return trouble(f"不知道 {today.year} 年的放假安排，整改时限按预测计算", mend)
    coming = today.year + 1
    if today.month == DECEMBER and days.uncovered(coming) and coming not in known:
        return remind(f"还不知道 {coming} 年的放假安排，跨年的整改时限按预测计算", mend)
    return well(f"{today.year} 年放假和调休安排已知")
