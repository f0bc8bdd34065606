"""A real mail server on loopback that misbehaves on purpose: it says when, and what it does then."""

import asyncio
import contextlib
import os
import signal
import ssl
import threading
import warnings
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Stage = Literal["connect", "EHLO", "MAIL", "RCPT", "before 354", "after 354", "before reply"]
"""Where the server can be made to do something else: `after 354` it has told the sender to go on."""

Act = Callable[[SMTP], Awaitable[str | None]]
"""What it does: an answer in place of its own, None for its own."""

PASSWORD = "p@ss/word"


def answers(line: str) -> Act:
    async def act(server: SMTP) -> str:
        return line

    return act


async def goes_on(server: SMTP) -> None:
    """Nothing out of the ordinary, this time."""


async def drops(server: SMTP) -> None:
    """The line is cut."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()
    await _until_gone()


async def stalls(server: SMTP) -> None:
    """Not another word, until the sender gives up."""
    await _until_gone()


def kills(pid: Callable[[], int]) -> Act:
    """kill -9 of the sender."""

    async def act(server: SMTP) -> None:
        os.kill(pid(), signal.SIGKILL)
        await _until_gone()

    return act


def waits(reached: threading.Event, until: threading.Event) -> Act:
    """Says that it came so far, and waits until it is told to go on."""

    async def act(server: SMTP) -> None:
        reached.set()
        await asyncio.get_running_loop().run_in_executor(None, until.wait, 20)

    return act


async def _until_gone() -> None:
    """aiosmtpd ends us when the line is lost."""
    await asyncio.Event().wait()


@dataclass
class MailServer:
    """`acts`: what it does the next times it comes to a stage. `by_recipient`: what it answers to RCPT, for ever."""

    port: int = 0
    acts: defaultdict[Stage, deque[Act]] = field(default_factory=lambda: defaultdict(deque))
    by_recipient: dict[str, str] = field(default_factory=dict)
    arrived: list[bytes] = field(default_factory=list)
    """Mails that it took over, whether or not the sender heard of it."""
    recipients: list[str] = field(default_factory=list)
    """The recipient of each of them."""
    begun: list[Stage] = field(default_factory=list)
    """The stages that senders came to."""
    users: list[str] = field(default_factory=list)
    lines: list[asyncio.Transport] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The message-ids of what arrived."""
        return [str(message_from_bytes(message)["Message-ID"]) for message in self.arrived]

    def does(self, stage: Stage, *acts: Act) -> None:
        self.acts[stage].extend(acts)

    def cut(self) -> None:
        """Every line that stands is cut now, between two mails."""
        assert self.loop is not None
        for line in self.lines:
            self.loop.call_soon_threadsafe(line.abort)

    async def at(self, stage: Stage, server: SMTP) -> str | None:
        self.begun.append(stage)
        act = self.acts[stage].popleft() if self.acts[stage] else goes_on
        return await act(server)


class _Handler:
    """aiosmtpd asks it at each step; what it does not answer itself is answered as usual."""

    def __init__(self, mails: MailServer) -> None:
        self.mails = mails

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        said = await self.mails.at("EHLO", server)
        return [said] if said else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self.mails.at("MAIL", server):
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self.mails.at("RCPT", server) or self.mails.by_recipient.get(address)
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The whole mail is here. What is refused was not taken over; what is cut off was."""
        before = len(self.mails.arrived)
        assert isinstance(envelope.content, bytes)
        self.mails.arrived.append(envelope.content)
        self.mails.recipients.extend(envelope.rcpt_tos)
        said = await self.mails.at("before reply", server)
        if said and not said.startswith("2"):
            del self.mails.arrived[before:], self.mails.recipients[before:]
        return said or "250 OK"


class _Smtp(SMTP):
    """aiosmtpd with two more places to stop at: the greeting, and the 354 before a mail's text."""

    def __init__(self, mails: MailServer, **more: Any) -> None:
        with warnings.catch_warnings():  # of logins on an open line: on purpose here
            warnings.simplefilter("ignore", UserWarning)
            super().__init__(_Handler(mails), hostname="mail.test", **more)
        self.mails = mails

    async def push(self, status: str) -> None:  # type: ignore[override]
        if status.startswith("220 mail.test"):
            assert isinstance(self.transport, asyncio.Transport)
            self.mails.lines.append(self.transport)
            status = await self.mails.at("connect", self) or status
        if not status.startswith("354"):
            await super().push(status.encode("latin-1"))
            return
        said = await self.mails.at("before 354", self)
        await super().push(said or status)
        if said:
            raise _NotTaken
        await self.mails.at("after 354", self)

    async def smtp_DATA(self, arg: str) -> None:
        with contextlib.suppress(_NotTaken):
            await super().smtp_DATA(arg)


class _NotTaken(Exception):
    """DATA was answered with something else than 354."""


@contextlib.contextmanager
def mail_server(*, tls: Path | None = None, implicit: bool = False, **more: Any) -> Iterator[MailServer]:
    """The server while the block runs. `tls`: its certificate; `implicit`: from the first byte on."""
    mails = MailServer()
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        mails.users.append(given.login.decode())
        return AuthResult(success=given.password.decode() == PASSWORD, handled=False)

    loop = mails.loop = asyncio.new_event_loop()
    facts = {
        "authenticator": authenticate,
        "loop": loop,
        "tls_context": None if implicit else context,
        **more,
    }
    listening = loop.run_until_complete(
        loop.create_server(lambda: _Smtp(mails, **facts), "127.0.0.1", 0, ssl=context if implicit else None)
    )
    mails.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield mails
    finally:
        asyncio.run_coroutine_threadsafe(_close(listening), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(listening: asyncio.Server) -> None:
    listening.close()
    mine = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not mine]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def a_certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    """A certificate that vouches for itself: good for who trusts it (SSL_CERT_FILE), for nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "mail.pem"
    path.write_bytes(private + certificate.public_bytes(pem))
    return path
