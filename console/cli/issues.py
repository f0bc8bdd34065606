"""issues list, show, evidence, confirm, dismiss, release, waive."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from console.cli.asof import AsOf, parse_as_of, parse_day
from console.cli.tables import printable
from crawler.clock import CHINA

if TYPE_CHECKING:
    from tracker import models
    from tracker.notice_queries import Told

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[int, typer.Argument(metavar="ID", help="问题编号")]
Numbers = Annotated[list[int], typer.Argument(metavar="ID…", help="问题编号，可写几个")]
Why = Annotated[str, typer.Option("--why", help="理由，写入流转记录")]
By = Annotated[str, typer.Option("--by", help="经办人")]

HEADINGS = {
    "id": "编号",
    "state": "状态",
    "kind": "类型",
    "target": "标识码",
    "name": "名称",
    "check": "检查项",
    "subject": "对象",
    "detail": "情况",
    "url": "网址",
    "first_seen": "首次发现",
    "last_seen": "最近发现",
}


@app.command("list")
def list_(
    state: Annotated[
        list[str] | None, typer.Option("--state", help="只列这些状态，如 confirmed 或 待人工审核")
    ] = None,
    trial: Annotated[bool, typer.Option("--trial", help="只列摸底清单（摸底期发现、尚未放行）")] = False,
    format: Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="输出格式")] = "table",
) -> None:
    """列出问题。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from tracker import queries

    states = [_state(word) for word in state or ()]
    database = open_database(load_settings())
    with database.reading() as session:
        rows = (
            (queries.issue_fields(issue, target), target.name)
            for issue, target in queries.issues(session, states, on_trial=trial)
        )
        match format:
            case "json":
                for fields, _ in rows:
                    print(json.dumps(fields, ensure_ascii=False))
            case "csv":
                _csv(rows)
            case "table":
                _table(rows)


def _state(word: str) -> str:
    from tracker.lifecycle import State

    for state in State:
        if word in (state.value, state.sentence):
            return str(state.value)
    raise typer.BadParameter(
        f"没有状态“{word}”：可用 {'、'.join(f'{s.value}（{s.sentence}）' for s in State)}"
    )


def _readable(rows: Iterable[tuple[dict[str, Any], str]]) -> Iterator[dict[str, Any]]:
    from console.wiring import check_titles
    from tracker.lifecycle import State
    from tracker.observed import KIND_WORDS

    titles = check_titles()
    for fields, name in rows:
        yield fields | {
            "name": name,
            "kind": KIND_WORDS[fields["kind"]],
            "state": State(fields["state"]).sentence,
            "check": titles.get(fields["check"], fields["check"]),
            "first_seen": fields["first_seen"][:16].replace("T", " "),
            "last_seen": fields["last_seen"][:16].replace("T", " "),
        }


def _csv(rows: Iterable[tuple[dict[str, Any], str]]) -> None:
    from console.cli.tables import write_csv

    write_csv(
        sys.stdout, list(HEADINGS.values()), ([row[key] for key in HEADINGS] for row in _readable(rows))
    )


def _table(rows: Iterable[tuple[dict[str, Any], str]]) -> None:
    from console.cli.tables import is_narrow, print_table

    shown: tuple[str, ...] = ("id", "state", "kind", "name", "check", "subject", "detail", "first_seen")
    if is_narrow():
        shown = ("id", "state", "name", "detail")
    lines = [[str(row[key]) for key in shown] for row in _readable(rows)]
    if not lines:
        print("没有这样的问题")
        return
    print_table([HEADINGS[key] for key in shown], lines, fixed=("编号", "状态", "类型", "首次发现"))
    print(f"共 {len(lines)} 个；详情：xunjian issues show 编号")


