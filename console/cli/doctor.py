"""doctor: whether all that the program needs is there, and how to mend what is not."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.cli.tables import printable

if TYPE_CHECKING:
    from console.doctor.examination import Point


def doctor(
    mail: Annotated[str, typer.Option("--mail", metavar="地址", help="另发一封试验邮件到此地址")] = "",
    format: Annotated[Literal["table", "json"], typer.Option("--format", help="输出格式")] = "table",
) -> None:
    """体检：逐项检查设置、数据库、备份、邮件、告警、浏览器、字体、外网、时钟和守护进程，写明缺什么、怎么补。"""
    from collections import Counter

    from console.doctor.examination import Case, Mark, examine
    from crawler.clock import Clock

    if mail:
        _require_address(mail)
    case = Case(Clock(datetime.now(UTC)), mail_to=mail)
    marks: Counter[Mark] = Counter()
    for name, finding in examine(case, points(trial_mail=bool(mail))):
        marks[finding.mark] += 1
        if format == "json":
            fields = {"point": name, "mark": finding.mark, "found": finding.found, "mend": finding.mend}
            print(json.dumps(fields, ensure_ascii=False), flush=True)
        else:
            print(printable(f"{finding.mark.sentence:　<3}　{name}　{finding}"), flush=True)
    case.close()
    if format == "table":
        print(f"共 {marks.total()} 项：" + "，".join(f"{mark.sentence} {marks[mark]}" for mark in Mark))
    if marks[Mark.TROUBLE]:
        raise typer.Exit(1)


def points(trial_mail: bool = False) -> "tuple[Point, ...]":
    """In the order in which one rests on another: settings before all, the network before the clock."""
    from console.doctor import daemon, outside, program, record
    from console.doctor.examination import Point

    return (
        Point("程序", program.program),
        Point("设置", program.settings),
        Point("办公室", program.office),
        Point("检查项", program.checks),
        Point("工作日", program.calendar),
        Point("数据库", record.database),
        Point("完整性", record.integrity),
        Point("用户", record.owner),
        Point("台账", record.registers),
        Point("文件夹", record.folders),
        Point("备份", record.backups),
        Point("磁盘", record.disk),
        Point("邮件", outside.mail),
        *([Point("试发邮件", outside.trial_mail)] if trial_mail else []),
        Point("告警", outside.alarms),
        Point("浏览器", outside.browser),
        Point("字体", outside.fonts),
        Point("外网", outside.network),
        Point("时钟", outside.clock),
        Point("守护进程", daemon.daemon),
        Point("告警灯", daemon.lights),
    )


def _require_address(address: str) -> None:
    from reports.post import ADDRESS

    if not ADDRESS.fullmatch(address):
        raise typer.BadParameter(f"--mail “{address}”不是邮件地址：请写成 wangzhan@example.gov.cn")
