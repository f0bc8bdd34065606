"""The way out: mail, alarms, browser, fonts, the network, and the clock that the network tells."""

import asyncio
import contextlib
import logging
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime

import aiohttp
from sqlalchemy import func, select

from console.doctor.examination import Case, Finding, remind, trouble, well
from crawler.browser_program import find as find_browser
from crawler.clock import CHINA
from crawler.guard import ForbiddenAddress, public_socket
from crawler.observations import Problem
from crawler.settings import CrawlerSettings
from crawler.spiders.handler import lenient_context
from crawler.targets import Site
from reports.post import ADDRESS, Unreachable, open_post
from reports.settings import ReportSettings
from tracker.models import Link
from tracker.outbox import Outcome
from tracker.registry import read_targets

ANSWER_SECONDS = 5.0
"""A mail server or a website that takes longer counts as one that does not answer."""
SITES_ASKED = 5
SKEW = timedelta(minutes=2)
"""A clock that is off by more puts wrong times beside what was seen."""
BROWSER_SECONDS = 30.0
"""A browser that has not opened a page by then does not start."""
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def mail(case: Case) -> Finding:
    """A mail could leave now, as far as can be found out without one."""
    settings = _patient(case.settings.reports)
    with open_post(settings) as post:
        try:
            found = post.ready(settings.sender)
        except Unreachable as error:
            return trouble(str(error), "请检查设置项 reports.smtp_url 的主机和端口，以及到邮件服务器的网络")
    if _goes_to_a_folder(settings):
        return remind(f"{found}；邮件只写成文件，不会真正发出", "要真正发送，请填写设置项 reports.smtp_url")
    return well(found)


def _patient(settings: ReportSettings) -> ReportSettings:
    return settings.model_copy(
        update={"smtp_timeout_seconds": min(settings.smtp_timeout_seconds, ANSWER_SECONDS)}
    )


def _goes_to_a_folder(settings: ReportSettings) -> bool:
    return settings.smtp_url.lower().startswith("folder:")


def trial_mail(case: Case) -> Finding:
    """One real mail, by the way that notices go."""
    settings, now = _patient(case.settings.reports), case.clock.now()
    message_id = f"<doctor.{uuid.uuid4().hex}@xunjian>"
    message = EmailMessage(SMTP)
    message["Subject"] = "巡检：试验邮件"
    message["From"], message["To"] = settings.sender, case.mail_to
    message["Date"], message["Message-ID"] = now, message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("这是 xunjian doctor 发出的试验邮件，收到即说明发信正常，无须回复。\n", cte="base64")
    with open_post(settings) as post:
        answer = post.deliver(message.as_bytes(), settings.sender, case.mail_to, message_id, lambda: True)
    if answer.outcome is not Outcome.ACCEPTED:
        return trouble(
            f"发往 {case.mail_to} 没有成功（{answer.text}）", "请按服务器的答复处理，或换一个收件地址再试"
        )
    if _goes_to_a_folder(settings):
        return remind(answer.text, "邮件只写到文件夹；要真正发送，请填写设置项 reports.smtp_url")
    return well(f"服务器已收下发往 {case.mail_to} 的邮件，请到邮箱中确认收到")


def alarms(case: Case) -> Finding:
    """Somebody hears when a light turns red."""
    settings, ping = case.settings.reports, case.settings.scheduler.ping_url
    if wrong := [address for address in settings.alarm_mails if not ADDRESS.fullmatch(address)]:
        return trouble(f"“{wrong[0]}”不是邮件地址", "请改正设置项 reports.alarm_mails")
    robots = [robot.get_secret_value() for robot in settings.alarm_robots]
    if unknown := [number for number, robot in enumerate(robots, 1) if not _is_robot(robot)]:
        mend = "请按 wecombot://密钥、dingtalk://密钥、feishu://密钥 的写法改正设置项 reports.alarm_robots"
        return trouble(f"第 {unknown[0]} 个群机器人的地址无法识别", mend)
    if not (settings.alarm_mails or robots):
        return remind(
            "没有设置告警发给谁，告警灯亮了也没有人知道", "请填写设置项 reports.alarm_mails 或 alarm_robots"
        )
    found = f"邮件 {len(settings.alarm_mails)} 个，群机器人 {len(robots)} 个"
    if not robots and _goes_to_a_folder(settings):
        return remind(f"{found}，而邮件只写到文件夹", "请填写设置项 reports.smtp_url，或添加群机器人")
    return well(f"{found}，{'有' if ping else '没有'}外部监视（设置项 scheduler.ping_url）")


