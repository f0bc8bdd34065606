"""The mail: the same bytes for the same input, readable everywhere, and no stranger's text does anything in it."""

import email
import html
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from reports.errors import UnusableAddress
from reports.letter import FORECAST_WORDS, Letter
from reports.notice_mail import (
    MOST_PICTURES,
    MOST_ROWS,
    mail_html,
    notice_subject,
    write_mail,
    write_reminder,
)
from reports.pictures import Picture
from tests.reports.letters import HOSTILE, SHOWN, a_full_letter, a_letter, a_row

AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JPEG = b"\xff\xd8\xff\xe0 not looked at here"


def as_sent(letter: Letter, pictures: Sequence[Picture] = (), **more: Any) -> bytes:
    facts: dict[str, Any] = {
        "recipient": "wangzhan@jyj.yunze.test",
        "message_id": "<notice-12.1@xunjian.yunze.test>",
        "sender": "xunjian@yunze.test",
        "attachments": {letter.notice_name: b"a notice", letter.list_name: b"a list"},
        "pictures": pictures,
        "at": AT,
    }
    return write_mail(letter, **{**facts, **more})


def received(letter: Letter, pictures: Sequence[Picture] = (), **more: Any) -> EmailMessage:
    return read(as_sent(letter, pictures, **more))


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


# -- what the mailbox shows -------------------------------------------------------------------------------


def test_the_head_of_the_mail_says_from_whom_to_whom_when_and_what() -> None:
    message = received(a_full_letter())
    assert message["Subject"] == (
        "【问题整改通知单】云泽市教育局 2026年第47周（新列问题3个，再次通知1个，已整改2个）"
    )
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("云泽市人民政府办公室", "xunjian@yunze.test")
    assert message["To"] == "wangzhan@jyj.yunze.test"
    assert message["Date"] == "Tue, 24 Nov 2026 09:30:00 +0800"
    assert message["Message-ID"] == "<notice-12.1@xunjian.yunze.test>"


@pytest.mark.parametrize(
    ("more", "subject"),
    [
        ({"kind": "urgent"}, "【问题整改通知单（加急）】云泽市教育局 2026年第47周（新列问题1个）"),
        ({"kind": "withdrawal", "about": "〔2026〕11号"}, "【问题整改通知单（撤回）】云泽市教育局 撤回〔2026〕11号"),
        ({"kind": "correction", "about": "〔2026〕11号"}, "【问题整改通知单（更正）】云泽市教育局 更正〔2026〕11号"),
        ({"number": ""}, "（草稿）【问题整改通知单】云泽市教育局 2026年第47周（新列问题1个）"),
    ],
)  # fmt: skip
def test_the_subject_names_the_kind(more: dict[str, str], subject: str) -> None:
    assert notice_subject(a_letter(**more)) == subject


def test_only_an_urgent_notice_is_marked_as_important() -> None:
    assert received(a_letter(kind="urgent"))["Importance"] == "high"
    assert received(a_letter())["Importance"] is None


def test_no_text_adds_a_header_or_a_recipient() -> None:
    message = received(a_letter(unit="局\r\nBcc: a@b.test", office='办公室" <a@b.test>,'))
    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["From"].addresses] == ["xunjian@yunze.test"]


@pytest.mark.parametrize(
    "address", ["", "无", "a", "a@", "@b", "a@b.test, c@d.test", "a@b.test\nBcc: c@d.test", "张三@b.test"]
)
def test_an_address_that_is_none_is_named_with_where_to_mend_it(address: str) -> None:
    with pytest.raises(UnusableAddress, match=r"收件地址“.*”不是可用的邮件地址：请在台账中改正"):
        received(a_letter(), recipient=address)
    with pytest.raises(
        UnusableAddress, match=r"发件地址“.*”不是可用的邮件地址：请改正设置项 reports\.sender"
    ):
        received(a_letter(), sender=address)


# -- what it holds ----------------------------------------------------------------------------------------


def test_both_bodies_tell_the_same_facts() -> None:
    message = received(a_full_letter(forecast=True))
    for kind in ("plain", "html"):
        text = body(message, kind)
        for fact in (
            "云泽市教育局：",
            "云政办网改〔2026〕12号",
            "2026年11月16日至2026年11月22日",
            "2026年12月1日（星期二）前",
            FORECAST_WORDS,
            "https://xunjian.yunze.test/reply/eyJub3RpY2UiOjEyfQ.c2lnbmVk",
            "新列问题（3个）",
            "再次通知的问题（1个）",
            "已整改（销号）的问题（2个）",
            "栏目“首页→互动交流→征集调查”没有任何内容",
            "2026-11-17 09:12",
            "2026年11月20日",
            "李某，0398-1234567",
            "2026年11月24日",
        ):
            assert fact in text, (kind, fact)


