"""A small office that lives through a year by the use cases that the commands call: patrols, rounds, weekly notices."""

import csv
import json
import random
import shutil
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from console.settings import Settings
from console.wiring import check_titles, desk, operators_own, parts
from crawler.clock import CHINA
from crawler.observations import AccountVisit, Problem, SiteVisit, Visit
from crawler.targets import Site
from reports.explain import Address, rows_behind
from reports.figures import Figures, count
from scheduler import notices
from scheduler.round import Round
from tests.docs.test_recount import recounted
from tests.tracker.test_ledger_export import exported
from tracker import acts, ledger, models, waivers
from tracker.database import Database
from tracker.errors import WrongUse
from tracker.findings import Outcome, import_findings
from tracker.ledger import Job, Judged
from tracker.lifecycle import Event
from tracker.notice_words import NoticeKind, NoticeState, Part
from tracker.notices import Prepared
from tracker.old_ledger import import_ledger
from tracker.periods import Period
from tracker.registry import import_register
from tracker.settings import TrackerSettings
from tracker.verification import verify
from tracker.weeks import Week

SITE_HEADINGS = ("网站标识码", "网站名称", "首页网址", "主办单位", "联系邮箱", "状态", "生效日期")
ACCOUNT_HEADINGS = ("账号标识", "平台", "账号名称", "主办单位", "联系邮箱", "状态", "生效日期", "开设日期")
LEDGER_HEADINGS = (
    "文号", "通知日期", "主办单位", "标识码", "检查项", "问题对象", "问题描述", "首次发现时间", "整改时限", "整改日期", "第几次通知",
)  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"

ROUND_AT, PATROL_AT, NOTICES_AT = (2, 8), (3, 9), (0, 10)
"""Weekday (Monday 0) and hour: a round every Wednesday, a patrol every Thursday, notices every Monday."""

Cells = Mapping[str, str]


def moment(text: str) -> datetime:
    """2025-03-06T15:00; a bare day is its end."""
    at = datetime.fromisoformat(text)
    return (at if "T" in text else at.replace(hour=23, minute=59, second=59)).replace(tzinfo=CHINA)


class Fault(NamedTuple):
    """What stands amiss in the world; the office learns of it when it looks. `subject`: a column, or what the check asks for."""

    target: str
    check: str
    subject: str = ""
    source: str = "人工巡查"
    picture: str = ""

    @property
    def line(self) -> str:
        facts = {
            "target": self.target,
            "check": self.check,
            "subject": self.subject,
            "detail": f"{self.subject or self.target}有问题",
            "source": self.source,
            "screenshots": self.picture,
        }
        return json.dumps({name: text for name, text in facts.items() if text}, ensure_ascii=False)


