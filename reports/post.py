"""How a mail leaves the house: over SMTP, or as a file in a folder.

The line to the server is spoken step by step: only after the server said that it waits for the text (354), and just
before the first byte of it, is `about_to_send` asked. Whatever ends before that was certainly not sent; whatever ends
between that and the server's answer is doubtful, and nothing else is.
"""

import hashlib
import ipaddress
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from reports.folders import require_writable
from reports.settings import ReportSettings
from tracker.errors import TrackerError, WrongUse
from tracker.outbox import Answer, Outcome

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Za-z.:]+\])"
)
CHUNK = 65536
"""Bytes. Each piece of a long mail has the whole timeout for itself."""
LAST_WORD = 5
"""The answer to a mail may take so many times longer than any other (RFC 5321, 4.5.3.2: ten minutes, not two)."""
SILENCES = 3
"""So many mails running that the server breaks off in the middle: the others wait for another time."""
HANGING_UP, TOO_BIG = 421, 552
"""Answers of a server (RFC 5321, 4.2.3)."""
LONGEST_SAYING = 300
"""Characters of a server's answer that are kept."""


class UnusablePost(WrongUse):
    """The settings name no way for mails to leave."""


class PostTrouble(TrackerError):
    """The mail server, or the folder, does not work as the settings stand: no mail's fault, and none is put off for it."""


class Unreachable(Exception):
    """The mail server cannot be had now: nobody's fault, another time."""


class Post(Protocol):
    """One way out, for the mails of one call."""

    @property
    def unreachable(self) -> str:
        """Why no more mails can be tried in this call; empty while they can."""

    def deliver(
        self, message: bytes, sender: str, recipient: str, message_id: str, about_to_send: Callable[[], bool]
    ) -> Answer:
        """Try once. `about_to_send` is called before the moment from which on nobody knows; False takes the mail back."""

    def ready(self, sender: str) -> str:
        """Find out without a mail whether one could leave now; in words, what answered.

        PostTrouble if something must be mended first, Unreachable if another time may be better.
        """


def open_post(settings: ReportSettings) -> AbstractContextManager[Post]:
    """The way out that the settings name; UnusablePost if they name none. Nothing is opened before the first mail."""
    if not ADDRESS.fullmatch(settings.sender):
        raise UnusablePost(
            f"设置项 reports.sender 的“{settings.sender}”不是邮件地址：请改为如 xunjian@example.gov.cn"
        )
    scheme, _, rest = settings.smtp_url.partition(":")
    if scheme.lower() == "folder" and rest:
        return nullcontext(FolderPost(Path(rest)))
    return closing(SmtpPost(server_of(settings)))


# -- a folder ---------------------------------------------------------------------------------------------