@app.command()
def show(number: Number) -> None:
    """一个问题的全部情况：现状、流转、通知、反馈、证据。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from reports.side_by_side import kinds_of
    from tracker import notice_queries, queries
    from tracker.evidence import EvidenceStore

    settings = load_settings()
    with open_database(settings).reading() as session:
        issue, target, unit = queries.issue(session, number)
        moves = queries.moves(session, number)
        _standing(issue, target, unit)
        _life(moves)
        _told(notice_queries.told(session, number))
        _replies(notice_queries.replies(session, number))
        pages = queries.pages(session, {sha256 for move in moves for sha256 in move.evidence})
        _pages(pages, kinds_of(moves, pages, EvidenceStore(settings.tracker.evidence_dir)))


def _standing(issue: "models.Issue", target: "models.Target", unit: "models.Unit") -> None:
    from console.wiring import check_titles
    from tracker.lifecycle import Lack, Origin, State
    from tracker.observed import KIND_WORDS

    title = check_titles().get(issue.check_id, issue.check_id)
    print(f"问题 {issue.id}　{title}　{State(issue.state).sentence}")
    print(f"  {KIND_WORDS[target.kind]}　{target.name}（{target.key}）　{unit.name}")
    print(f"  对象　{printable(issue.subject)}")
    print(f"  网址　{printable(issue.url) or '—'}")
    print(f"  情况　{printable(issue.detail)}")
    print(f"  来源　{Origin(issue.source).sentence}")
    if issue.due_on and issue.state in (State.NOTIFIED, State.REPLIED):
        print(f"  整改时限　{issue.due_on}")
    if issue.look_again_at:
        lack = f"（上次复核未能确认：{Lack(issue.lacks).sentence}）" if issue.lacks else ""
        print(f"  复核　{_minute(issue.look_again_at)} 之后{lack}")
    if issue.is_on_trial:
        print(f"  摸底　摸底期发现，尚未放行：不通知、不统计；放行用 xunjian issues release {issue.id}")
    elif issue.trial and issue.released_at:
        print(f"  摸底　摸底期发现，{_minute(issue.released_at)} 放行")


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _life(moves: "list[models.Move]") -> None:
    from tracker.lifecycle import State

    print("流转")
    for move in moves:
        before = State(move.from_state).sentence if move.from_state else "新发现"
        reached = State(move.to_state).sentence
        print(f"  {_minute(move.at)}　{before} → {reached}　{move.by}　{printable(move.why)}")


PARTS = {
    "new": "新列",
    "again": "再次通知",
    "rectified": "告知已整改",
    "corrected": "更正",
    "withdrawn": "撤回",
}


def _told(notices: "list[Told]") -> None:
    from tracker.notice_words import NoticeState

    for each in notices:
        if each.number:
            state = NoticeState(each.state).sentence if each.state != NoticeState.SIGNED else ""
            print(
                f"通知　{each.dated}　{each.number}　{PARTS[each.part]}"
                f"　第{each.times}次　{f'整改时限 {each.due_on}' if each.due_on else ''}　{state}".rstrip()
            )


def _replies(replies: "list[models.Reply]") -> None:
    from tracker.replies import Asks

    for said in replies:
        words = f"{Asks(said.asks).sentence}　{printable(said.measure)}"
        print(f"反馈　{_minute(said.at)}　{printable(said.by)}　{words}")


def _pages(pages: "list[tuple[str, str, datetime]]", kinds: dict[str, str]) -> None:
    print("证据")
    for sha256, url, fetched in pages:
        print(
            f"  {kinds[sha256]}　{fetched.astimezone(CHINA):%Y-%m-%d %H:%M:%S}　{printable(url) or '人工提供的图片或文件'}　SHA-256 {sha256}"
        )
    if not pages:
        print("  没有页面：对象当时没有返回内容")


@app.command()
def evidence(
    number: Number,
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件夹；不写为 证据-编号")] = None,
) -> None:
    """把一个问题的证据写成文件，并排对照：发现时、复核（浏览器所见）、复查后。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from reports.side_by_side import write_evidence
    from tracker import queries
    from tracker.evidence import EvidenceStore

    settings = load_settings()
    folder = out or Path(f"证据-{number}")
    with open_database(settings).reading() as session:
        issue, target, _ = queries.issue(session, number)
        moves = queries.moves(session, number)
        pages = queries.pages(session, {sha256 for move in moves for sha256 in move.evidence})
        store = EvidenceStore(settings.tracker.evidence_dir)
        count = write_evidence(issue, target, moves, pages, store, folder)
    print(f"证据 {count} 份，已写到 {folder}（对照页：{folder / 'index.html'}）")