def _is_robot(address: str) -> bool:
    from apprise import Apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would tell of an address with its key
    return Apprise.instantiate(address, suppress_exceptions=True) is not None


def browser(case: Case) -> Finding:
    """Chromium, the second pair of eyes: it is there, tells its version, and opens a page."""
    wanted = case.settings.crawler.browser
    path = find_browser(wanted)
    if path is None:
        without = "没有浏览器" if wanted != "off" else "浏览器已关闭（设置项 crawler.browser）"
        return remind(
            f"{without}，内容由脚本加载的栏目只能记为无法核验，空白、更新不及时的疑似问题不能经浏览器复核",
            "请安装：apt install chromium，或在设置项 crawler.browser 写出浏览器的路径",
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=ANSWER_SECONDS * 2)
    if said.returncode:
        return remind(
            f"{path} 不能运行（退出状态 {said.returncode}）", "请重新安装：apt install --reinstall chromium"
        )
    if trouble_starting := _opens_a_page(path):
        return remind(
            f"{said.stdout.strip()}（{path}）不能打开页面：{trouble_starting}",
            "请重新安装：apt install --reinstall chromium，并以普通用户运行本程序",
        )
    return well(f"{said.stdout.strip()}（{path}），能打开页面")


def _opens_a_page(path: str) -> str:
    """Why it does not; empty if it does."""
    from crawler.browser import arguments

    command = [
        path,
        "--headless",
        "--disable-gpu",
        "--dump-dom",
        *arguments(),
        "data:text/html,<p>xunjian</p>",
    ]
    try:
        with tempfile.TemporaryDirectory() as profile:
            command.insert(1, f"--user-data-dir={profile}")
            said = subprocess.run(command, capture_output=True, text=True, timeout=BROWSER_SECONDS)
    except subprocess.TimeoutExpired:
        return f"{BROWSER_SECONDS:g}秒内没有启动"
    last = said.stderr.strip().splitlines()[-1:] or [f"退出状态 {said.returncode}"]
    return "" if "xunjian" in said.stdout else last[0][:200]


def fonts(case: Case) -> Finding:
    """Charts of bulletins need a Chinese font."""
    from matplotlib import get_cachedir

    from reports.charts import NO_FONT, chinese_font

    font = chinese_font()
    if font is not None:
        return well(str(font.get_name()))
    if _system_has_fonts():
        # matplotlib lists the fonts once and keeps the list, whatever is installed later.
        return remind("系统已有中文字体，但图表程序的字体清单是旧的", f"请删除文件夹 {get_cachedir()} 后再试")
    return remind(NO_FONT, "请安装：apt install fonts-noto-cjk fontconfig")


def _system_has_fonts() -> bool:
    if not (fc_list := shutil.which("fc-list")):
        return False
    asked = subprocess.run([fc_list, ":lang=zh"], capture_output=True, timeout=ANSWER_SECONDS)
    return bool(asked.stdout.strip())


# -- the network ------------------------------------------------------------------------------------------


def network(case: Case) -> Finding:
    """Some home pages of the register, asked as the crawler would; their clocks are kept for the next point."""
    proxies = [name for name in PROXIES if os.environ.get(name) or os.environ.get(name.upper())]
    with case.database.reading() as session:
        due = read_targets(session, case.clock.now().astimezone(CHINA).date()).due
    sites = [target for _, target in due if isinstance(target, Site) and target.url][:SITES_ASKED]
    if not sites:
        return remind("台账中没有网站，还不能试", "请导入台账后再试")
    silent = {site.name: problem for site, problem in zip(sites, _ask(case, sites), strict=True) if problem}
    told = "，".join(f"{name}：{problem.sentence}" for name, problem in silent.items())
    found = f"试了 {len(sites)} 个网站，{len(sites) - len(silent)} 个有应答" + (f"（{told}）" if told else "")
    if len(silent) == len(sites):
        mend = "请检查本机的网络、域名解析，以及防火墙是否允许访问外部的 80 和 443 端口"
        return trouble(found, mend)
    if proxies:
        mend = "巡检不经过代理，直接访问网站；如直接访问不通，请让网络管理员放行本机"
        return remind(f"{found}；环境变量 {'、'.join(proxies)} 设有代理", mend)
    if silent:
        return remind(found, "有应答的说明本机网络正常；无应答的请在浏览器中核实")
    return well(found)