def test_attachments_keep_their_chinese_names_types_and_bytes() -> None:
    data = as_sent(a_full_letter())
    assert f"Content-Type: {WORD}\r\n".encode() in data  # not folded: some readers would not put it together
    attached = [
        (part.get_filename(), part.get_content_type(), part.get_content())
        for part in read(data).iter_attachments()
        if isinstance(part, EmailMessage)
    ]
    assert attached == [
        ("问题整改通知单_2026年第47周_云泽市教育局.docx", WORD, b"a notice"),
        ("问题清单_2026年第47周_云泽市教育局.xlsx", SHEET, b"a list"),
    ]


def test_a_picture_stands_in_the_row_of_its_issue_and_needs_no_network() -> None:
    message = received(a_full_letter(), [Picture(2, JPEG)])
    page = body(message, "html")
    (source,) = re.findall(r'<img src="cid:([^"]+)"', page)
    (picture,) = [part for part in message.walk() if part["Content-ID"] == f"<{source}>"]
    assert picture.get_payload(decode=True) == JPEG
    assert page.index("2．空白栏目") < page.index("<img") < page.index("3．账号更新不及时")


def test_no_more_pictures_than_a_mailbox_takes() -> None:
    message = received(a_full_letter(), [Picture(1, JPEG)] * (MOST_PICTURES + 5))
    assert body(message, "html").count("<img") == MOST_PICTURES


def test_a_long_list_is_cut_and_says_where_the_rest_is() -> None:
    rows = tuple(a_row(number) for number in range(1, MOST_ROWS + 11))
    message = received(a_full_letter(new=rows))
    for kind in ("plain", "html"):
        text = body(message, kind)
        assert f"{MOST_ROWS}．栏目更新不及时" in text
        assert f"{MOST_ROWS + 1}．栏目更新不及时" not in text
        assert f"新列问题（{MOST_ROWS + 10}个）" in text
        assert "其余13项" in text
        assert "问题清单_2026年第47周_云泽市教育局.xlsx" in text


def test_a_list_that_fits_is_not_said_to_go_on() -> None:
    rows = tuple(a_row(number) for number in range(1, MOST_ROWS + 1))
    assert "其余" not in body(received(a_letter(*rows)), "html")


def test_a_withdrawal_says_why_and_has_neither_deadline_nor_reply_link() -> None:
    message = received(
        a_letter(kind="withdrawal", about="〔2026〕11号", why="巡检时网站正在备案维护", forecast=True)
    )
    for kind in ("plain", "html"):
        text = body(message, kind)
        assert "〔2026〕11号《问题整改通知单》现予撤回" in text
        assert "撤回原因：巡检时网站正在备案维护。" in text
        for asked in ("整改时限", "反馈", "/reply/", "预测"):
            assert asked not in text


def test_a_correction_says_why_and_keeps_its_deadline() -> None:
    text = body(received(a_letter(kind="correction", about="〔2026〕11号", why="网址有误")), "html")
    assert "〔2026〕11号《问题整改通知单》所列内容有误，现予更正" in text
    assert "更正原因：网址有误。" in text
    assert "2026年12月1日（星期二）前" in text


def test_a_draft_says_that_it_is_one() -> None:
    message = received(a_letter(number=""))
    assert all("（草稿，未签发）" in body(message, kind) for kind in ("plain", "html"))


# -- strangers' texts -------------------------------------------------------------------------------------


def test_hostile_texts_are_shown_and_do_nothing() -> None:
    row = a_row(target=HOSTILE, detail=HOSTILE, path=HOSTILE, check=HOSTILE, clause=HOSTILE, key=HOSTILE)
    message = received(a_letter(row, unit=HOSTILE, contact=HOSTILE, office=HOSTILE))
    page, text = body(message, "html"), body(message, "plain")
    assert "<script" not in page
    assert html.unescape(page).count(SHOWN) >= 8
    assert text.count(SHOWN) >= 8


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "https://", "//a.test", "http://[", 'https://a"onclick="'],
)
def test_only_a_web_address_becomes_a_link(url: str) -> None:
    page = body(received(a_letter(a_row(url=url), reply_url="")), "html")
    assert all(
        "alert" not in link and link.startswith("https://a") for link in re.findall(r'href="([^"]*)"', page)
    )
    assert html.escape(url).replace("&quot;", "&#34;") in page
    assert 'onclick="' not in page


