"""probe and round."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.asof import AsOf, parse_as_of
from console.cli.tables import printable

if TYPE_CHECKING:
    from scheduler.round import Parts, RoundDone

Only = Annotated[
    list[str] | None, typer.Option("--only", metavar="KEY…", help="只巡检这些标识码（可写几个，也可重复）")
]
SEVERAL_KEYS = {"allow_extra_args": True}
"""For the commands with --only: click gives an option one value, the keys that follow come as extra arguments."""


def keys(context: typer.Context, only: list[str] | None) -> list[str]:
    """The value of each --only and the keys that follow."""
    if context.args and not only:
        raise typer.BadParameter(f"多余的参数“{' '.join(context.args)}”：标识码请写在 --only 后面")
    return [*(only or ()), *context.args]


def probe(context: typer.Context, as_of: AsOf = None, only: Only = None) -> None:
    """现在探测一次每个网站的首页（15 秒内能否打开）。"""
    from checks.blame import blame_of
    from console.settings import load_settings
    from console.wiring import open_database, parts
    from scheduler import probes

    at, chosen = parse_as_of(as_of), keys(context, only)
    settings = load_settings()
    done = probes.probe(parts(settings, open_database(settings)), at, chosen)
    failed = [each for each in done.probes if not each.probe.ok]
    skipped = f"，距上次探测不足间隔而略过 {done.skipped}" if done.skipped else ""
    print(f"探测 {len(done.probes)}，打开 {len(done.probes) - len(failed)}，未打开 {len(failed)}{skipped}")
    for each in failed:
        problem, blame = each.probe.problem, blame_of(each.probe.problem, each.probe.status)
        put_down = f"（{blame.sentence}）" if blame and blame.value != problem else ""
        print(printable(f"  {each.site.name}　{problem.sentence if problem else ''}{put_down}"))


def daily_round(context: typer.Context, as_of: AsOf = None, only: Only = None) -> None:
    """现在巡检一轮，并做到期的复核；中断后再次运行即从中断处继续。"""
    from console.settings import load_settings
    from console.wiring import open_database, parts

    at, chosen = parse_as_of(as_of), keys(context, only)
    settings = load_settings()
    joined = parts(settings, open_database(settings))
    from console.cli.progress import progress
    from scheduler.round import Round

    with progress() as shown:
        done = Round(joined, at, shown).run(chosen)
    if tell(done, joined, whole_day=not chosen):
        raise typer.Exit(1)


def tell(done: "RoundDone", joined: "Parts", command: str = "xunjian", whole_day: bool = True) -> bool:
    """Print the day's summary and, with `command`, where to look next; whether something needs a person.

    `whole_day`: all targets were to be looked at, so that one still due is a matter for a person.
    """
    from console.wiring import check_titles
    from reports import daily

    assert done.day is not None
    if not done.looked and not done.second_looks:
        print("今日应检对象均已检过，没有到期的复核")
    if done.rendered:
        print(f"浏览器打开页面 {done.rendered}")
    titles = check_titles()
    ours = frozenset(check.id for check in joined.catalogue if check.operator)
    for line in daily.lines(done.day, titles, ours):
        print(printable(line))
    for check_id, count in done.broken_checks.items():
        package = next(check.package for check in joined.catalogue if check.id == check_id)
        print(f"检查项 {check_id}（{package}）出错 {count} 次，相应对象按无法核验处理：详情见日志")
    for failure in joined.catalogue.failures:
        print(f"检查项未能加载：{failure.package} 的 {failure.entry}（{failure.error}）")
    pending = sum(count for (_, state), count in done.day.open_issues.items() if state == "pending")
    print(f"查看问题：{command} issues list --state confirmed；单个问题：issues show 编号")
    if pending:
        print(f"待人工审核 {pending}：issues list --state pending，再 issues confirm 或 issues dismiss")
    left = whole_day and done.day.counted("due")
    return bool(pending or done.broken_checks or joined.catalogue.failures or left or done.day.bridges)
