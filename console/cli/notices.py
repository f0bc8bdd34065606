"""notices: prepare, review, preview, sign, send, list, withdraw, correct, delivered, resend, remind, ladder, template."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.cli.asof import AsOf, parse_as_of
from console.cli.notice_import import import_
from console.cli.tables import print_table, printable

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.notices import Desk, Issued, Sending, Signing
    from tracker.brake import Held
    from tracker.weeks import Week

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

WeekName = Annotated[
    str | None, typer.Option("--week", help="通报周（周一至周日），如 2026-W47；不写为最近结束的一周")
]
By = Annotated[str, typer.Option("--by", help="经办人")]
Why = Annotated[str, typer.Option("--why", help="理由，写入记录")]
Number = Annotated[str, typer.Argument(metavar="NO", help="文号，或年份和序号，如 2026-12")]


def _desk() -> "Desk":
    from console.settings import load_settings
    from console.wiring import desk, open_database

    settings = load_settings()
    return desk(settings, open_database(settings))


def _week(text: str | None, at: "datetime") -> "Week":
    from tracker.weeks import Week

    return Week.named(text) if text else Week.last_full(at)


@app.command()
def prepare(
    week: WeekName = None,
    as_of: AsOf = None,
    by: By = "人工",
    urgent: Annotated[bool, typer.Option("--urgent", help="加急：只列找错留言，不等到周一")] = False,
) -> None:
    """拟稿：每个单位一份，列出新确认的问题、逾期未整改的问题和已整改的问题。"""
    from scheduler import notices
    from tracker.weeks import Week

    at, desk = parse_as_of(as_of), _desk()
    chosen = Week.of(at.date()) if urgent and not week else _week(week, at)
    done = notices.prepare(desk, chosen, at, by, "urgent" if urgent else "weekly")
    already = f"，已签发 {done.issued}（不再改动）" if done.issued else ""
    void = f"，作废 {done.void}" if done.void else ""
    print(f"{chosen.words}通知拟稿 {done.drafted}{already}{void}")
    if desk.settings.signing == "automatic":
        _tell_signing(notices.sign(desk, chosen, at, "巡检系统", "自动签发"))
    elif done.drafted:
        print("下一步：xunjian notices preview 查看，xunjian notices sign 签发")


@app.command()
def review(week: WeekName = None, as_of: AsOf = None, by: By = "人工", why: Why = "") -> None:
    """审核：拟稿人以外的人看过草稿。"""
    from datetime import UTC, datetime

    from sqlalchemy import select

    from tracker import models, notices

    at, desk = parse_as_of(as_of), _desk()
    chosen = _week(week, at)
    with desk.database.writing() as session:
        drafted = select(models.Notice).where(models.Notice.week == str(chosen))
        count = notices.review(
            session, session.scalars(drafted), by=by, why=why, at=at, recorded_at=datetime.now(UTC)
        )
    print(f"{chosen.words}审核 {count}")


@app.command()
def preview(
    week: WeekName = None,
    as_of: AsOf = None,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹")] = Path("通知预览"),
) -> None:
    """预览：把每个单位的通知单、清单和邮件写到文件夹，不签发也不发送。"""
    from scheduler import notices

    at, desk = parse_as_of(as_of), _desk()
    chosen = _week(week, at)
    written = notices.preview(desk, chosen, at, out)
    print(f"{chosen.words}通知 {len(written)} 份，已写到 {out}（总览：{out / 'index.html'}）")
    for each in written:
        if each.trouble:
            print(printable(f"  {each.unit}　{each.trouble}"))


@app.command()
def sign(week: WeekName = None, as_of: AsOf = None, by: By = "人工", why: Why = "") -> None:
    """签发：编文号、定时限，问题转为“已通知整改中”，邮件进入待发送。不写 --week 则签发全部草稿。"""
    from scheduler import notices
    from tracker.weeks import Week

    at, desk = parse_as_of(as_of), _desk()
    done = notices.sign(desk, Week.named(week) if week else None, at, by, why)
    if _tell_signing(done):
        raise typer.Exit(1)


def _tell_signing(done: "Signing") -> bool:
    """Whether a unit cannot be reached by mail."""
    if not done.issued and not done.void:
        print("没有待签发的草稿：先用 xunjian notices prepare 拟稿")
        return False
    print(f"签发 {len(done.issued)}" + (f"，作废 {len(done.void)}（已无须通知）" if done.void else ""))
    for each in done.issued:
        print(printable(f"  {each.number}　{each.unit}　{each.counts}　邮件 {each.mails}"))
    return _tell_unreachable(done.issued)


def _tell_unreachable(issued: "list[Issued]") -> bool:
    lost = [each for each in issued if each.unreachable]
    for each in lost:
        print(printable(f"  无法发信　{each.unit}　{'；'.join(each.unreachable)}"))
    if lost:
        print("请打印送达后运行 xunjian notices delivered 文号 --by 经办人")
    return bool(lost)


@app.command()
def send(
    week: WeekName = None,
    as_of: AsOf = None,
    by: By = "人工",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出将发给谁，不发送")] = False,
    release: Annotated[
        bool, typer.Option("--release", help="放行因数量异常而暂停的邮件，须写 --why")
    ] = False,
    why: Why = "",
) -> None:
    """发送已签发的通知；数量超过上一次两倍时暂停，等人放行。"""
    from scheduler import notices

    if release and not why.strip():
        raise typer.BadParameter("放行须用 --why 写明理由")
    at, desk = parse_as_of(as_of), _desk()
    if dry_run:
        _dry_run(desk, at)
        return
    needs_person = False
    if desk.settings.signing == "automatic":
        needs_person = _tell_signing(notices.automatic(desk, _week(week, at), at))
    sending = notices.send(desk, at, by, why.strip() if release else "")
    if _tell_sending(sending) or _tell_doubtful(desk) or needs_person:
        raise typer.Exit(1)


def _dry_run(desk: "Desk", at: "datetime") -> None:
    from scheduler.notices import held_weeks
    from tracker import outbox

    with desk.database.reading() as session:
        mails = outbox.due(session, at)
        storms = list(held_weeks(session, desk.settings))
    stopped = {number for storm in storms for number in storm.notice_ids}
    for mail in mails:
        held = "　（暂停，等待放行）" if mail.notice_id in stopped else ""
        print(printable(f"  {mail.number}　{mail.unit}　{mail.recipient}{held}"))
    print(f"将发送 {sum(mail.notice_id not in stopped for mail in mails)} 封（未发送）")
    _tell_held(storms)


def _tell_sending(sending: "Sending") -> bool:
    sent = sending.sent
    print(f"已送达邮件服务器 {sent.accepted}，稍后重试 {sent.put_off}，被退回 {sent.refused}")
    _tell_held(sending.held)
    return sent.needs_person or bool(sending.held)


def _tell_held(storms: "list[Held] | tuple[Held, ...]") -> None:
    for storm in storms:
        before = (
            f"上一次（{storm.last_week}）邮件 {storm.last_mails}、新列问题 {storm.last_issues}"
            if storm.last_week
            else "此前没有发过通知"
        )
        print(f"已暂停 {storm.week} 的邮件：邮件 {storm.mails}、新列问题 {storm.issues}，{before}")
        print("  请核对是否属实，属实用 xunjian notices send --release --why 理由 放行")


def _tell_doubtful(desk: "Desk") -> bool:
    from tracker import outbox

    with desk.database.reading() as session:
        doubtful, bounced = outbox.doubtful(session), outbox.bounced(session)
    for mail in (*doubtful, *bounced):
        print(
            printable(f"  {mail.state.sentence}　{mail.number}　{mail.unit}　{mail.recipient}　{mail.answer}")
        )
    if doubtful or bounced:
        print(
            "请与收件单位核实：已收到用 xunjian notices delivered 文号，未收到用 xunjian notices resend 文号"
        )
    return bool(doubtful or bounced)


@app.command("list")
def list_(
    week: Annotated[str | None, typer.Option("--week", help="只列这一周，如 2026-W47")] = None,
    format: Annotated[Literal["table", "json"], typer.Option("--format", help="输出格式")] = "table",
) -> None:
    """列出通知：文号、单位、问题数、时限、送达情况。"""
    from tracker.notice_queries import listed
    from tracker.notice_words import NoticeKind, NoticeOrigin, NoticeState
    from tracker.outbox import MailState
    from tracker.weeks import Week

    desk = _desk()
    with desk.database.reading() as session:
        found = listed(session, str(Week.named(week)) if week else "")
    if format == "json":
        for each in found:
            print(json.dumps(each.fields, ensure_ascii=False))
        return
    rows = []
    for each in found:
        notice, parts = each.notice, each.parts
        delivered = [f"{MailState(state).sentence}{count}" for state, count in each.mails.items()]
        delivered += [f"{act}（{by}）" for act, by, _ in each.acts if act == "送达"]
        rows.append(
            [
                each.no,
                notice.number,
                NoticeKind(notice.kind).sentence
                if notice.origin == NoticeOrigin.OWN
                else NoticeOrigin(notice.origin).sentence,
                notice.week,
                notice.unit,
                f"{parts['new']}/{parts['again']}/{parts['rectified']}",
                str(notice.due_on or ""),
                NoticeState(notice.state).sentence,
                "、".join(delivered),
            ]
        )
    if not rows:
        print("没有通知")
        return
    headings = ["编号", "文号", "种类", "通报周", "单位", "新列/再次/已整改", "整改时限", "状态", "送达"]
    print_table(headings, rows, fixed=("编号", "通报周", "整改时限"))


@app.command()
def withdraw(number: Number, why: Why = "", as_of: AsOf = None, by: By = "人工") -> None:
    """撤回：发出一份有文号的撤回通知，所列问题回到“已确认待通知”，不计家次。"""
    from scheduler import notices

    _tell_following(notices.withdraw(_desk(), number, parse_as_of(as_of), by, why.strip()), "撤回")


@app.command()
def correct(number: Number, why: Why = "", as_of: AsOf = None, by: By = "人工") -> None:
    """更正：发出一份有文号的更正通知，列出仍须整改的问题。"""
    from scheduler import notices

    _tell_following(notices.correct(_desk(), number, parse_as_of(as_of), by, why.strip()), "更正")


def _tell_following(issued: "Issued", act: str) -> None:
    print(
        printable(
            f"{act}通知 {issued.number}　{issued.unit}　邮件 {issued.mails}（xunjian notices send 发送）"
        )
    )
    if _tell_unreachable([issued]):
        raise typer.Exit(1)


@app.command()
def delivered(
    number: Number,
    by: Annotated[str, typer.Option("--by", help="谁送达或核实的")],
    at: Annotated[str | None, typer.Option("--at", help="何时送达，如 2026-11-24T09:00+08:00")] = None,
    why: Why = "已送达",
) -> None:
    """记录送达：书面送达，或向收件单位核实邮件已收到。"""
    _decide(number, True, by, why, at)


@app.command()
def resend(
    number: Number,
    by: Annotated[str, typer.Option("--by", help="谁核实的")],
    why: Why = "收件单位未收到",
    as_of: AsOf = None,
) -> None:
    """重新发送：向收件单位核实没有收到的邮件（送达情况不明或被退回的）。"""
    _decide(number, False, by, why, as_of)


def _decide(number: str, was_delivered: bool, by: str, why: str, moment: str | None) -> None:
    from datetime import UTC, datetime

    from tracker import notice_acts, notices, outbox
    from tracker.notice_words import Act

    at, desk, now = parse_as_of(moment), _desk(), datetime.now(UTC)
    with desk.database.writing() as session:
        notice = notices.find(session, number)
        notice_acts.require_signed(session, notice, "记录送达" if was_delivered else "重新发送", at)
        mails = [
            mail
            for mail in (*outbox.doubtful(session), *outbox.bounced(session))
            if mail.notice_id == notice.id
        ]
        for mail in mails:
            outbox.decide(session, mail.id, delivered=was_delivered, by=by, why=why, at=at, recorded_at=now)
        if was_delivered:
            notice_acts.note_acts(session, [notice.id], Act.DELIVER, by, why, at, now)
            print(f"通知 {notice.number} 已记录送达")
        elif not mails:
            print(f"通知 {notice.number} 没有被退回或送达情况不明的邮件")
        else:
            print(f"通知 {notice.number} 重新发送 {len(mails)} 封（xunjian notices send 发送）")


@app.command()
def remind(as_of: AsOf = None) -> None:
    """到期提醒：整改时限将到、尚未整改也未反馈的，每份通知提醒一次。"""
    from scheduler import notices

    print(f"到期提醒 {notices.remind(_desk(), parse_as_of(as_of))} 封（xunjian notices send 发送）")


@app.command()
def ladder(as_of: AsOf = None) -> None:
    """逐级督办：将到期的、逾期的、拟通报和拟约谈的名单（由领导决定）。"""
    from tracker.notice_queries import ladder as rungs

    at, desk = parse_as_of(as_of), _desk()
    settings = desk.settings
    last = desk.terms.calendar.after(at.date(), settings.remind_working_days).day
    with desk.database.reading() as session:
        rows = [
            [
                rung.level,
                rung.unit,
                rung.target.name,
                desk.terms.title_of(rung.issue.check_id),
                rung.issue.subject,
                f"第{rung.times}次",
                str(rung.issue.due_on),
                str(rung.overdue_days),
                str(rung.issue.id),
            ]
            for rung in rungs(
                session, at.date(), last, settings.again_before_bulletin, settings.again_before_talk
            )
        ]
    if not rows:
        print("没有将到期或逾期的问题")
        return
    headings = ["督办", "单位", "网站/账号", "问题类型", "对象", "通知", "整改时限", "逾期天数", "问题编号"]
    print_table(headings, rows, fixed=("督办", "整改时限"))


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹")] = Path(),
) -> None:
    """取出内置的通知单 Word 模板，修改后在设置项 reports.notice_template 中指定。"""
    from reports.notice_template import built_in_template

    out.mkdir(parents=True, exist_ok=True)
    path = out / "通知单模板.docx"
    if path.exists():
        raise typer.BadParameter(f"{path} 已存在：请移走或用 --out 另选文件夹")
    path.write_bytes(built_in_template())
    print(f"已写出 {path}：在 Word 中修改后，在 settings.toml 的 reports.notice_template 写上它的路径")


app.command("import")(import_)
