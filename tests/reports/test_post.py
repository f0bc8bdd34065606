"""How a mail leaves the house: what each way that it can go wrong means, spoken with a real mail server."""

import re
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from reports.post import (
    SILENCES,
    Post,
    PostTrouble,
    UnusablePost,
    file_name,
    on_the_wire,
    open_post,
    server_of,
)
from reports.settings import ReportSettings
from tests.mail_server import (
    PASSWORD,
    Act,
    MailServer,
    Stage,
    a_certificate,
    answers,
    drops,
    goes_on,
    mail_server,
    stalls,
)
from tests.tracker.outgoing import a_message
from tracker.outbox import Answer, Outcome

A, B, C = "a@yunze.test", "b@yunze.test", "c@yunze.test"


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as mails:
        yield mails


def settings(url: str, **more: Any) -> ReportSettings:
    facts = {"sender": "xunjian@yunze.test", "smtp_timeout_seconds": 0.3, **more}
    return ReportSettings(smtp_url=url, **facts)


def yes() -> bool:
    return True


def deliver(
    post: Post, recipient: str = A, about_to_send: Callable[[], bool] = yes, message: bytes | None = None
) -> Answer:
    message_id = f"<1.{recipient}>"
    return post.deliver(
        message or a_message(message_id), "xunjian@yunze.test", recipient, message_id, about_to_send
    )


def send(mails: MailServer, *recipients: str, **more: Any) -> list[Answer]:
    """One mail to each, over one post."""
    with open_post(settings(mails.url, **more)) as post:
        return [deliver(post, recipient) for recipient in recipients or (A,)]


def outcomes(answers: list[Answer]) -> list[str]:
    return [answer.outcome for answer in answers]


# -- what goes well ---------------------------------------------------------------------------------------


def test_mails_go_over_one_line(mails: MailServer) -> None:
    sent = send(mails, A, B, C)

    assert sent == [Answer(Outcome.ACCEPTED, "250 OK")] * 3
    assert mails.recipients == [A, B, C]
    assert mails.begun.count("connect") == 1


def test_a_message_arrives_byte_for_byte(mails: MailServer) -> None:
    message = b"Message-ID: <1@x>\r\n\r\n.\r\n..\r\n.begin\r\n" + "整改\r\n\r\n".encode() + b"a.\r\n.\r\n"

    with open_post(settings(mails.url)) as post:
        deliver(post, message=message)

    assert mails.arrived == [message]


def test_a_long_message_arrives_whole(mails: MailServer) -> None:
    message = a_message("<1@x>", size=3_000_000)

    with open_post(settings(mails.url, smtp_timeout_seconds=5)) as post:
        deliver(post, message=message)

    assert mails.arrived == [message]


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"a", b"\r\n.\r\n"])).map(b"".join))
def test_whatever_a_message_holds_it_ends_once_and_every_line_with_crlf(message: bytes) -> None:
    wire = on_the_wire(message)

    body = wire.removesuffix(b".\r\n")
    assert len(body) < len(wire)
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", wire) is None
    assert b"\r\n.\r\n" not in b"\r\n" + body
    read = [line.removeprefix(b".") if line.startswith(b".") else line for line in body.split(b"\r\n")]
    meant = re.split(rb"\r\n|\r|\n", message)
    assert read[:-1] == (meant if meant[-1] else meant[:-1] or [b""])


def test_the_server_waits_for_the_text_when_we_say_that_it_leaves(mails: MailServer) -> None:
    seen: list[list[Stage]] = []

    def claim() -> bool:
        seen.append(mails.begun[:5])
        return True

    with open_post(settings(mails.url)) as post:
        deliver(post, about_to_send=claim)

    assert seen == [["connect", "EHLO", "MAIL", "RCPT", "before 354"]]


def test_a_mail_that_may_not_leave_is_taken_back_and_the_next_one_goes(mails: MailServer) -> None:
    with open_post(settings(mails.url)) as post:
        deliver(post, A, about_to_send=lambda: False)
        sent = deliver(post, B)

    assert sent.outcome == "accepted"
    assert mails.recipients == [B]


def test_an_error_of_our_own_before_the_text_takes_the_mail_back(mails: MailServer) -> None:
    def broken() -> bool:
        raise RuntimeError("database is locked")

    with open_post(settings(mails.url)) as post, pytest.raises(RuntimeError):
        deliver(post, about_to_send=broken)

    assert mails.arrived == []


# -- what goes wrong --------------------------------------------------------------------------------------

STAGES: tuple[Stage, ...] = ("connect", "EHLO", "MAIL", "RCPT", "before 354")
"""Before the text."""