class Office:
    """One record in `folder`. What the office does, it does at `now`; time passes with `until`."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder, self.now = folder, now
        self.database = Database(self._settings.tracker)
        self.desk = desk(self._settings, self.database)
        self.parts = parts(self._settings, self.database)
        self.standing: dict[Fault, None] = {}
        """Faults that are there, whoever knows of them."""
        self.failing: dict[date, Collection[str]] = {}
        """Keys of targets whose look fails on a day."""
        self.left: dict[date, Collection[str]] = {}
        """Keys of targets that the round of a day did not come to: it was ended before."""

    @property
    def _settings(self) -> Settings:
        return Settings(
            tracker=TrackerSettings(
                database_url=f"sqlite:///{self.folder / 'xunjian.db'}", evidence_dir=self.folder / "evidence"
            )
        )

    def copied(self, folder: Path) -> "Office":
        """The same office in another folder, on a copy of its record."""
        self.database.close()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        again = Office(folder, self.now)
        again.standing = dict(self.standing)
        return again

    # -- time ---------------------------------------------------------------------------------------------

    def until(self, text: str, patrols: bool = True) -> None:
        """Live on to the moment, with what the office does every week on the way."""
        end = moment(text)
        assert end > self.now
        hour = self.now.replace(minute=0, second=0) + timedelta(hours=1)
        while hour <= end:
            self.now, due = hour, (hour.weekday(), hour.hour)
            if due == ROUND_AT:
                self.round()
            if due == PATROL_AT and patrols:
                self.patrol()
            if due == NOTICES_AT:
                self.tell()
            hour += timedelta(hours=1)
        self.now = end

    # -- the registers ------------------------------------------------------------------------------------

    def register(self, headings: Iterable[str], *rows: Cells) -> None:
        path = self.folder / "register.csv"
        _write_table(path, tuple(headings), rows)
        outcome = import_register(self.database, path, aliases={}, at=self.now, dry_run=False)
        assert not outcome.errors, outcome.errors

    # -- seeing -------------------------------------------------------------------------------------------

    def breaks(self, *faults: Fault) -> None:
        self.standing |= dict.fromkeys(faults)

    def mends(self, *faults: Fault) -> None:
        for fault in faults:
            self.standing.pop(fault)

    def patrol(self) -> Outcome:
        """Somebody looks at everything and brings a file that is complete."""
        path = self.folder / f"patrol-{self.now:%Y%m%d%H}.jsonl"
        lines = ['{"complete": ["all"]}', *(fault.line for fault in self.standing)]
        path.write_text("\n".join(lines), "utf-8")
        for fault in self.standing:
            if fault.picture:
                (self.folder / fault.picture).write_bytes(PNG + fault.picture.encode())
        outcome = import_findings(
            self.database,
            self.parts.evidence,
            path,
            at=self.now,
            by="张三",
            recorded_at=self.now,
        )
        path.unlink()
        assert not outcome.errors, outcome.errors
        return outcome

    def round(self) -> None:
        """The day's round, with what it sees made up: it sees all well but those that fail, and judges nothing."""
        today = Round(self.parts, self.now)
        number, duty, policy = today.open(())
        day = self.now.date()
        with self.database.writing() as session:
            jobs = ledger.work(session, day, duty)
            done = [self._looked(job) for job in jobs if job.target.key not in self.left.get(day, ())]
            ledger.record(session, done, policy, self.now)
            ledger.finish_day(session, number, self.now)

    def _looked(self, job: Job) -> Judged:
        failed = job.target.key in self.failing.get(self.now.date(), ())
        problem = Problem.TIMEOUT if failed else None
        visit: Visit = (
            SiteVisit(job.target, self.now, problem=problem)
            if isinstance(job.target, Site)
            else AccountVisit(job.target, self.now, problem=problem)
        )
        return Judged(job, visit, ())

    # -- telling ------------------------------------------------------------------------------------------

    def tell(self) -> list[str]:
        """This Monday's notices, prepared and signed; their numbers."""
        week = Week.last_full(self.now)
        notices.prepare(self.desk, week, self.now, "张三")
        return [each.number for each in notices.sign(self.desk, week, self.now, "李主任").issued]

    def tell_at_once(self) -> Prepared:
        """加急: 找错留言 do not wait for Monday."""
        week = Week.of(self.now.date())
        prepared = notices.prepare(self.desk, week, self.now, "张三", NoticeKind.URGENT)
        notices.sign(self.desk, week, self.now, "李主任")
        return prepared

    def withdraw(self, number: str) -> None:
        notices.withdraw(self.desk, number, self.now, "李主任", "口径有误")

    def correct(self, number: str) -> None:
        notices.correct(self.desk, number, self.now, "李主任", "文字有误")

    def old_ledger(self, *lines: Cells) -> None:
        path = self.folder / "台账.csv"
        _write_table(path, LEDGER_HEADINGS, lines)
        outcome = import_ledger(
            self.database, path, at=self.now, by="张三", terms=self.desk.terms, recorded_at=self.now
        )
        assert not outcome.errors, outcome.errors

    # -- deciding -----------------------------------------------------------------------------------------

    def acts(self, event: Event, *faults: Fault) -> None:
        for fault in faults:
            number = self.issue(fault).id
            with self.database.writing() as session:
                acts.act(session, number, event, why="经核实", by="张三", at=self.now, recorded_at=self.now)

    def waive(self, fault: Fault, until: str) -> None:
        number, last = self.issue(fault).id, date.fromisoformat(until)
        with self.database.writing() as session:
            waivers.waive(
                session,
                number,
                why="正在改版",
                by="李主任",
                until=last,
                days=90,
                at=self.now,
                recorded_at=self.now,
            )

    # -- asking -------------------------------------------------------------------------------------------

    def issue(self, fault: Fault) -> models.Issue:
        """The newest one about it."""
        issue, target = models.Issue, models.Target
        query = select(issue).join(target, target.id == issue.target_id)
        query = query.where(target.key == fault.target, issue.check_id == fault.check)
        if fault.subject:
            query = query.where(issue.subject_key == fault.subject)
        with self.database.reading() as session:
            found = session.scalars(query.order_by(issue.id.desc())).first()
        assert found is not None, fault
        return found

    def number_of(self, fault: Fault) -> str:
        """文号 of the newest notice in force that newly names it."""
        item, notice = models.NoticeItem, models.Notice
        query = (
            select(notice.number)
            .join(item, item.notice_id == notice.id)
            .where(item.issue_id == self.issue(fault).id, item.part == str(Part.NEW))
            .where(notice.state == str(NoticeState.SIGNED))
            .order_by(notice.id.desc())
        )
        with self.database.reading() as session:
            return session.scalars(query).first() or ""

    def figures(self, period: str, as_of: str) -> Figures:
        with self.database.reading() as session:
            return count(session, Period.named(period), moment(as_of), operators_own())

    def unequal_explanations(self, figures: Figures, splits: bool = True) -> dict[str, tuple[int, int]]:
        """Address -> the figure and what its rows come to, where these differ; of the totals alone without `splits`."""
        found, titles, ours = {}, check_titles(), operators_own()
        with self.database.reading() as session:
            for address, figure in figures.flat().items():
                if splits or address.count("/") == 2:
                    rows = rows_behind(session, Address.named(address), figures.known, ours, titles)
                    if (number := len({row[0] for row in rows})) != figure:
                        found[address] = figure, number
        return found

    def recounted(self, year: str, as_of: str) -> tuple[dict[str, int], dict[str, int]]:
        """What docs/recount.py prints of the exported record, and what the program says at these addresses: all that are
        printed, and each split of the figures that the script splits."""
        exported(self.database, self.folder / "out", moment(as_of))
        again = recounted(self.folder / "out", year, moment(as_of).isoformat())
        said = self.figures(year, as_of).flat()
        ours = {address: said.get(address, 0) for address in again}
        ours |= {
            address: number
            for address, number in said.items()
            if address.count("/") >= 3 and address.split("/")[2] in ("家次", "问题")
        }
        return again, ours

    def audit(self) -> list[str]:
        with self.database.reading() as session:
            return list(verify(session, self.parts.evidence))


