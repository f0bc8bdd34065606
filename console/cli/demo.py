"""demo: an invented city on loopback, one full day, the notices to its units, whether what was found was planted, and
the year's figures."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import AsOf, parse_as_of

if TYPE_CHECKING:
    from console.settings import Settings
    from demo.process import Served
    from demo.truth import Truth
    from tracker.authorisations import Secrets
    from tracker.database import Database

MARK = "demo-city.json"
"""Stands in a folder that a demonstration made and may make anew."""

SETTINGS = """# 演示城市的记录：在本文件夹中运行 xunjian 即查看它
[tracker]
database_url = "sqlite:///xunjian.db"
evidence_dir = "evidence"

[reports]
office = "云泽市人民政府办公室"
smtp_url = "folder:mail"

[console]
log_file = "xunjian.log"
"""

PROBES_BEFORE = (timedelta(hours=3), timedelta(hours=2), timedelta(hours=1))

Found = set[tuple[str, str, str, str, str]]
"""(target, kind, check, subject, state)."""


def demo(
    seed: Annotated[int, typer.Option(help="换一个数字就是另一座城市")] = 7,
    folder: Annotated[Path, typer.Option("--dir", help="演示数据放在哪里")] = Path("demo-city"),
    as_of: AsOf = None,
) -> None:
    """演示：一座虚构城市的 44 个网站和 294 个账号，预先布设了问题；完整巡检一天，发出整改通知，得出年度数据。"""
    from crawler.browser_program import find
    from demo.process import NotServed, served

    at = parse_as_of(as_of)
    settings = demo_settings(folder)
    with_browser = find(settings.crawler.browser) is not None
    _fresh(folder, seed)
    try:
        # What only a browser can read stands in the difficult city: without one it would stay unjudged, not be found.
        with served(folder / "registers", now=at, seed=seed, difficult=with_browser) as city:
            print(f"演示城市已启动：网站 {city.sites}、账号 {city.accounts}、页面 {city.pages}（仅本机可见）")
            settings = demo_settings(folder, city.platforms)
            _day(settings, city, at, command(folder))
            seen = found(settings)
            _notify(settings, folder, at)
            differing = _compare(seed, at, seen, with_browser)
            _year(settings, folder, at)
    except NotServed:
        print("演示城市没能启动（需要 Linux 的 127.0.0.0/8 回环地址）", file=sys.stderr)
        raise typer.Exit(3) from None
    if differing:
        raise typer.Exit(1)


def demo_settings(folder: Path, platforms: Mapping[str, str] = MappingProxyType({})) -> "Settings":
    """The defaults, but here at home, in a hurry, and with the second look in the same round. `platforms`: where the city's
    official interfaces answer."""
    from console.settings import built_in

    return built_in(
        crawler={
            "allow_private_addresses": True,
            "timeout_seconds": 5,
            "probe_timeout_seconds": 5,
            "site_requests_a_second": 0,
            "bridge_requests_a_second": 0,
            "platform_addresses": dict(platforms),
        },
        tracker={
            "database_url": f"sqlite:///{folder / 'xunjian.db'}",
            "evidence_dir": folder / "evidence",
        },
        scheduler={
            "second_look_after_hours": 0,
            "second_look_needs_browser": False,  # a newcomer may have none
            "person_confirms_days": 0,
            "probe_spacing_minutes": 0,
        },
        reports={
            "office": "云泽市人民政府办公室",
            "contact": "网站管理科 0000-1234567",
            "notice_number": "云政办网改〔{year}〕{serial}号",
            "smtp_url": f"folder:{folder / 'mail'}",
        },
        console={"log_file": folder / "xunjian.log"},
    )


def _fresh(folder: Path, seed: int) -> None:
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(f"--dir {folder} 不是文件夹：请另选一个")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise typer.BadParameter(f"文件夹 {folder} 里有别的东西：请用 --dir 另选一个")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(json.dumps({"seed": seed}) + "\n", "utf-8")
    (folder / "settings.toml").write_text(SETTINGS, "utf-8")


def command(folder: Path) -> str:
    """How to ask for more about the city: in its folder its own settings hold."""
    return f"cd {shlex.quote(str(folder))} && {shlex.quote(os.path.relpath(sys.argv[0], folder))}"


def secrets_of(tokens: Mapping[str, str]) -> "Secrets":
    """The units' authorisations, as an office's environment would give them: key of an account -> token."""
    from crawler.sources.issuers import Issuer
    from tracker.authorisations import Secrets, variable

    given = {variable(issuer, key, "token"): token for key, token in tokens.items() for issuer in Issuer}
    return Secrets(given=given)


def _day(settings: "Settings", city: "Served", at: datetime, command: str) -> None:
    """The registers in, three probes, the round."""
    from console.cli.progress import progress
    from console.cli.rounds import tell
    from console.logs import keep_log
    from console.wiring import parts
    from scheduler.probes import probe
    from scheduler.round import Round
    from tracker.database import Database

    keep_log(settings.console.log_file, settings.console.log_format)
    database = Database(settings.tracker)
    database.upgrade()
    _import(database, settings, city.registers, at)
    joined = replace(parts(settings, database), secrets=secrets_of(city.tokens))
    for before in PROBES_BEFORE:
        probed = probe(joined, at - before)
        failed = sum(not each.probe.ok for each in probed.probes)
        print(f"{at - before:%H:%M} 探测 {len(probed.probes)} 个首页，未打开 {failed}")
    with progress() as shown:
        done = Round(joined, at, shown).run()
    print()
    tell(done, joined, command)


def _import(database: "Database", settings: "Settings", registers: Sequence[Path], at: datetime) -> None:
    from tracker.registry import import_register

    for path in registers:
        aliases = settings.tracker.header_aliases
        print(f"导入 {path.name}　{import_register(database, path, aliases=aliases, at=at, dry_run=False)}")


def found(settings: "Settings") -> Found:
    """What the program holds against the city: everything that is confirmed or waits for a person."""
    from tracker import queries
    from tracker.database import Database

    with Database(settings.tracker).reading() as session:
        return {
            (target.key, target.kind, issue.check_id, issue.subject, issue.state)
            for issue, target in queries.issues(session)
            if issue.state != "dismissed"
        }


def planted(truth: "Truth", with_browser: bool) -> Found:
    found = truth.planted(with_browser)
    return {(each.target, each.kind, each.check, each.subject, each.state) for each in found}


def _notify(settings: "Settings", folder: Path, at: datetime) -> None:
    """The week's notices: previewed, signed, sent into a folder; one of them as a picture."""
    from console.wiring import desk
    from scheduler import notices
    from tracker.database import Database
    from tracker.weeks import Week

    joined = desk(settings, Database(settings.tracker))
    week = Week.of(at.date())
    notices.prepare(joined, week, at, "演示")
    issued = notices.sign(joined, week, at, "演示", "演示自动签发").issued
    previewed = notices.preview(joined, week, at, folder / "notices")
    sent = notices.send(joined, at, "演示").sent
    print()
    print(
        f"整改通知：{week.words}签发 {len(issued)} 份，邮件 {sent.accepted} 封（写在 {folder / 'mail'}，未外发）"
    )
    shown = max(previewed, key=lambda each: each.new, default=None)
    if shown is None:
        return
    place = folder / "notices" / shown.folder
    print(f"其中一份：{shown.unit}，新列问题{shown.new}个，整改时限{shown.deadline}")
    for file in sorted(place.iterdir()):
        print(f"  {file}")
    picture = _picture(place / "通知单.docx")
    print(f"  {picture}" if picture else "  （未安装 LibreOffice，没有生成通知单图片）")
    print(f"全部通知：{folder / 'notices' / 'index.html'}")


