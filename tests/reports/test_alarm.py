"""The message of the lights: what it says, and each way that it goes, spoken with a real mail server and a real web server."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from reports.alarm import Alarm, MailWay, NotTold, Told, ways_of, write_alarm
from reports.robots import MOST_BYTES, Robot, cut
from reports.settings import ReportSettings
from tests.builders import NOW
from tests.mail_server import MailServer, answers, drops, mail_server

A, B = "wangzhan@yunze.test", "zhiban@yunze.test"
HOUR = timedelta(hours=1)


def a_told(title: str = "磁盘空间不足", **more: Any) -> Told:
    return Told(title, **{"detail": "剩余 1.0 GB：请清理磁盘", "since": NOW - HOUR, **more})


def an_alarm(**more: Any) -> Alarm:
    return Alarm(
        **{"office": "云泽市人民政府办公室", "at": NOW, "repeat_hours": 24, "new": (a_told(),), **more}
    )


# -- what it says -----------------------------------------------------------------------------------------


def test_it_says_what_turned_red_what_still_is_and_what_is_well_again_in_beijing_time() -> None:
    alarm = an_alarm(
        at=NOW.astimezone(UTC),
        still=(a_told("备份过旧", detail="最近一次备份是前天"),),
        well=(a_told("系统时钟倒退", detail="早了一天", until=NOW - HOUR / 2),),
    )
    assert alarm.text.splitlines() == [
        "【告警】磁盘空间不足",
        "云泽市人民政府办公室　巡检系统告警　2026年11月24日09:00（北京时间）",
        "",
        "新告警（1）：",
        "· 磁盘空间不足：剩余 1.0 GB：请清理磁盘（2026年11月24日08:00起）",
        "",
        "尚未解除（1）：",
        "· 备份过旧：最近一次备份是前天（2026年11月24日08:00起）",
        "",
        "已经解除（1）：",
        "· 系统时钟倒退：早了一天（2026年11月24日08:00起，2026年11月24日08:30恢复）",
        "",
        "未解除的告警每24小时提醒一次，恢复后另行告知。",
    ]


@pytest.mark.parametrize(
    ("part", "subject"), [("new", "【告警】"), ("well", "【告警解除】"), ("still", "【告警未解除】")]
)
def test_its_subject_tells_a_new_alarm_from_a_reminder_and_an_all_clear(part: str, subject: str) -> None:
    lights = {"new": (), "still": (), "well": ()} | {part: (a_told(), a_told("备份过旧"))}
    assert an_alarm(**lights).subject == f"{subject}磁盘空间不足、备份过旧"


def test_when_all_is_well_it_says_so() -> None:
    assert an_alarm(new=(), well=(a_told(until=NOW),)).text.rstrip().endswith("目前没有未解除的告警。")


def test_what_strangers_wrote_stays_one_line_and_short() -> None:
    alarm = an_alarm(new=(a_told(detail="某站\r\nBcc: x@y.z\u202e" + "长" * 9000),))
    (line,) = [line for line in alarm.text.splitlines() if "某站" in line]
    assert "某站  Bcc: x@y.z长" in line
    assert len(line) < 600


def test_the_mail_has_a_text_and_an_html_part_with_the_same_words() -> None:
    alarm = an_alarm(new=(a_told(detail="<b>&“剩余”"),))
    message = message_from_bytes(
        write_alarm(alarm, A, "xunjian@yunze.test").as_bytes(), policy=policy.default
    )
    assert isinstance(message, EmailMessage)
    text, html = message.get_body(("plain",)), message.get_body(("html",))

    assert text is not None and html is not None
    assert text.get_content().replace("\r\n", "\n") == alarm.text
    assert "&lt;b&gt;&amp;“剩余”" in html.get_content()
    assert message["Subject"] == "【告警】磁盘空间不足"
    assert str(message["From"]) == "云泽市人民政府办公室 <xunjian@yunze.test>"
    assert (message["To"], message["Importance"], message["Auto-Submitted"]) == (A, "high", "auto-generated")


# -- by mail ----------------------------------------------------------------------------------------------


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as mails:
        yield mails


def settings(url: str, **more: Any) -> ReportSettings:
    return ReportSettings(smtp_url=url, sender="xunjian@yunze.test", smtp_timeout_seconds=0.3, **more)


def test_every_reader_has_a_mail_of_his_own(mails: MailServer) -> None:
    for way in ways_of(settings(mails.url, alarm_mails=(A, B))):
        way.tell(an_alarm())

    assert mails.recipients == [A, B]
    assert len(set(mails.ids)) == 2


def test_each_reader_is_a_way_of_his_own() -> None:
    assert [way.name for way in ways_of(settings("smtp://127.0.0.1:1", alarm_mails=(A, B)))] == [
        f"mail {A}",
        f"mail {B}",
    ]


def test_the_same_alarm_again_is_the_same_mail(mails: MailServer) -> None:
    way = MailWay(settings(mails.url), A)
    way.tell(an_alarm())
    way.tell(an_alarm())
    way.tell(an_alarm(at=NOW + HOUR))

    first, again, later = mails.ids
    assert first == again != later


@pytest.mark.parametrize(
    ("stage", "answer"), [("RCPT", "550 no such user"), ("connect", "421 busy"), ("MAIL", "550 no")]
)
def test_a_mail_that_is_not_taken_was_not_told(mails: MailServer, stage: Any, answer: str) -> None:
    mails.does(stage, answers(answer))
    with pytest.raises(NotTold, match=answer.split()[0]):
        MailWay(settings(mails.url), A).tell(an_alarm())
    assert mails.arrived == []


def test_nobody_at_home_is_not_told() -> None:
    with pytest.raises(NotTold, match="连接被拒绝"):
        MailWay(settings("smtp://127.0.0.1:1"), A).tell(an_alarm())


@pytest.mark.parametrize("address", ["没有邮箱", "a@b c", ""])
def test_an_address_that_is_none_is_told_in_words(mails: MailServer, address: str) -> None:
    with pytest.raises(NotTold, match="不是可用的邮件地址"):
        MailWay(settings(mails.url), address).tell(an_alarm())


def test_a_mail_of_unknown_fate_counts_as_told(mails: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    mails.does("before reply", drops)
    MailWay(settings(mails.url), A).tell(an_alarm())

    assert len(mails.arrived) == 1
    assert [each.message for each in caplog.records] == ["fate of an alarm mail unknown"]


def test_a_slow_mail_server_is_given_less_time_than_for_the_units_mails() -> None:
    assert MailWay(ReportSettings(smtp_timeout_seconds=30), A).settings.smtp_timeout_seconds == 10


def test_without_a_mail_server_it_is_a_file_in_the_folder(tmp_path: Path) -> None:
    way = MailWay(settings(f"folder:{tmp_path}"), A)
    way.tell(an_alarm())
    way.tell(an_alarm())
    assert [path.suffix for path in tmp_path.iterdir()] == [".eml"]


# -- by group robots --------------------------------------------------------------------------------------


@dataclass
class Robots:
    """A web server that takes what robots are told. `answer`: what it says to that, always with HTTP 200 but for 500."""

    port: int = 0
    answer: str = '{"errcode": 0, "errmsg": "ok"}'
    status: int = 200
    heard: list[tuple[str, Any]] = field(default_factory=list)
    """(path with query, JSON body)."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def robots() -> Iterator[Robots]:
    robots = Robots()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            robots.heard.append((self.path, json.loads(body)))
            self.send_response(robots.status)
            self.end_headers()
            self.wfile.write(robots.answer.encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        robots.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield robots
        server.shutdown()
        thread.join()


class Here(Robot):
    """A robot whose service is on loopback."""

    def __init__(self, address: str, robots: Robots) -> None:
        super().__init__(1, SecretStr(address))
        self.robots = robots

    def _plugin(self) -> Any:
        plugin = super()._plugin()
        plugin.api_url = f"{self.robots.url}/send?key={getattr(plugin, 'key', '')}"
        plugin.notify_url = f"{self.robots.url}/send?access_token={{token}}"
        return plugin


WECOM = "wecombot://0a1b2c3d-h1dden-key"
DINGTALK = "dingtalk://5ecret@h1ddent0ken/13800000000"
FEISHU = "feishu://0a1b2c3d-h1dden-token"


def test_wecom_dingtalk_and_feishu_are_told_in_one_message_each(robots: Robots) -> None:
    for address in (WECOM, DINGTALK, FEISHU):
        robots.answer = '{"code": 0}' if address == FEISHU else '{"errcode": 0}'
        Here(address, robots).tell(an_alarm())

    (wecom, dingtalk, feishu) = (body for _, body in robots.heard)
    assert wecom["text"]["content"] == dingtalk["text"]["content"] == an_alarm().text
    assert feishu["content"]["text"].strip() == an_alarm().text.strip()
    assert dingtalk["at"] == {"atMobiles": ["13800000000"], "isAtAll": False}


def test_dingtalks_signature_is_encoded_once(robots: Robots) -> None:
    Here(DINGTALK, robots).tell(an_alarm())

    query = parse_qs(urlsplit(robots.heard[0][0]).query)
    (token,), (sign,), (timestamp,) = query["access_token"], query["sign"], query["timestamp"]
    assert token == "h1ddent0ken"
    assert len(sign) == 44 and sign.endswith("=")
    assert timestamp.isdigit()


def test_whatever_else_apprise_can_write_to_is_told_through_it(robots: Robots) -> None:
    way = Robot(3, SecretStr(f"json://127.0.0.1:{robots.port}/alarm"))
    way.tell(an_alarm())

    ((path, body),) = robots.heard
    assert (path, body["message"].strip()) == ("/alarm", an_alarm().text.strip())


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        (WECOM, '{"errcode": 93000, "errmsg": "invalid webhook url"}'),
        (WECOM, "<html>"),
        (WECOM, "[]"),
        (DINGTALK, '{"errcode": 310000, "errmsg": "keywords not in content"}'),
        (FEISHU, '{"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}'),
    ],
)
def test_a_no_inside_of_an_http_yes_is_a_no(robots: Robots, address: str, answer: str) -> None:
    robots.answer = answer
    with pytest.raises(NotTold):
        Here(address, robots).tell(an_alarm())