@pytest.mark.parametrize("act", [drops, stalls])
@pytest.mark.parametrize("stage", STAGES)
def test_a_line_that_breaks_before_the_text_means_later(mails: MailServer, stage: Stage, act: Act) -> None:
    mails.does(stage, act)
    if act is drops and stage == "EHLO":  # smtplib would greet the old way (HELO) first
        mails.does(stage, act)

    (answer,) = send(mails)

    assert answer.outcome == "later"
    assert ("超时" if act is stalls else "断开") in answer.text
    assert mails.arrived == []


@pytest.mark.parametrize("act", [drops, stalls])
@pytest.mark.parametrize("stage", ["after 354", "before reply"])
def test_a_line_that_breaks_after_the_text_began_leaves_a_doubt(
    mails: MailServer, stage: Stage, act: Act
) -> None:
    mails.does(stage, act)

    (answer,) = send(mails, smtp_timeout_seconds=0.1)

    assert answer.outcome == "unknown"
    assert ("超时" if act is stalls else "断开") in answer.text


@pytest.mark.parametrize("stage", ["RCPT", "before 354", "before reply"])
@pytest.mark.parametrize(("line", "outcome"), [("451 greylisted", "later"), ("554 no", "refused")])
def test_a_server_that_says_no_to_a_mail_means_it(
    mails: MailServer, stage: Stage, line: str, outcome: str
) -> None:
    mails.does(stage, answers(line))

    first, second = send(mails, A, B)

    assert (first.outcome, first.text) == (outcome, line)
    assert second.outcome == "accepted"
    assert mails.begun.count("connect") == 1


@pytest.mark.parametrize(("stage", "outcome"), [("RCPT", "later"), ("before reply", "unknown")])
def test_an_answer_that_is_none_is_not_taken_for_a_yes(mails: MailServer, stage: Stage, outcome: str) -> None:
    mails.does(stage, answers("what?"))

    assert outcomes(send(mails, A, B)) == [outcome, "accepted"]


def test_a_mail_that_was_put_off_is_taken_the_next_time(mails: MailServer) -> None:
    mails.does("RCPT", answers("451 greylisted"))

    assert outcomes(send(mails, A)) == ["later"]
    assert outcomes(send(mails, A)) == ["accepted"]


def test_one_bad_recipient_does_not_stop_the_others(mails: MailServer) -> None:
    mails.by_recipient[B] = "550 no such user"

    assert outcomes(send(mails, A, B, C)) == ["accepted", "refused", "accepted"]
    assert mails.recipients == [A, C]


@pytest.mark.parametrize(
    "recipient",
    ["", "张三@yunze.test", "a b@yunze.test", "a@b@yunze.test", "a@yunze.test>\r\nRCPT TO:<b@x", "a"],
)
def test_what_is_no_address_is_refused_before_the_server_hears_of_it(
    mails: MailServer, recipient: str
) -> None:
    first, second = send(mails, recipient, B)

    assert first == Answer(Outcome.REFUSED, f"收件地址“{recipient}”不正确")
    assert second.outcome == "accepted"


@pytest.mark.parametrize("stage", ["RCPT", "before reply"])
def test_after_a_drop_the_next_mail_has_a_new_line(mails: MailServer, stage: Stage) -> None:
    mails.does(stage, drops)

    assert outcomes(send(mails, A, B))[1] == "accepted"
    assert mails.begun.count("connect") == 2


def test_a_line_that_was_cut_between_two_mails_costs_none(mails: MailServer) -> None:
    with open_post(settings(mails.url, smtp_timeout_seconds=5)) as post:
        first = deliver(post, A)
        mails.cut()
        second = deliver(post, B)

    assert outcomes([first, second]) == ["accepted", "accepted"]


@pytest.mark.parametrize("stage", ["RCPT", "before reply"])
def test_a_server_that_drops_every_mail_is_left_alone_after_the_third(
    mails: MailServer, stage: Stage
) -> None:
    mails.does(stage, *[drops] * 10)

    with open_post(settings(mails.url)) as post:
        answers = [deliver(post, f"{number}@yunze.test") for number in range(6)]
        left_alone = post.unreachable

    assert mails.begun.count("connect") == SILENCES
    assert outcomes(answers[SILENCES:]) == ["later"] * 3
    assert "断开" in left_alone


def test_drops_that_are_not_in_a_row_stop_nobody(mails: MailServer) -> None:
    mails.does("RCPT", *[drops, drops, goes_on] * 2)

    answers = send(mails, A, B, C, A, B, C)

    assert outcomes(answers) == ["later", "later", "accepted"] * 2


@pytest.mark.parametrize("act", [drops, stalls, answers("421 too busy")])
def test_a_server_that_cannot_be_had_is_asked_once(mails: MailServer, act: Act) -> None:
    mails.does("connect", act)

    answers = send(mails, A, B, C)

    assert outcomes(answers) == ["later"] * 3
    assert mails.begun == ["connect"]