def _picture(document: Path) -> Path | None:
    """The notice's first page as a picture, where LibreOffice is installed; as PDF where nothing draws that."""
    office = shutil.which("soffice")
    if office is None:
        return None
    profile = document.parent.resolve() / ".office"
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
    pdf, picture = document.with_suffix(".pdf"), document.with_suffix(".png")
    try:
        command += ["--outdir", str(document.parent), str(document)]
        subprocess.run(command, capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    if not pdf.exists():
        return None
    try:
        from pypdfium2 import PdfDocument
    except ImportError:
        return pdf
    with PdfDocument(pdf) as pages:
        pages[0].render(scale=1.5).to_pil().save(picture)
    pdf.unlink()
    return picture


def _year(settings: "Settings", folder: Path, at: datetime) -> None:
    """What the office is asked for at the end: the year's figures, their paragraph, a bulletin; and how a figure opens."""
    from console.cli.bulletin import bulletin_at
    from console.cli.report import tell_year, write_year
    from reports.bulletin_files import write_bulletin
    from tracker.database import Database
    from tracker.periods import Period

    print()
    quarter = Period(at.year, (at.month - 1) // 3 * 3 + 1, 3)
    with Database(settings.tracker).reading() as session:
        told = tell_year(session, settings, at.year, at, brief=True)
        files = write_year(session, told, settings, folder / "年报")
        files += write_bulletin(bulletin_at(session, quarter, at, settings), folder / "通报")
    print("可打开：")
    for file in files:
        print(f"  {file}")
    print(f"一个数字的由来：{command(folder)} report explain {at.year}/site/家次")


def _compare(seed: int, at: datetime, seen: Found, with_browser: bool) -> bool:
    """The last line: is what was found what was planted? The differences otherwise."""
    from demo.city import City

    truth = planted(City(seed=seed, now=at, difficult=with_browser).truth, with_browser)
    for word, items in (("漏检", truth - seen), ("误报", seen - truth)):
        for item in sorted(items):
            print(f"  {word}　{'　'.join(item)}")
    verdict = "完全一致" if truth == seen else f"漏检 {len(truth - seen)}、误报 {len(seen - truth)}"
    print(f"与预先布设的问题核对：布设 {len(truth)}，查出 {len(seen)}，{verdict}")
    return truth != seen
