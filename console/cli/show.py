"""inspect: how one page, or one platform's answer, is read."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

import typer

from console.cli.asof import AsOf, parse_as_of
from console.cli.tables import printable

if TYPE_CHECKING:
    from crawler.observations import PageReading

YES_NO = {True: "是", False: "否", None: "无法判断"}


def inspect(
    what: Annotated[str, typer.Argument(metavar="URL|FILE", help="网址，或已存下的文件")],
    base_url: Annotated[str, typer.Option("--base-url", help="文件原来的网址，用来补全链接")] = "",
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象")] = False,
    as_: Annotated[
        Literal["page", "account"], typer.Option("--as", help="按网页读，或按账号的采集结果读")
    ] = "page",
    adapter: Annotated[str, typer.Option(help="采集方式（--as account）")] = "",
    platform: Annotated[str, typer.Option(help="平台（--as account）")] = "",
    account_id: Annotated[str, typer.Option(help="账号标识（--as account）")] = "",
    url: Annotated[str, typer.Option(help="采集地址（--as account）")] = "",
    status: Annotated[int, typer.Option(help="HTTP 状态码（文件）")] = 200,
    content_type: Annotated[str, typer.Option(help="Content-Type（文件）")] = "",
    header: Annotated[list[str] | None, typer.Option(help="响应头 'Name: value'（可重复）")] = None,
) -> None:
    """一个网页（或一次采集结果）是怎么读的：栏目、条目、日期及出处、是否空白、为什么。"""
    at = parse_as_of(as_of)
    if base_url:
        _require_address(base_url, "--base-url ")
    if as_ == "account":
        if "://" in what:
            raise typer.BadParameter(
                "--as account 读已存下的文件，不访问网址：请把采集结果存成文件，采集地址写在 --url"
            )
        from console.cli.show_account import Given, read_account
        from console.settings import load_settings

        given = Given(
            adapter, platform, account_id, url or base_url, status, content_type, tuple(header or ())
        )
        facts = read_account(body_of(what), given, at, load_settings().checks)
        print(json.dumps(facts, ensure_ascii=False) if as_json else _account_lines(facts))
        return
    reached = True
    if "://" in what:
        reading, reached = _read_url(what, at)
    else:
        reading = _read_file(what, base_url, status, content_type, at)
    facts = page_facts(reading)
    print(json.dumps(facts, ensure_ascii=False) if as_json else _page_lines(facts))
    if not reached:
        raise typer.Exit(3)


def body_of(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise typer.BadParameter(
            f"文件 {file} 无法读取（{error.strerror}）：请检查路径；网址请以 http:// 或 https:// 开头"
        ) from None


def _read_file(file: str, base_url: str, status: int, content_type: str, at: datetime) -> "PageReading":
    from crawler.extract.page import read_page

    address = base_url or "https://unknown.invalid/"
    return read_page(body_of(file), url=address, content_type=content_type, status=status, at=at)


def _require_address(url: str, option: str = "") -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise typer.BadParameter(f"{option}“{url}”不是网页地址：只支持 http:// 和 https://")


def _read_url(url: str, at: datetime) -> tuple["PageReading", bool]:
    """How the page is read, and whether anybody answered at all."""
    from console.settings import load_settings
    from crawler.clock import Clock
    from crawler.observations import PageReading, SiteVisit
    from crawler.runner import crawl
    from crawler.showing import QUALITY_PROBLEM
    from crawler.targets import Site

    _require_address(url)
    crawling = crawl([Site("", url, url)], load_settings().crawler, Clock(at), "page")
    visit = next(seen for seen in crawling if isinstance(seen, SiteVisit))
    if visit.home is not None:
        return visit.home, True
    qualities = {problem: quality for quality, problem in QUALITY_PROBLEM.items()}
    quality = qualities.get(visit.problem, "error") if visit.problem else "error"
    why = visit.problem.sentence if visit.problem else ""
    detail = f"（{visit.detail}）" if visit.detail else ""
    answered = visit.home_fetch is not None and visit.home_fetch.status > 0
    return PageReading(quality, "other", "", why=f"{why}{detail}"), answered


def page_facts(reading: "PageReading") -> dict[str, Any]:
    """The object of `inspect --json` (design.md part 10); scripts rely on these names."""
    from checks.column_classes import classify

    return {
        "quality": reading.quality,
        "kind": reading.kind,
        "charset": reading.charset,
        "title": reading.title,
        "columns": [
            {"name": column.name, "url": column.url, "class": classify(column.name).letter}
            for column in reading.columns
        ],
        "rows": [
            {
                "title": row.title,
                "url": row.url,
                "date": row.date.isoformat() if row.date else None,
                "date_source": row.date_source,
            }
            for row in reading.rows
        ],
        "newest": reading.newest.isoformat() if reading.newest else None,
        "published": reading.published,
        "blank": reading.blank,
        "needs_browser": reading.needs_browser,
        "why": reading.why,
    }


def _page_lines(facts: dict[str, Any]) -> str:
    lines = [
        f"标题　{facts['title'] or '—'}",
        f"质量　{facts['quality']}　类型　{facts['kind']}　编码　{facts['charset'] or '—'}",
        f"最新　{facts['newest'] or '—'}　发布时间　{facts['published'] or '—'}",
        f"空白　{YES_NO[facts['blank']]}　需浏览器　{YES_NO[facts['needs_browser']]}",
        f"理由　{facts['why'] or '—'}",
    ]
    if facts["columns"]:
        lines.append(f"栏目 {len(facts['columns'])}")
        lines += [f"  {each['class'] or '—'}　{each['name']}　{each['url']}" for each in facts["columns"]]
    if facts["rows"]:
        lines.append(f"条目 {len(facts['rows'])}")
        lines += [
            f"  {each['date'] or '无日期'}（{each['date_source'] or '—'}）　{each['title']}　{each['url']}"
            for each in facts["rows"]
        ]
    return "\n".join(map(printable, lines))


def _account_lines(facts: dict[str, Any]) -> str:
    lines = [
        f"渠道　{facts['health']}　{facts['reason'] or '—'}",
        f"最新　{facts['newest'] or '—'}　更新不及时　{facts['stale']}",
        f"理由　{facts['why'] or '—'}",
        f"内容 {len(facts['posts'])}",
    ]
    lines += [
        f"  {post['published_at'] or '无日期'}{'（置顶）' if post['pinned'] else ''}　{post['title']}　{post['url']}"
        for post in facts["posts"]
    ]
    return "\n".join(map(printable, lines))