def test_a_port_where_nobody_listens_means_later() -> None:
    with mail_server() as gone:
        pass

    first, second = send(gone, A, B)

    assert first == second
    assert first.outcome == "later"
    assert "连接被拒绝" in first.text


# -- what must be mended first ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "line", "told"),
    [
        ("connect", "554 go away", "拒绝服务（554 go away）"),
        ("MAIL", "553 not your address", "不接受发件人 xunjian@yunze.test（553 not your address）"),
        ("MAIL", "530 authentication required", "reports.sender"),
    ],
)
def test_a_server_that_wants_nothing_from_us_is_no_mails_fault(
    mails: MailServer, stage: Stage, line: str, told: str
) -> None:
    mails.does(stage, answers(line))

    with pytest.raises(PostTrouble, match=re.escape(told)):
        send(mails)


def test_a_mail_that_is_too_big_is_refused_by_itself(mails: MailServer) -> None:
    mails.does("MAIL", answers("552 too big"))

    assert outcomes(send(mails, A, B)) == ["refused", "accepted"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("554 邮件被拒绝".encode("gb18030"), "554 邮件被拒绝"), (b"554 \x1b[31mred\x07", "554 [31mred")],
)
def test_what_a_server_says_is_kept_readable(mails: MailServer, said: bytes, kept: str) -> None:
    mails.does("RCPT", answers(said.decode("latin-1")))

    assert send(mails)[0].text == kept


# -- encryption and passwords -----------------------------------------------------------------------------


def with_user(mails: MailServer, password: str = PASSWORD, **more: Any) -> ReportSettings:
    url = f"smtp://xun%40jian@127.0.0.1:{mails.port}"
    return settings(url, smtp_password=SecretStr(password), **more)


def send_one(given: ReportSettings) -> Answer:
    with open_post(given) as post:
        return deliver(post)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return a_certificate(tmp_path)


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate that the system trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.mark.parametrize("starttls", ["required", "offered"])
def test_a_password_goes_over_an_encrypted_line(trusted: Path, starttls: str) -> None:
    with mail_server(tls=trusted, require_starttls=True, auth_required=True) as mails:
        answer = send_one(with_user(mails, smtp_starttls=starttls))

    assert answer.outcome == "accepted"
    assert mails.users == ["xun@jian"]


def test_a_line_can_be_encrypted_from_the_beginning(trusted: Path) -> None:
    with mail_server(tls=trusted, implicit=True, auth_required=True, auth_require_tls=False) as mails:
        answer = send_one(settings(f"smtps://xunjian:p%40ss%2Fword@127.0.0.1:{mails.port}"))

    assert answer.outcome == "accepted"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_ends_it(certificate: Path, scheme: str) -> None:
    with (
        mail_server(tls=certificate, implicit=scheme == "smtps") as mails,
        pytest.raises(PostTrouble, match="证书不能信任"),
    ):
        send_one(settings(f"{scheme}://127.0.0.1:{mails.port}"))

    assert "MAIL" not in mails.begun


def test_a_certificate_of_another_host_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = a_certificate(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))

    with mail_server(tls=other) as mails, pytest.raises(PostTrouble, match="证书不能信任"):
        send(mails)


def test_encryption_that_is_required_and_not_offered_ends_it(mails: MailServer) -> None:
    with pytest.raises(PostTrouble, match="不提供加密"):
        send(mails, smtp_starttls="required")
    assert "MAIL" not in mails.begun


def test_encryption_is_not_used_where_the_settings_say_never(certificate: Path) -> None:
    with mail_server(tls=certificate) as mails:
        assert outcomes(send(mails, smtp_starttls="never")) == ["accepted"]


def test_smtps_where_the_server_speaks_plainly_is_named(mails: MailServer) -> None:
    with pytest.raises(PostTrouble, match="不能加密连接"):
        send_one(settings(f"smtps://127.0.0.1:{mails.port}"))


def test_a_wrong_password_is_named_and_told_to_nobody(trusted: Path) -> None:
    with (
        mail_server(tls=trusted, auth_required=True) as mails,
        pytest.raises(PostTrouble, match="拒绝登录") as trouble,
    ):
        send_one(with_user(mails, "wrong-one"))

    assert "wrong-one" not in str(trouble.value)


def test_a_password_may_go_openly_on_this_machine() -> None:
    with mail_server(auth_required=True, auth_require_tls=False) as mails:
        assert send_one(with_user(mails)).outcome == "accepted"


