"""What must never stand in a log, and what must stay whole beside it."""

import hashlib
import json
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.scrubbing import scrub, scrub_field
from crawler.clock import CHINA
from reports.reply_link import notice_of, reply_url
from reports.settings import ReportSettings
from tests.builders import NOW, SHA256, TODAY
from tracker.errors import WrongUse

SECRET = "Hb7-x_Q2.tz~9"

SECRETS = {
    "smtp": f"smtp://office:{SECRET}@mail.yunze.test:587",
    "smtp-mailbox-as-name": f"smtps://zhang@yunze.test:{SECRET}@mail.yunze.test",
    "password-with-an-at-and-a-slash": f"smtp://office:a@/{SECRET}@mail.yunze.test",
    "password-with-quotes": f"smtp://office:'{SECRET}\"@mail.yunze.test",
    "without-a-name": f"redis://:{SECRET}@127.0.0.1/0",
    "driver": f"postgresql+psycopg://xunjian:{SECRET}@db:5432/xunjian",
    "proxy": f"http://proxy:{SECRET}@10.0.0.1:3128/a?b=c",
    "proxy-with-a-slash": f"http://proxy:p/{SECRET}@10.0.0.1",
    "wecom": f"wecombot://{SECRET}/?rto=4",
    "dingtalk": f"dingtalk://{SECRET}@token/13812345678",
    "feishu-after-chinese": f"机器人feishu://{SECRET}没有回应",
    "lark-in-a-list": f"['lark://{SECRET}/', 'x']",
    "robot-of-another-kind": f"pushplus://{SECRET}",
    "wecom-webhook": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={SECRET}",
    "dingtalk-webhook": f"https://oapi.dingtalk.com/robot/send?timestamp=1&access_token={SECRET}&sign={SECRET}",
    "feishu-webhook": f"url: /open-apis/bot/v2/hook/{uuid.UUID(SHA256[:32])} (Caused by",
    "query": f"GET /a?page=1&sig={SECRET}&size=2 HTTP/1.1",
    "field": f"token={SECRET}",
    "json": json.dumps({"access_token": f"with a space {SECRET}", "more": 1}),
    "json-in-json": json.dumps(json.dumps({"secret": SECRET})),
    "python": repr({"password": SECRET, b"X-Api-Key": SECRET.encode()}),
    "code": f'login(user, password="{SECRET}")',
    "chinese": f"密码：{SECRET}，请更换",
    "header": f"Authorization: Bearer {SECRET}",
    "digest": f'Proxy-Authorization: Digest username="x", response="{SECRET}"',
    "scrapy-headers": repr({b"Authorization": [b"Basic " + SECRET.encode()]}),
    "cookie": f"set-cookie: JSESSIONID={SECRET}; Path=/",
    "bearer-alone": f"sent Bearer {SECRET}{SECRET}",
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_a_secret_never_stands_in_the_log(text: str) -> None:
    clean = scrub(f"said {text} again")
    assert SECRET not in clean
    assert str(uuid.UUID(SHA256[:32])) not in clean
    assert "***" in clean
    assert clean.startswith("said ")


def test_a_reply_link_is_worth_nothing_once_it_stood_in_the_log() -> None:
    link = reply_url(ReportSettings(), b"key", 12, TODAY)
    assert notice_of(link, b"key", NOW) == 12
    for logged in (scrub(link), scrub(f"command=reply {link.rpartition('/')[2]}")):
        assert logged.endswith("12.20261224.***")
        with pytest.raises(WrongUse):
            notice_of(logged, b"key", NOW)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("身份证410102199001011234，", "身份证410***************，"),
        ("id41010219900101123X", "id410***************"),
        ("/photo/41010219900101123x.jpg", "/photo/410***************.jpg"),
        ("410102199013011234", "410102199013011234"),  # no thirteenth month
        ("410102179001011234", "410102179001011234"),  # nobody is that old
        ("电话13812345678。", "电话138****5678。"),
        ("+86 138-1234-5678", "+86 138-****-5678"),
        ("8613812345678", "86138****5678"),
        ("12812345678", "12812345678"),  # no mobile begins so
        ("4111111111111111", "************1111"),
        ("6222 0212 3456 7890 128", "***************0128"),
        ("6222021234567890127", "6222021234567890127"),  # fails Luhn's test
    ],
)
def test_numbers_of_a_person_keep_only_what_tells_them_apart(text: str, clean: str) -> None:
    assert scrub(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "http://rsshub.bridge.test:1200/tiktok/user/@yunze",
        "https://www.yunze.test/col/2026/art_20261124_138.html?id=4&page=2",
        "sqlite:////srv/xunjian/data/xunjian.db",
        "folder:data/mail",
        "zhang.san@yunze.test",
        "192.168.1.104:8000",
        "2026-11-24 09:00:00.123456+08:00",
        "20261124090000123",
        "1795482000123456789",
        "应检338、已检330、无法核验8（2026-11-24，网站44、账号294）",
        "monkey=1 design=2 tokens=3",
    ],
)
def test_what_is_neither_stays_whole(text: str) -> None:
    assert scrub(text) == text


def test_fields_are_scrubbed_by_their_name_and_throughout() -> None:
    assert scrub_field("smtp_password", "abc") == "***"
    assert scrub_field("token", "") == ""  # that there is none is worth knowing
    assert scrub_field(
        "request", {"headers": {"Cookie": "a=b"}, "to": ["13812345678"], "size": 13812345678}
    ) == {
        "headers": {"Cookie": "***"},
        "to": ["138****5678"],
        "size": 13812345678,
    }
    assert scrub_field("card", 410102199001011234) == "410***************"
    assert scrub_field("nanoseconds", 1795482000123456789) == 1795482000123456789
    assert scrub_field("rate", float("nan")) == "nan"


PLAIN = st.text(st.sampled_from("abc xyz市局。，:=-_/.\"'\\\n0"), max_size=20)
HARMLESS = st.one_of(
    st.binary(max_size=8).map(lambda seed: hashlib.sha256(seed).hexdigest()),
    st.uuids().map(lambda each: f"<{each.hex}@yunze.test>"),
    st.uuids().map(str),
    st.datetimes(timezones=st.just(CHINA)).map(lambda at: at.isoformat()),
    st.dates().map(str),
    st.integers(4_100_000_000, 4_199_999_999).map(str),  # 网站标识码
    st.integers(1, 9_999_999).map(str),  # issues, notices
)


@given(HARMLESS, HARMLESS)
@settings(max_examples=150, deadline=None)
def test_hashes_message_ids_dates_and_our_own_numbers_stay_whole(one: str, other: str) -> None:
    for text in (one, f"{one}, {other}", f"issue={one} page=/{other}.html", f"“{one}”（{other}）"):
        assert scrub(text) == text


@given(PLAIN, st.sampled_from(sorted(SECRETS)), PLAIN)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_around_a_secret_it_is_taken_out(before: str, name: str, after: str) -> None:
    clean = scrub(f"{before} {SECRETS[name]} {after}")
    assert SECRET not in clean
    assert scrub(clean) == clean