def _write_table(path: Path, headings: tuple[str, ...], rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="")
        writer.writeheader()
        writer.writerows(rows)


# -- years that nobody planned ----------------------------------------------------------------------------


def a_random_year(folder: Path, seed: int) -> Office:
    """An office of few targets and many events, from October 2025 into February 2026."""
    chance = random.Random(seed)
    office = Office(folder, moment("2025-09-29T07:00"))
    units = ["云泽市教育局", "云泽市水利局", "云泽市交通局"]
    sites = [f"41990000{number:02d}" for number in range(1, 4)]
    accounts = {f"gh_{number}": platform for number, platform in enumerate(("微信", "微博", "抖音"), 1)}
    closed: set[str] = set()

    def enters(key: str, **more: str) -> None:
        unit = chance.choice(units)
        if key in accounts:
            cells = {"账号标识": key, "平台": accounts[key], "账号名称": f"账号{key}", "主办单位": unit}
            office.register(ACCOUNT_HEADINGS, cells | more)
        else:
            cells = {"网站标识码": key, "网站名称": f"网站{key}", "主办单位": unit}
            office.register(SITE_HEADINGS, cells | {"首页网址": f"https://s{key}.yunze.test/"} | more)

    def fault() -> Fault:
        key = chance.choice([each for each in (*sites, *accounts) if each not in closed])
        if key in accounts:
            return Fault(key, chance.choice(["account-stale", "account-interaction", "source-broken"]))
        check = chance.choice(["column-blank", "column-stale", "site-unreachable"])
        return Fault(key, check, "" if check == "site-unreachable" else chance.choice(["甲栏", "乙栏"]))

    def flips() -> None:
        which = fault()
        office.mends(which) if which in office.standing else office.breaks(which)

    def follows() -> None:
        with office.database.reading() as session:
            query = select(models.Notice.number).where(models.Notice.state == str(NoticeState.SIGNED))
            numbers = session.scalars(query.order_by(models.Notice.id.desc()).limit(6)).all()
        if numbers:
            number = chance.choice(numbers)
            office.withdraw(number) if chance.random() < 0.7 else office.correct(number)

    def decides() -> None:
        if office.standing:
            which = chance.choice(list(office.standing))
            if chance.random() < 0.5:
                office.acts(Event.DISMISS, which)
            else:
                office.waive(which, str(office.now.date() + timedelta(days=chance.randint(5, 60))))

    def registers() -> None:
        key = chance.choice(
            [*sites[:2], "gh_1", "gh_2"]
        )  # the third of each stays: somebody is always inspected
        if key in closed:
            return
        word = chance.choice(["正常", "正常", "临时下线", "关停"])
        if word == "关停":
            closed.add(key)
            office.mends(*(each for each in list(office.standing) if each.target == key))
        enters(key, 状态=word, 生效日期=str(office.now.date()))

    for key in (*sites, *accounts):
        enters(key)
    while office.now < moment("2026-02-09"):
        for happening in chance.choices(
            [flips, follows, decides, registers, office.patrol], [10, 1, 2, 0.6, 4], k=chance.randint(1, 5)
        ):
            with suppress(WrongUse, AssertionError):  # not in this state: an office tries, and is refused
                happening()
        days = chance.choice([1, 2, 3, 5, 9])
        office.until(f"{office.now + timedelta(days=days):%Y-%m-%dT15:00}", patrols=chance.random() < 0.5)
    return office