def test_a_mail_is_made_of_what_every_reader_knows() -> None:
    page = mail_html(a_full_letter(), ["附件.docx"], [Picture(1, JPEG)])
    assert not re.findall(r"<(?:style|link|script|iframe|div|svg)", page)
    assert not re.findall(r"display:\s*(?:flex|grid)|position:|background-image|@media|@import", page)
    assert set(re.findall(r'src="([a-z]+):', page)) == {"data"}
    assert '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">' in page


# -- bytes ------------------------------------------------------------------------------------------------


def test_the_same_input_is_the_same_bytes() -> None:
    pictures = [Picture(1, JPEG)]
    assert as_sent(a_full_letter(), pictures) == as_sent(a_full_letter(), pictures)
    other = as_sent(a_full_letter(), pictures, message_id="<notice-12.2@xunjian.yunze.test>")
    assert other != as_sent(a_full_letter(), pictures)


def test_a_message_id_is_the_same_with_and_without_its_brackets() -> None:
    assert as_sent(a_letter(), message_id="a@b.test") == as_sent(a_letter(), message_id="<a@b.test>")


def test_every_line_is_short_and_ends_as_the_protocol_has_it() -> None:
    data = as_sent(a_letter(a_row(url="https://a.test/" + "x" * 3000)), message_id=f"<{'long' * 20}@b.test>")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii()


# -- the reminder -----------------------------------------------------------------------------------------


def test_a_reminder_names_what_is_open_and_until_when() -> None:
    later = AT + timedelta(days=6)
    data = write_reminder(a_full_letter(), "a@b.test", "reminder-12@b.test", "xunjian@yunze.test", later)
    message = read(data)
    assert message["Subject"] == (
        "【到期提醒】云泽市教育局 云政办网改〔2026〕12号（尚有4个问题，2026年12月1日（星期二）到期）"
    )
    for kind in ("plain", "html"):
        text = body(message, kind)
        assert "到期提醒" in text
        assert "尚有4个未复查销号" in text
        assert "2026年11月30日" in text  # its own day, not that of the notice
        assert "2026年12月1日（星期二）前" in text
        assert "/reply/" in text
        assert "首页超过14天没有更新" in text
        assert "销号）的问题" not in text
    assert list(message.iter_attachments()) == []
    assert data == write_reminder(
        a_full_letter(), "a@b.test", "reminder-12@b.test", "xunjian@yunze.test", later
    )


def test_a_long_reminder_points_to_the_list_of_the_notice() -> None:
    letter = a_letter(*(a_row(number) for number in range(1, MOST_ROWS + 6)))
    message = read(write_reminder(letter, "a@b.test", "r@b.test", "xunjian@yunze.test", AT))
    assert "其余5项" in body(message, "html")


def test_a_reminder_is_hostile_proof_too() -> None:
    letter = a_letter(a_row(target=HOSTILE, detail=HOSTILE), due_on=date(2026, 11, 27))
    message = read(write_reminder(letter, "a@b.test", "r@b.test", "xunjian@yunze.test", AT))
    assert "<script" not in body(message, "html")


# -- on a telephone ---------------------------------------------------------------------------------------

MEASURED = """<!DOCTYPE html><meta charset="utf-8"><body>
<iframe id="mail" width="{width}" height="800" style="border:0" srcdoc="{page}"></iframe>
<script>
addEventListener("load", () => {{
  const page = document.getElementById("mail").contentDocument.documentElement;
  document.title = "measured " + page.clientWidth + " " + page.scrollWidth;
}});
</script>"""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium here")
@pytest.mark.parametrize("width", [320, 375, 800])
def test_nothing_has_to_be_scrolled_sideways(width: int, tmp_path: Path) -> None:
    long = "W" * 300
    rows = (
        a_row(1, target=long, detail=long, path=long, url=f"https://a.test/{long}", check=long, clause=long),
        a_row(2),
    )
    letter = a_full_letter(new=rows, unit=long, office=long, contact=long, reply_url=f"https://a.test/{long}")
    page = mail_html(letter, [f"{long}.docx"], [Picture(1, JPEG)])
    (tmp_path / "frame.html").write_text(
        MEASURED.format(width=width, page=html.escape(page)), encoding="utf-8"
    )

    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    command += [
        "--window-size=1000,900",
        "--virtual-time-budget=5000",
        "--dump-dom",
        (tmp_path / "frame.html").as_uri(),
    ]
    seen = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout

    (measured,) = re.findall(r"<title>measured (\d+) (\d+)</title>", seen)
    assert int(measured[0]) in range(width - 20, width + 1)
    assert int(measured[1]) <= int(measured[0])
