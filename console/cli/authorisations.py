"""authorisations list, set, remove, key: what lets us ask the official interfaces. Secrets are read, never printed."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli.asof import AsOf, parse_as_of, parse_day
from console.cli.tables import print_table
from crawler.sources.issuers import Issuer

if TYPE_CHECKING:
    from tracker.authorisations import Terms

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Whose = Annotated[
    Issuer, typer.Argument(metavar="平台", help="、".join(f"{each}（{each.sentence}）" for each in Issuer))
]
Account = Annotated[
    str, typer.Option("--account", metavar="KEY", help="账号标识；不写即为该平台全部账号共用")
]
By = Annotated[str, typer.Option("--by", help="经办人")]
BY_NOBODY = "人工"
TABLE = ("授权", "账号标识", "须重新授权", "续期", "最近续期", "状态", "录入")
OTHER_NAMES = {
    "token": ("token", "access_token", "authorizer_access_token", "component_access_token"),
    "refresh": ("refresh", "refresh_token", "authorizer_refresh_token"),
    "client": ("client", "client_key", "app_id", "appid"),
    "secret": ("secret", "client_secret", "app_secret"),
}
"""What the platforms call it in their answers, which may be handed over as they came."""
ENDS = ("expires_in",)
REFRESH_ENDS = ("refresh_expires_in", "refresh_token_expires_in")
ASKED = {
    "token": "访问令牌（access_token）",
    "refresh": "刷新令牌（refresh_token）",
    "client": "应用标识（client_key、app_id）",
    "secret": "应用密钥（app_secret）",
}


@app.callback()
def _authorisations() -> None:
    """授权：令牌和密钥加密保存，不显示、不写入日志和导出；也可只写在环境变量 XUNJIAN_SECRET_… 中。"""


@app.command("list")
def list_(
    format_: Annotated[str, typer.Option("--format", help="table 或 json（每行一个授权）")] = "table",
    as_of: AsOf = None,
) -> None:
    """已保存的授权：何时到期，由谁续期，是否被平台拒绝。不显示令牌和密钥。

    续期“自动”：访问令牌和刷新令牌录在同一个授权中，系统到期换新；“人工”：到期前重新录入。
    """
    from console.settings import given_secrets, load_settings
    from console.wiring import open_database
    from tracker.authorisations import kept
    from tracker.settings import KEY_VARIABLE

    if format_ not in ("table", "json"):
        raise typer.BadParameter(f"--format “{format_}”不在可选值 table、json 之中")
    today = parse_as_of(as_of).date()
    with open_database(load_settings()).reading() as session:
        rows = kept(session)
    if format_ == "json":
        for each in rows:
            told = {"issuer": each.issuer, "account": each.account, "ends_on": str(each.ends_on or "")}
            print(json.dumps({**told, "renews": each.renews, "refused": each.refused}, ensure_ascii=False))
        return
    print_table(
        TABLE,
        [
            (
                each.shown,
                each.account,
                str(each.ends_on or "未知"),
                "自动" if each.renews else "人工",
                _day(each.renewed_at),
                each.trouble(today).partition("：")[2] if each.refused else "正常",
                f"{_day(each.set_at)} {each.set_by}",
            )
            for each in rows
        ],
    )
    if names := sorted(given_secrets().keys() - {KEY_VARIABLE}):
        print(f"另由环境变量提供：{'、'.join(names)}")


@app.command("set")
def set_(
    issuer: Whose,
    account: Account = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="含令牌和密钥的文件：平台返回的 JSON，或每行一个“名=值”")
    ] = None,
    ends: Annotated[str | None, typer.Option("--ends", metavar="DATE", help="令牌到期日")] = None,
    authorised_on: Annotated[
        str | None,
        typer.Option(
            "--authorised-on", metavar="DATE", help="单位授权的日期，默认当日（抖音满180天须重新授权）"
        ),
    ] = None,
    by: By = BY_NOBODY,
    as_of: AsOf = None,
) -> None:
    """录入或更换一个授权。令牌和密钥取自 --file，否则取自标准输入；在终端上逐项询问，输入时不显示。"""
    from console.settings import load_settings
    from console.wiring import open_database, secrets
    from tracker.authorisations import FIELDS, store

    at, settings = parse_as_of(as_of), load_settings()
    database, box = open_database(settings), secrets(settings).box
    box.seal({})  # who has no key is told before he types in secrets
    given = _read(file)
    found = {name: _first(given, OTHER_NAMES[name]) for name in FIELDS}
    terms = _terms(given, at, ends, authorised_on)
    with database.writing() as session:
        kept = store(session, box, issuer, account, found, terms, by, at)
    held = "、".join(ASKED[name].partition("（")[0] for name in FIELDS if found[name])
    print(f"已保存{kept.shown}的授权（{held}），{f'{kept.ends_on} 到期' if kept.ends_on else '到期日未知'}")


@app.command("remove")
def remove(issuer: Whose, account: Account = "", by: By = BY_NOBODY, as_of: AsOf = None) -> None:
    """删除一个授权。"""
    from console.settings import load_settings
    from console.wiring import open_database
    from tracker import authorisations

    with open_database(load_settings()).writing() as session:
        authorisations.remove(session, issuer, account, by, parse_as_of(as_of))
    print(f"已删除{authorisations.shown(issuer, account)}的授权")


@app.command("key")
def key() -> None:
    """生成加密授权用的密钥文件。请另行妥善保存：没有它，已保存的授权无法读取；它不随备份走。"""
    from console.settings import load_settings
    from tracker.strongbox import make_key_file

    file = load_settings().tracker.secret_key_file
    make_key_file(file)
    print(f"已生成密钥文件 {file}（只有当前用户可读）：请另存一份，不要与数据库备份放在一起")


def _read(file: Path | None) -> Mapping[str, Any]:
    if file is None and sys.stdin.isatty():
        return {
            name: typer.prompt(asked, default="", hide_input=True, show_default=False)
            for name, asked in ASKED.items()
        }
    try:
        text = sys.stdin.read() if file is None else file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} 不是 UTF-8 文本") from None
    return _parsed(text)


def _parsed(text: str) -> Mapping[str, Any]:
    """A platform's answer as it came, or lines of name=value. What cannot be read is not quoted: it may be a secret."""
    try:
        said = json.loads(text)
    except ValueError:
        pairs = (line.partition("=") for line in text.splitlines())
        return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
    inner = said.get("data", said) if isinstance(said, dict) else None
    if not isinstance(inner, dict):
        raise typer.BadParameter("读到的 JSON 不是平台返回的授权：请原样保存平台返回的内容")
    return inner


def _first(given: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(given[name]) for name in names if given.get(name)), "")


def _terms(given: Mapping[str, Any], at: datetime, ends: str | None, authorised_on: str | None) -> "Terms":
    from crawler.clock import midnight
    from tracker.authorisations import Terms

    last = parse_day(ends, "--ends") if ends else None
    return Terms(
        ends=midnight(last) + timedelta(days=1) - timedelta(seconds=1) if last else _after(given, ENDS, at),
        refresh_ends=_after(given, REFRESH_ENDS, at),
        authorised_on=parse_day(authorised_on, "--authorised-on") if authorised_on else None,
    )


def _after(given: Mapping[str, Any], names: tuple[str, ...], at: datetime) -> datetime | None:
    seconds = _first(given, names)
    return at + timedelta(seconds=int(seconds)) if seconds.isdecimal() else None


def _day(moment: datetime | None) -> str:
    from crawler.clock import CHINA

    return str(moment.astimezone(CHINA).date()) if moment else ""