def _ask(case: Case, sites: Sequence[Site]) -> list[Problem | None]:
    """Why each of them did not answer; None: it did."""
    with contextlib.closing(
        asyncio.new_event_loop()
    ) as loop:  # a runner would wait for names that nobody resolves
        return loop.run_until_complete(_ask_all(case, sites))


async def _ask_all(case: Case, sites: Sequence[Site]) -> list[Problem | None]:
    limits = case.settings.crawler
    async with aiohttp.ClientSession(
        connector=_connector(limits),
        headers={"User-Agent": limits.user_agent},
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
    ) as session:
        return await asyncio.gather(*(_ask_one(case, session, site.url) for site in sites))


def _connector(limits: CrawlerSettings) -> aiohttp.TCPConnector:
    """With the crawler's guard and its ear for old TLS."""
    if limits.allow_private_addresses:
        return aiohttp.TCPConnector(ssl=lenient_context())
    return aiohttp.TCPConnector(ssl=lenient_context(), socket_factory=public_socket)


async def _ask_one(case: Case, session: aiohttp.ClientSession, url: str) -> Problem | None:
    try:
        async with session.get(url, allow_redirects=False) as answer:
            with contextlib.suppress(KeyError, ValueError):
                told = parsedate_to_datetime(answer.headers["Date"])
                age = timedelta(seconds=int(answer.headers.get("Age", "0")))  # a cache repeats an old date
                case.skews.append(case.clock.now() - told.replace(tzinfo=told.tzinfo or UTC) - age)
            return None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return _why(error)


def _why(error: Exception) -> Problem:
    match error:
        case aiohttp.ClientConnectorError(os_error=ForbiddenAddress()) | ForbiddenAddress():
            return Problem.FORBIDDEN_ADDRESS
        case aiohttp.ClientConnectorDNSError():
            return Problem.DNS
        case aiohttp.ClientSSLError():
            return Problem.TLS
        case TimeoutError():
            return Problem.TIMEOUT
        case aiohttp.ClientConnectorError(os_error=ConnectionRefusedError()):
            return Problem.REFUSED
        case aiohttp.InvalidURL():
            return Problem.FORBIDDEN_ADDRESS
    return Problem.RESET


def clock(case: Case) -> Finding:
    """Our clock against those of the websites and against the record itself."""
    now = case.clock.now()
    found = f"{now.astimezone(CHINA):%Y-%m-%d %H:%M:%S}（北京时间）"
    mend = "请启用网络对时：timedatectl set-ntp true（内网请在 /etc/systemd/timesyncd.conf 中写上对时服务器）"
    # One website that agrees with us is enough: two clocks are hardly ever wrong by the same time, one often is.
    if case.skews and abs(skew := min(case.skews, key=abs)) > SKEW:
        return trouble(f"{found}，比网站的时间{'快' if skew > timedelta() else '慢'} {_lasting(skew)}", mend)
    newest = _newest(case)
    if newest is not None and newest - now > SKEW:
        return trouble(f"{found}，比最近一条记录（{newest.astimezone(CHINA):%Y-%m-%d %H:%M}）还早", mend)
    if not case.skews:
        return well(f"{found}，没有可以对照的网站时间")
    return well(f"{found}，与网站的时间相符")


def _newest(case: Case) -> datetime | None:
    """The newest moment at which something was written to the record."""
    with case.database.reading() as session:
        return session.scalar(select(func.max(Link.recorded_at)))


def _lasting(skew: timedelta) -> str:
    minutes = abs(skew) / timedelta(minutes=1)
    return f"{minutes:.0f} 分钟" if minutes < 120 else f"{minutes / 60:.0f} 小时"