class FolderPost:
    """One .eml file a mail. Writing the same file again changes nothing, so it is never doubtful and asks nobody before."""

    unreachable = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(
        self, message: bytes, sender: str, recipient: str, message_id: str, about_to_send: Callable[[], bool]
    ) -> Answer:
        path = self.folder / file_name(message_id)
        try:
            if not path.exists():
                self._write(path, message)
            elif path.read_bytes() != message:
                return Answer(Outcome.REFUSED, f"邮件文件 {path} 已存在且内容不同")
        except OSError as error:
            raise self._trouble(error) from error
        return Answer(Outcome.ACCEPTED, f"已写入 {path}")

    def ready(self, sender: str) -> str:
        try:
            require_writable(self.folder)  # or what there is of the way to it: the first mail makes the rest
        except OSError as error:
            raise self._trouble(error) from error
        return f"文件夹 {self.folder} 可以写入"

    def _trouble(self, error: OSError) -> PostTrouble:
        return PostTrouble(
            f"邮件文件夹 {self.folder} 无法读写（{error.strerror}）：请检查文件夹、权限和磁盘空间"
        )

    def _write(self, path: Path, message: bytes) -> None:
        """Whole or not at all, on the disk before it has its name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.part")
        try:
            with unfinished.open("wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            raise


def file_name(message_id: str) -> str:
    """A name that is safe everywhere, and another one for every message-id."""
    bare = message_id.removeprefix("<").removesuffix(">")
    safe = re.sub(r"[^A-Za-z0-9@._+=-]", "_", bare)[:120].lstrip(".")
    if safe != bare or not safe:
        safe += f"-{hashlib.sha256(message_id.encode()).hexdigest()[:16]}"
    return f"{safe}.eml"


# -- SMTP -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as the settings name it. `timeout`: seconds for each answer."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    starttls: Literal["required", "offered", "never"]
    timeout: float

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def server_of(settings: ReportSettings) -> Server:
    """UnusablePost if the address is none. What is said of it never repeats it: there may be a password in it."""
    try:
        url = urlsplit(settings.smtp_url)
        host, port = url.hostname or "", url.port
        host.encode("idna")
    except ValueError as error:
        raise _unusable("网址有误") from error
    if url.scheme not in ("smtp", "smtps"):
        raise _unusable("不是已知的发送方式")
    if not host or url.path not in ("", "/") or url.query or url.fragment:
        raise _unusable("网址有误")
    user = unquote(url.username or "")
    password = settings.smtp_password.get_secret_value() or unquote(url.password or "")
    if user and not password:
        raise UnusablePost(
            "设置项 reports.smtp_url 写了用户名但没有密码：请设置环境变量 XUNJIAN_REPORTS__SMTP_PASSWORD"
        )
    if password and not user:
        raise UnusablePost("设置了邮件密码但没有用户名：请把 reports.smtp_url 写成 smtp://用户名@主机:端口")
    if not (user + password).isascii():
        raise UnusablePost("邮件用户名和密码只能用英文字母、数字和符号：请改正 reports.smtp_url 或密码")
    usual = 465 if url.scheme == "smtps" else 25
    return Server(
        url.scheme, host, port or usual, user, password, settings.smtp_starttls, settings.smtp_timeout_seconds
    )


def _unusable(why: str) -> UnusablePost:
    return UnusablePost(
        f"设置项 reports.smtp_url 不能使用（{why}）：请写成 smtp://用户名@主机:端口、smtps://… 或 folder:文件夹，"
        "用户名和密码中的特殊字符写成 %XX"
    )


class SmtpPost:
    """A line to a mail server, opened for the first mail and kept for the next ones; a broken one is opened anew."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.unreachable = ""
        self._line: smtplib.SMTP | None = None
        self._silences = 0

    def deliver(
        self, message: bytes, sender: str, recipient: str, message_id: str, about_to_send: Callable[[], bool]
    ) -> Answer:
        if not ADDRESS.fullmatch(recipient):
            return Answer(Outcome.REFUSED, f"收件地址“{recipient}”不正确")
        try:
            answer = self._deliver(message, sender, recipient, about_to_send)
        except BaseException:  # whatever was half said, nothing more may be said after it
            self._drop()
            raise
        if self._line is not None:
            self._silences = 0
        return answer

    def _deliver(
        self, message: bytes, sender: str, recipient: str, about_to_send: Callable[[], bool]
    ) -> Answer:
        try:
            line = self._open_line()
        except Unreachable as error:
            self.unreachable = str(error)
            return Answer(Outcome.LATER, self.unreachable)
        try:
            refusal = self._offer(line, message, sender, recipient)
        except OSError as error:
            return Answer(Outcome.LATER, self._broke_off(error))
        if refusal is not None:
            return refusal
        if not about_to_send():
            self._drop()  # after 354 only an end without the final dot takes the mail back
            return Answer(Outcome.LATER, "未发送")
        try:
            return self._hand_over(line, message)
        except OSError as error:
            text = f"正文已发出，但没有得到答复：{self._broke_off(error)}"
            return Answer(Outcome.UNKNOWN, text)

    def ready(self, sender: str) -> str:
        line = self._open_line()
        encrypted = isinstance(line.sock, ssl.SSLSocket)
        try:
            code, said = self._name_sender(line, sender)
        except OSError as error:
            raise Unreachable(self._broke_off(error)) from error
        finally:
            self.close()  # a line that ends after the sender was named sends nothing
        if code // 100 != 2:
            raise Unreachable(f"邮件服务器 {self.server} 暂时不收（{_words(code, said)}）")
        facts = [
            f"邮件服务器 {self.server} 有应答",
            "连接已加密" if encrypted else "连接没有加密",
            *([f"已登录 {self.server.user}"] if self.server.user else []),
            f"接受发件人 {sender}",
        ]
        return "，".join(facts)

    # -- one mail -----------------------------------------------------------------------------------------

    def _offer(self, line: smtplib.SMTP, message: bytes, sender: str, recipient: str) -> Answer | None:
        """Who writes to whom; None when the server waits for the text."""
        options = [f"size={len(message)}"] if line.has_extn("size") else []
        options += ["body=8bitmime"] if line.has_extn("8bitmime") and not message.isascii() else []
        code, said = self._name_sender(line, sender, options)
        if code // 100 == 2:
            code, said = line.rcpt(recipient)
        if code // 100 == 2:
            code, said = line.docmd("DATA")
        return None if code == 354 else self._answer(code, said, Outcome.LATER)

    def _name_sender(self, line: smtplib.SMTP, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """Nothing but the sender was said yet: a refusal is about all mails, which wait for the settings to be mended."""
        code, said = line.mail(sender, options)
        if code // 100 == 5 and code != TOO_BIG:
            raise PostTrouble(
                f"邮件服务器 {self.server} 不接受发件人 {sender}（{_words(code, said)}）："
                "请检查设置项 reports.sender 和 reports.smtp_url 的用户名"
            )
        return code, said

    def _hand_over(self, line: smtplib.SMTP, message: bytes) -> Answer:
        wire = on_the_wire(message)
        for start in range(0, len(wire), CHUNK):
            line.send(wire[start : start + CHUNK])
        assert line.sock is not None
        line.sock.settimeout(self.server.timeout * LAST_WORD)
        code, said = line.getreply()
        line.sock.settimeout(self.server.timeout)
        if code // 100 == 2:
            return Answer(Outcome.ACCEPTED, _words(code, said))
        return self._answer(code, said, Outcome.UNKNOWN)

    def _answer(self, code: int, said: bytes, nonsense: Outcome) -> Answer:
        """What a server that did not say yes means. `nonsense`: what an answer means that is none."""
        kind, text = code // 100, _words(code, said)
        if code == HANGING_UP or kind not in (4, 5):
            self._lost(text)
        return Answer({4: Outcome.LATER, 5: Outcome.REFUSED}.get(kind, nonsense), text)

    # -- the line -----------------------------------------------------------------------------------------

    def _open_line(self) -> smtplib.SMTP:
        """The line of the mail before if it still stands, else a new one."""
        if self.unreachable:
            raise Unreachable(self.unreachable)
        if self._line is not None:
            with suppress(OSError):
                if self._line.rset()[0] == 250:
                    return self._line
            self._drop()
        self._line = self._dial()
        return self._line

    def _dial(self) -> smtplib.SMTP:
        """A new line; Unreachable if another time may be better, PostTrouble if first something must be mended."""
        server = self.server
        try:
            return self._greeted()
        except smtplib.SMTPResponseException as error:
            said = _words(error.smtp_code, error.smtp_error)
            if error.smtp_code // 100 == 4:
                raise Unreachable(f"邮件服务器 {server} 暂停服务（{said}）") from error
            if isinstance(error, smtplib.SMTPAuthenticationError):
                raise PostTrouble(
                    f"邮件服务器 {server} 拒绝登录（{said}）：请检查 reports.smtp_url 的用户名"
                    "和环境变量 XUNJIAN_REPORTS__SMTP_PASSWORD"
                ) from error
            raise PostTrouble(f"邮件服务器 {server} 拒绝服务（{said}）：请与邮件管理员联系") from error
        except smtplib.SMTPServerDisconnected as error:
            raise Unreachable(f"邮件服务器 {server} 无法连接（{_reason(error)}）") from error
        except smtplib.SMTPException as error:
            raise PostTrouble(
                f"邮件服务器 {server} 不提供可用的登录方式：请检查 reports.smtp_url 的端口和 reports.smtp_starttls"
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise PostTrouble(
                f"邮件服务器 {server} 的证书不能信任（{error.verify_message}）："
                "请核对主机名，或让系统信任其签发机构（环境变量 SSL_CERT_FILE）"
            ) from error
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            raise Unreachable(f"邮件服务器 {server} 在加密握手时断开") from error
        except ssl.SSLError as error:
            raise PostTrouble(
                f"与邮件服务器 {server} 不能加密连接（{error.reason}）：请检查 reports.smtp_url 的 smtp/smtps 和端口"
            ) from error
        except OSError as error:
            raise Unreachable(f"邮件服务器 {server} 无法连接（{_reason(error)}）") from error

    def _greeted(self) -> smtplib.SMTP:
        """A line on which a mail can be offered: greeted, encrypted and logged in as the settings ask."""
        server, us = (
            self.server,
            "[127.0.0.1]",
        )  # named below: asking the system may take long and bring Chinese
        line: smtplib.SMTP
        if server.scheme == "smtps":
            context = ssl.create_default_context()
            line = smtplib.SMTP_SSL(server.host, server.port, us, timeout=server.timeout, context=context)
        else:
            line = smtplib.SMTP(server.host, server.port, us, timeout=server.timeout)
        try:
            assert line.sock is not None
            line.local_hostname = _literal(line.sock.getsockname()[0])
            line.ehlo_or_helo_if_needed()
            if server.scheme == "smtp":
                self._encrypt(line)
            if server.user:
                self._log_in(line)
        except BaseException:
            line.close()
            raise
        return line

    def _encrypt(self, line: smtplib.SMTP) -> None:
        wish = self.server.starttls
        if wish != "never" and line.has_extn("starttls"):
            line.starttls(context=ssl.create_default_context())
            line.ehlo_or_helo_if_needed()
        elif wish == "required":
            raise PostTrouble(
                f"邮件服务器 {self.server} 不提供加密（STARTTLS）：请改用 smtps://，或放宽设置项 reports.smtp_starttls"
            )

    def _log_in(self, line: smtplib.SMTP) -> None:
        assert line.sock is not None
        if not isinstance(line.sock, ssl.SSLSocket) and not _is_loopback(line.sock.getpeername()[0]):
            raise PostTrouble(
                f"与邮件服务器 {self.server} 的连接没有加密，不能发送密码：请改用 smtps:// 或提供 STARTTLS 的端口"
            )
        line.login(self.server.user, self.server.password)

    def _broke_off(self, error: OSError) -> str:
        """The server was there and is gone in the middle of a mail; why."""
        return self._lost(f"邮件服务器 {self.server} 中断（{_reason(error)}）")

    def _lost(self, why: str) -> str:
        self._drop()
        self._silences += 1
        if self._silences >= SILENCES:
            self.unreachable = why
        return why

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def close(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.quit()
        self._drop()


def on_the_wire(message: bytes) -> bytes:
    """The text as DATA wants it: every line ends with CRLF, a dot at its beginning is doubled, a lone dot ends it all.

    A bare CR or LF would be an end of line to some servers and none to others, and a mail could be made two by it.
    """
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"


def _words(code: int, said: bytes | str) -> str:
    """A server's answer as one short line without control characters."""
    text = said if isinstance(said, str) else _decoded(said)
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(f"{code} {printable}".split())[:LONGEST_SAYING]


def _decoded(said: bytes) -> str:
    """Chinese mail servers answer in either charset."""
    try:
        return said.decode()
    except UnicodeDecodeError:
        return said.decode("gb18030", "replace")


def _reason(error: OSError) -> str:
    """Why a line broke, in the office's language. smtplib's errors are OSErrors, and hide the system's own behind them."""
    cause = error.__context__ if isinstance(error, smtplib.SMTPServerDisconnected) else error
    match cause:
        case TimeoutError():
            return "超时"
        case ConnectionRefusedError():
            return "连接被拒绝"
        case socket.gaierror():
            return "找不到主机"
        case None | ConnectionError():
            return "连接被断开"
        case OSError(strerror=str(reason)):
            return reason
        case _:
            return " ".join(str(cause).split())


def _literal(address: str) -> str:
    """Our name in the greeting (RFC 5321, 4.1.3)."""
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
