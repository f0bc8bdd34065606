"""The way out as the doctor sees it: real mail servers and real websites on loopback."""

import contextlib
import socket
import stat
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from console.doctor import outside
from reports import charts
from reports.post import PostTrouble, UnusablePost
from tests.builders import NOW
from tests.console.doctor.cases import (
    a_case,
    a_register,
    require_reminder,
    require_trouble,
    require_well,
)
from tests.mail_server import PASSWORD, MailServer, a_certificate, answers, drops, mail_server
from tracker.audit import add_link
from tracker.database import Database


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as mails:
        yield mails


def posting(url: str, **more: Any) -> dict[str, Any]:
    return {"smtp_url": url, "sender": "xunjian@yunze.test", "smtp_timeout_seconds": 0.3, **more}


def with_user(mails: MailServer) -> str:
    return mails.url.replace("//", "//xunjian@")


@contextlib.contextmanager
def website(date: str, **headers: str) -> Iterator[str]:
    """A website whose clock says `date`; its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            for name, value in {"Date": date, "Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Not on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


OPEN = {"allow_private_addresses": True}


# -- mail -------------------------------------------------------------------------------------------------


def test_mails_that_only_go_to_a_folder_are_told(tmp_path: Path) -> None:
    case = a_case(tmp_path, reports={"smtp_url": f"folder:{tmp_path / 'mail'}"})
    require_reminder(outside.mail(case), str(tmp_path / "mail"), "只写成文件", "reports.smtp_url")
    assert not (tmp_path / "mail").exists()


def test_a_folder_for_mails_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "mail").touch()
    with pytest.raises(PostTrouble, match="无法读写"):
        outside.mail(a_case(tmp_path, reports={"smtp_url": f"folder:{tmp_path / 'mail'}"}))


def test_a_mail_server_is_greeted_and_logged_into_and_nothing_is_sent(tmp_path: Path) -> None:
    with mail_server(auth_require_tls=False) as mails:
        case = a_case(tmp_path, reports=posting(with_user(mails), smtp_password=SecretStr(PASSWORD)))

        require_well(outside.mail(case), "已登录 xunjian", "接受发件人 xunjian@yunze.test", "没有加密")

    assert mails.users == ["xunjian"]
    assert "MAIL" in mails.begun
    assert not mails.arrived


def test_an_encrypted_line_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(tls=certificate) as mails:
        case = a_case(tmp_path, reports=posting(mails.url, smtp_starttls="required"))
        require_well(outside.mail(case), "连接已加密")


def test_a_wrong_password_is_told(tmp_path: Path) -> None:
    with mail_server(auth_require_tls=False) as mails:
        case = a_case(tmp_path, reports=posting(with_user(mails), smtp_password=SecretStr("wrong")))
        with pytest.raises(PostTrouble, match=r"拒绝登录.*XUNJIAN_REPORTS__SMTP_PASSWORD"):
            outside.mail(case)


def test_a_sender_that_the_server_refuses_is_told(tmp_path: Path, mails: MailServer) -> None:
    mails.does("MAIL", answers("550 not yours"))
    with pytest.raises(PostTrouble, match=r"不接受发件人.*reports\.sender"):
        outside.mail(a_case(tmp_path, reports=posting(mails.url)))


@pytest.mark.parametrize(
    ("act", "words"), [(answers("451 busy"), "暂时不收"), (drops, "中断")], ids=["puts off", "hangs up"]
)
def test_a_server_that_would_not_take_a_mail_now_is_told(
    tmp_path: Path, mails: MailServer, act: Any, words: str
) -> None:
    mails.does("MAIL", act)
    require_trouble(outside.mail(a_case(tmp_path, reports=posting(mails.url))), words, "reports.smtp_url")


def test_a_mail_server_that_is_not_there_is_told(tmp_path: Path, nobody: str) -> None:
    case = a_case(tmp_path, reports=posting(nobody.replace("http", "smtp")))
    require_trouble(outside.mail(case), "连接被拒绝", "reports.smtp_url")


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnusablePost, match=r"reports\.smtp_url"):
        outside.mail(a_case(tmp_path, reports=posting("mail.yunze.test")))


def test_a_trial_mail_arrives(tmp_path: Path, mails: MailServer) -> None:
    case = a_case(tmp_path, mail_to="wangzhan@yunze.test", reports=posting(mails.url))

    require_well(outside.trial_mail(case), "wangzhan@yunze.test")

    (arrived,) = mails.arrived
    message = message_from_bytes(arrived)
    assert mails.recipients == ["wangzhan@yunze.test"]
    assert message["To"] == "wangzhan@yunze.test"
    assert b"xunjian doctor" in message.get_payload(decode=True)


def test_a_trial_mail_that_is_refused_is_told_in_the_servers_words(tmp_path: Path, mails: MailServer) -> None:
    mails.by_recipient["wangzhan@yunze.test"] = "550 no such mailbox"
    case = a_case(tmp_path, mail_to="wangzhan@yunze.test", reports=posting(mails.url))
    require_trouble(outside.trial_mail(case), "no such mailbox")


# -- alarms -----------------------------------------------------------------------------------------------


def test_alarms_that_nobody_would_hear_are_told(tmp_path: Path) -> None:
    require_reminder(outside.alarms(a_case(tmp_path)), "没有人知道", "reports.alarm_mails")


def test_ways_for_alarms_are_counted(tmp_path: Path) -> None:
    ways = {"alarm_mails": ("wangzhan@yunze.test",), "alarm_robots": (SecretStr("feishu://token"),)}
    require_well(outside.alarms(a_case(tmp_path, reports=ways)), "邮件 1 个，群机器人 1 个，没有外部监视")


def test_alarms_by_mail_alone_need_a_real_way_for_mails(tmp_path: Path) -> None:
    require_reminder(
        outside.alarms(a_case(tmp_path, reports={"alarm_mails": ("wangzhan@yunze.test",)})), "只写到文件夹"
    )


@pytest.mark.parametrize(
    "ways",
    [{"alarm_mails": ("wangzhan",)}, {"alarm_robots": (SecretStr("weixin://secret"),)}],
    ids=["no mail address", "no robot"],
)
def test_a_way_that_is_none_is_told_without_its_secret(tmp_path: Path, ways: dict[str, Any]) -> None:
    finding = outside.alarms(a_case(tmp_path, reports=ways))
    require_trouble(finding, "reports.alarm_")
    assert "secret" not in str(finding)


# -- browser and fonts ------------------------------------------------------------------------------------


def program(folder: Path, text: str) -> None:
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_machine_without_a_browser_is_told_what_is_not_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    require_reminder(outside.browser(a_case(tmp_path)), "无法核验", "apt install chromium")


def test_a_browser_tells_its_version_and_a_broken_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, 'echo "Chromium 150.0 $*"')
    require_well(outside.browser(a_case(tmp_path)), "Chromium 150.0", "能打开页面")
    program(tmp_path, "echo Chromium 150.0")
    require_reminder(outside.browser(a_case(tmp_path)), "Chromium 150.0", "不能打开页面")
    program(tmp_path, "exit 127")
    require_reminder(outside.browser(a_case(tmp_path)), "127", "--reinstall")


@pytest.mark.skipif(charts.chinese_font() is None, reason=charts.NO_FONT)
def test_a_chinese_font_is_named(tmp_path: Path) -> None:
    font = charts.chinese_font()
    assert font is not None
    require_well(outside.fonts(a_case(tmp_path)), font.get_name())


def test_a_machine_without_chinese_fonts_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "FONTS", ("没有这种字体",))
    charts.chinese_font.cache_clear()
    try:
        with monkeypatch.context() as bare:
            bare.setenv("PATH", str(tmp_path))
            require_reminder(outside.fonts(a_case(tmp_path)), "没有图表", "fonts-noto-cjk")
    finally:
        monkeypatch.undo()
        charts.chinese_font.cache_clear()


# -- the network and the clock ----------------------------------------------------------------------------


def test_without_websites_the_network_cannot_be_tried_yet(tmp_path: Path, database: Database) -> None:
    require_reminder(outside.network(a_case(tmp_path, database)), "没有网站，还不能试")


def test_websites_that_answer_are_counted_and_their_clocks_agree_with_ours(
    tmp_path: Path, database: Database
) -> None:
    with website(format_datetime(NOW)) as url:
        a_register(database, url, url)
        case = a_case(tmp_path, database, crawler=OPEN)
        require_well(outside.network(case), "试了 2 个网站，2 个有应答")
    require_well(outside.clock(case), "与网站的时间相符")


def test_a_website_that_does_not_answer_is_named_with_the_reason(
    tmp_path: Path, database: Database, nobody: str
) -> None:
    with website(format_datetime(NOW)) as url:
        a_register(database, url, nobody)
        finding = outside.network(a_case(tmp_path, database, crawler=OPEN))
    require_reminder(finding, "1 个有应答", "第2网站：服务器拒绝连接")


def test_where_nobody_answers_the_network_is_to_be_mended(
    tmp_path: Path, database: Database, nobody: str
) -> None:
    a_register(database, nobody)
    require_trouble(outside.network(a_case(tmp_path, database, crawler=OPEN)), "0 个有应答", "防火墙")


def test_websites_are_asked_with_the_crawlers_own_guard(tmp_path: Path, database: Database) -> None:
    with website(format_datetime(NOW)) as url:
        a_register(database, url)
        require_trouble(outside.network(a_case(tmp_path, database)), "地址不在允许访问的范围")


def test_no_more_than_five_websites_are_asked(tmp_path: Path, database: Database) -> None:
    with website(format_datetime(NOW)) as url:
        a_register(database, *[url] * 7)
        require_well(outside.network(a_case(tmp_path, database, crawler=OPEN)), "试了 5 个网站")


def test_a_proxy_that_the_crawler_does_not_use_is_told(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    with website(format_datetime(NOW)) as url:
        a_register(database, url)
        require_reminder(
            outside.network(a_case(tmp_path, database, crawler=OPEN)), "http_proxy", "不经过代理"
        )


@pytest.mark.parametrize(
    ("theirs", "words"),
    [(NOW - timedelta(minutes=10), "快 10 分钟"), (NOW + timedelta(hours=8), "慢 8 小时")],
    ids=["fast", "slow"],
)
def test_a_clock_that_is_off_is_to_be_set(
    tmp_path: Path, database: Database, theirs: datetime, words: str
) -> None:
    with website(format_datetime(theirs)) as url:
        a_register(database, url)
        case = a_case(tmp_path, database, crawler=OPEN)
        outside.network(case)
    require_trouble(outside.clock(case), words, "timedatectl set-ntp true")


def test_one_website_whose_clock_is_wrong_proves_nothing_against_ours(
    tmp_path: Path, database: Database
) -> None:
    with website(format_datetime(NOW - timedelta(days=1))) as wrong, website(format_datetime(NOW)) as right:
        a_register(database, wrong, right)
        case = a_case(tmp_path, database, crawler=OPEN)
        outside.network(case)
    require_well(outside.clock(case))


def test_an_answer_out_of_a_cache_is_as_old_as_it_says(tmp_path: Path, database: Database) -> None:
    with website(format_datetime(NOW - timedelta(hours=1)), Age="3600") as url:
        a_register(database, url)
        case = a_case(tmp_path, database, crawler=OPEN)
        outside.network(case)
    require_well(outside.clock(case), "与网站的时间相符")


def test_a_website_that_tells_no_time_is_no_clock(tmp_path: Path, database: Database) -> None:
    with website("yesterday") as url:
        a_register(database, url)
        case = a_case(tmp_path, database, crawler=OPEN)
        require_well(outside.network(case))
    require_well(outside.clock(case), "没有可以对照的网站时间")


def test_a_clock_behind_the_record_was_set_back(tmp_path: Path, database: Database) -> None:
    with database.writing() as session:
        add_link(session, "registers", {}, NOW + timedelta(hours=3))
    require_trouble(outside.clock(a_case(tmp_path, database)), "2026-11-24 12:00", "还早")