@app.command()
def confirm(numbers: Numbers, why: Why, by: By = "人工", as_of: AsOf = None) -> None:
    """确认待人工审核的问题。"""
    _act("confirm", numbers, why, by, as_of)


@app.command()
def dismiss(numbers: Numbers, why: Why, by: By = "人工", as_of: AsOf = None) -> None:
    """排除误报。"""
    _act("dismiss", numbers, why, by, as_of)


@app.command()
def release(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="ID…", help="问题编号，可写几个")] = None,
    all_: Annotated[bool, typer.Option("--all", help="放行全部摸底清单")] = False,
    check: Annotated[str, typer.Option("--check", help="放行一个检查项的全部，如 column-blank")] = "",
    why: Why = "摸底期结束，放行",
    by: By = "人工",
    as_of: AsOf = None,
) -> None:
    """放行摸底清单中的问题：此后照常通知和统计，发现时间从放行算起。"""
    from collections import Counter
    from datetime import UTC, datetime

    from console.settings import load_settings
    from console.wiring import open_database
    from tracker import trial
    from tracker.lifecycle import State

    _require(why, by)
    if sum((bool(numbers), all_, bool(check))) != 1:
        raise typer.BadParameter("请写问题编号、--check 检查项或 --all，三者选一")
    with open_database(load_settings()).writing() as session:
        released = trial.release(
            session,
            numbers or None,
            check=check,
            why=why.strip(),
            by=by.strip(),
            at=parse_as_of(as_of),
            recorded_at=datetime.now(UTC),
        )
        states = Counter(State(issue.state).sentence for issue in released)
    now = f"，现为：{'、'.join(f'{state}{count}' for state, count in states.items())}" if states else ""
    print(f"放行 {len(released)} 个问题{now}")


@app.command()
def waive(
    number: Number,
    why: Why,
    by: Annotated[str, typer.Option("--by", help="批准人，须不是申请人")] = "人工",
    asked_by: Annotated[str, typer.Option("--asked-by", help="申请人；不写为反馈中申请的人或主办单位")] = "",
    until: Annotated[str, typer.Option("--until", help="到期日，如 2026-12-31；不写按设置")] = "",
    as_of: AsOf = None,
) -> None:
    """报备暂不计：到期或情况变化后自动恢复。"""
    from datetime import UTC, datetime

    from console.settings import load_settings
    from console.wiring import open_database
    from tracker.waivers import waive as approve

    _require(why, by)
    at, settings = parse_as_of(as_of), load_settings()
    with open_database(settings).writing() as session:
        waiver = approve(
            session,
            number,
            why=why.strip(),
            by=by.strip(),
            asked_by=asked_by.strip(),
            until=parse_day(until, "--until") if until else None,
            days=settings.tracker.waiver_days,
            at=at,
            recorded_at=datetime.now(UTC),
        )
        print(
            f"问题 {number} 已报备暂不计，{waiver.asked_by}申请，{waiver.approved_by}批准，{waiver.until} 到期"
        )


def _require(why: str, by: str) -> None:
    if not why.strip():
        raise typer.BadParameter("请用 --why 写明理由")
    if not by.strip():
        raise typer.BadParameter("请用 --by 写明经办人，或不写 --by")


def _act(event: str, numbers: list[int], why: str, by: str, as_of: str | None) -> None:
    """All of them or none: one that cannot be done leaves the others as they were."""
    from datetime import UTC, datetime

    from console.settings import load_settings
    from console.wiring import open_database
    from tracker import acts
    from tracker.lifecycle import Event, State

    _require(why, by)
    at, now = parse_as_of(as_of), datetime.now(UTC)
    done = []
    with open_database(load_settings()).writing() as session:
        for number in dict.fromkeys(numbers):
            done.append(
                acts.act(
                    session, number, Event(event), why=why.strip(), by=by.strip(), at=at, recorded_at=now
                )
            )
    for issue in done:
        print(f"问题 {issue.id} 现为“{State(issue.state).sentence}”")