def test_a_password_never_goes_over_an_open_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is all that a test has: here it stands for another machine."""
    monkeypatch.setattr("reports.post._is_loopback", lambda address: False)

    with (
        mail_server(auth_required=True, auth_require_tls=False) as mails,
        pytest.raises(PostTrouble, match="没有加密，不能发送密码"),
    ):
        send_one(with_user(mails))

    assert mails.users == []


def test_a_server_without_a_login_is_named() -> None:
    with (
        mail_server(auth_exclude_mechanism=["LOGIN", "PLAIN"]) as mails,
        pytest.raises(PostTrouble, match="不提供可用的登录方式"),
    ):
        send_one(with_user(mails))


# -- settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "不是已知的发送方式"),
        ("folder:", "不是已知的发送方式"),
        ("http://mail.test", "不是已知的发送方式"),
        ("mail.test", "不是已知的发送方式"),
        ("smtp:", "网址有误"),
        ("smtp://", "网址有误"),
        ("smtp://mail.test:port", "网址有误"),
        ("smtp://mail.test:99999", "网址有误"),
        ("smtp://mail.test/inbox", "网址有误"),
        ("smtp://[::1", "网址有误"),
        (f"smtp://{'a' * 70}.test", "网址有误"),
        ("smtp://xunjian@mail.test", "XUNJIAN_REPORTS__SMTP_PASSWORD"),
        ("smtp://xunjian:密码@mail.test", "只能用英文字母"),
        ("smtp://xunjian:se/cret@mail.test", "%XX"),
    ],
)
def test_an_address_that_is_none_is_told_in_one_line_without_its_password(url: str, told: str) -> None:
    with pytest.raises(UnusablePost, match=told) as error:
        open_post(settings(url))
    assert "\n" not in str(error.value)
    assert "cret" not in str(error.value)


def test_a_password_without_a_user_is_named() -> None:
    with pytest.raises(UnusablePost, match="没有用户名"):
        open_post(settings("smtp://mail.test", smtp_password=SecretStr("x")))


@pytest.mark.parametrize("sender", ["", "xunjian", "巡检 <xunjian@yunze.test>", "a@b\n"])
def test_a_sender_that_is_no_address_is_named(sender: str) -> None:
    with pytest.raises(UnusablePost, match=r"reports\.sender"):
        open_post(settings("folder:mail", sender=sender))


@pytest.mark.parametrize(
    ("url", "host", "port", "user"),
    [
        ("smtp://mail.test", "mail.test", 25, ""),
        ("smtps://mail.test", "mail.test", 465, ""),
        ("SMTP://mail.test:587/", "mail.test", 587, ""),
        ("smtp://[::1]:2525", "::1", 2525, ""),
        ("smtp://a%40b.test:x@mail.test", "mail.test", 25, "a@b.test"),
        ("smtp://a@b.test:x@mail.test", "mail.test", 25, "a@b.test"),
    ],
)
def test_an_address_is_read_as_it_is_meant(url: str, host: str, port: int, user: str) -> None:
    server = server_of(settings(url))

    assert (server.host, server.port, server.user) == (host, port, user)


def test_the_password_of_the_environment_is_taken_as_it_is() -> None:
    server = server_of(settings("smtp://a:b@mail.test", smtp_password=SecretStr("%41/@:")))

    assert server.password == "%41/@:"


# -- a folder ---------------------------------------------------------------------------------------------


def never_asked() -> bool:
    raise AssertionError("a folder is never in doubt")


def test_a_folder_gets_one_file_a_mail(tmp_path: Path) -> None:
    with open_post(settings(f"folder:{tmp_path}/new/mail")) as post:
        answers = [deliver(post, recipient, never_asked) for recipient in (A, B, A)]

    assert outcomes(answers) == ["accepted"] * 3
    files = sorted((tmp_path / "new/mail").iterdir())
    assert [file.name for file in files] == [f"1.{A}.eml", f"1.{B}.eml"]
    assert message_from_bytes(files[0].read_bytes())["Message-ID"] == f"<1.{A}>"


def test_another_file_of_the_same_name_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / f"1.{A}.eml").write_text("somebody's own")

    with open_post(settings(f"folder:{tmp_path}")) as post:
        answer = deliver(post)

    assert answer.outcome == "refused"
    assert (tmp_path / f"1.{A}.eml").read_text() == "somebody's own"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(PostTrouble, match="无法读写"):
        send_one(settings(f"folder:{tmp_path}/file/mail"))


def test_names_of_files_are_safe_and_never_the_same() -> None:
    ids = [
        "<a@b>",
        "<../../a@b>",
        "<a/b@c>",
        "<a:b@c>",
        "<.@b>",
        "<>",
        "<通知@b>",
        f"<{'x' * 300}@b>",
        f"<{'x' * 301}@b>",
    ]

    names = [file_name(each) for each in ids]

    assert names[0] == "a@b.eml"
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9@_+=-][A-Za-z0-9@._+=-]{0,160}\.eml", name) for name in names)


def test_python_knows_the_certificates_of_the_system() -> None:
    """What SSL_CERT_FILE in the message of an untrusted certificate rests on."""
    assert ssl.get_default_verify_paths().openssl_cafile_env == "SSL_CERT_FILE"
