"""checks list, show; judge."""

from typing import Annotated

import typer

from console.cli.asof import parse_day

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_() -> None:
    """列出全部检查项；装不上的写明是哪个软件包、为什么。"""
    from checks.catalogue import load
    from console.cli.tables import print_table
    from console.settings import load_settings
    from console.wiring import unknown_checks
    from tracker.observed import KIND_WORDS

    off = frozenset(load_settings().checks.switched_off)
    catalogue = load()
    unknown = unknown_checks(catalogue, off)
    rows = [
        [
            check.id,
            check.title,
            KIND_WORDS[check.applies_to],
            "停用" if check.id in off else "启用",
            "需人工" if check.needs_person else "",
            check.package,
        ]
        for check in catalogue
    ]
    print_table(["编号", "名称", "对象", "状态", "确认", "软件包"], rows)
    for failure in catalogue.failures:
        print(
            f"未能加载：{failure.package} 的 {failure.entry}（{failure.error}）：请联系该软件包的提供者，或将其卸载"
        )
    if unknown:
        print(f"设置项 checks.switched_off 中的“{'”“'.join(unknown)}”不是检查项：请改正")
    if catalogue.failures or unknown:
        raise typer.Exit(1)


@app.command()
def show(check_id: Annotated[str, typer.Argument(metavar="ID", help="检查项编号，如 column-blank")]) -> None:
    """一个检查项的说明：依据、对象、阈值、何时不判。"""
    from checks.catalogue import load

    check = load().get(check_id)
    if check is None:
        raise typer.BadParameter(f"没有检查项“{check_id}”：用 xunjian checks list 查看")
    print(f"{check.id}　{check.title}\n\n{check.manual}")


def judge(
    first: Annotated[str, typer.Option("--from", help="从哪一天的巡检起（2026-10-01）")],
    last: Annotated[str | None, typer.Option("--to", help="到哪一天止；不写为同一天")] = None,
    shadow: Annotated[bool, typer.Option("--shadow", help="只比较，不写入")] = False,
    check: Annotated[list[str] | None, typer.Option("--check", help="只判这些检查项")] = None,
) -> None:
    """用已存的观察重新判定，不访问任何网站。"""
    from console.settings import load_settings
    from console.wiring import open_database, parts
    from scheduler.rejudging import rejudge

    begin = parse_day(first, "--from")
    end = parse_day(last, "--to") if last else begin
    if end < begin:
        raise typer.BadParameter(f"--to {end} 早于 --from {begin}")
    settings = load_settings()
    joined = parts(settings, open_database(settings))
    for each in check or ():
        if joined.catalogue.get(each) is None:
            raise typer.BadParameter(f"没有启用的检查项“{each}”：用 xunjian checks list 查看")
    done = rejudge(joined, begin, end, only=frozenset(check or ()), shadow=shadow)
    for (check_id, change), count in sorted(done.changes.items()):
        print(f"{check_id}　{change}　{count}")
    for line in done.examples:
        print(f"  {line}")
    print(
        f"重判 {done.looks} 次巡检，{sum(done.changes.values())} 处与当时不同"
        + ("（仅比较，未写入）" if shadow else "")
    )