@pytest.mark.parametrize("address", [WECOM, DINGTALK, FEISHU, "json://127.0.0.1:{port}/h1dden"])
@pytest.mark.parametrize("gone", [True, False])
def test_a_robot_that_fails_gives_no_secret_away(
    robots: Robots, address: str, gone: bool, caplog: pytest.LogCaptureFixture
) -> None:
    robots.status, robots.answer = 500, '{"errmsg": "h1dden 5ecret"}'
    robots.port = 1 if gone else robots.port
    way = Here(address.format(port=robots.port), robots)
    with caplog.at_level(logging.INFO), pytest.raises(NotTold) as refused:
        way.tell(an_alarm())

    said = f"{refused.value}{refused.value.__cause__}{way.name}{caplog.text}"
    assert "h1dden" not in said and "5ecret" not in said


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (WECOM, "robot 1 (wecombot)"),
        (DINGTALK, "robot 1 (dingtalk)"),
        (" FEISHU://x ", "robot 1 (feishu)"),
        ("0a1b2c3d-h1dden-key", "robot 1 (?)"),
        ("h1dden.key://x", "robot 1 (?)"),
    ],
)
def test_a_robots_name_says_where_it_stands_and_nothing_of_its_key(address: str, name: str) -> None:
    (way,) = ways_of(ReportSettings(alarm_robots=(SecretStr(address),)))
    assert way.name == name


@pytest.mark.parametrize(
    "address",
    [
        "0a1b2c3d-h1dden-key",
        "wecombot://",
        "wecombot://h1dden!key",
        "dingtalk://h1dden-token",
        "nosuch://h1dden",
    ],
)
def test_an_address_that_apprise_cannot_read_is_told_in_words_without_it(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(NotTold, match=r"第2个地址不能使用.*wecombot://KEY") as refused,
    ):
        Robot(2, SecretStr(address)).tell(an_alarm())
    assert "h1dden" not in str(refused.value) + caplog.text


def test_a_long_message_is_cut_at_the_end_of_a_line() -> None:
    many = an_alarm(new=tuple(a_told(f"第{number}盏", detail="长" * 100) for number in range(15)))
    text = cut(many.text)

    assert len(many.text.encode()) > MOST_BYTES >= len(text.encode()) > MOST_BYTES - 400
    assert text.endswith("\n（内容较长，没有全部列出）\n")
    assert set(text.splitlines()[:-1]) <= set(many.text.splitlines())
    assert cut(an_alarm().text) == an_alarm().text
