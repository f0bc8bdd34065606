"""What Scrapy and aiohttp raise, told in our closed list of reasons for not seeing."""

import errno
import re
import ssl
from collections.abc import Iterator

import aiohttp
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.guard import ForbiddenAddress
from crawler.observations import Problem

BY_EXCEPTION: tuple[tuple[type[BaseException], Problem], ...] = (
    # The first that fits, looked for along the whole chain of causes: the root tells more than Scrapy's own name.
    (ForbiddenAddress, Problem.FORBIDDEN_ADDRESS),
    (aiohttp.ClientSSLError, Problem.TLS),
    (ssl.SSLError, Problem.TLS),
    (CannotResolveHostError, Problem.DNS),
    (DownloadTimeoutError, Problem.TIMEOUT),
    (ResponseDataLossError, Problem.TRUNCATED),
    (DownloadCancelledError, Problem.TOO_LARGE),
    (ConnectionResetError, Problem.RESET),
    (DownloadConnectionRefusedError, Problem.REFUSED),
    (DownloadFailedError, Problem.RESET),
    (UnsupportedURLSchemeError, Problem.FORBIDDEN_ADDRESS),
    (NotSupported, Problem.FORBIDDEN_ADDRESS),  # a scheme such as ftp: or gopher:
)

NO_WAY_OUT = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EAFNOSUPPORT})
"""No way leads from this machine to the address: above all, to an IPv6 address from a network without IPv6."""
NO_SOCKET = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
"""This machine has no socket left to ask with."""
NUMBERED = re.compile(r"\[Errno (\d+)\]")

BY_WORDS = (
    # IgnoreRequest says its reason in words only.
    ("robots.txt", Problem.ROBOTS),
    ("redirections", Problem.REDIRECT_LOOP),
    ("exceeded DOWNLOAD_MAXSIZE", Problem.TOO_LARGE),
    ("size", Problem.TOO_LARGE),
)


def why_not(error: BaseException) -> tuple[Problem, str]:
    """The reason for not seeing that stands behind `error`, and its own words in one line."""
    words = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    if ours := _trouble_of_ours(error):
        return ours, words
    for kind, problem in BY_EXCEPTION:
        if any(isinstance(each, kind) for each in _causes(error)):
            return problem, words
    if isinstance(error, IgnoreRequest):
        return next((problem for word, problem in BY_WORDS if word in words), Problem.OUR_FAULT), words
    return Problem.OUR_FAULT, words


def _trouble_of_ours(error: BaseException) -> Problem | None:
    """What kept the request from leaving this machine; None: one of the host's addresses was reached, or another trouble."""
    numbers = {
        int(number)
        for each in _causes(error)
        if isinstance(each, OSError)
        # Of several addresses that were tried the trouble stands in words only.
        for number in ([each.errno] if each.errno else NUMBERED.findall(str(each)))
    }
    if not numbers or not numbers <= NO_WAY_OUT | NO_SOCKET:
        return None
    return Problem.OUR_FAULT if numbers & NO_SOCKET else Problem.OUR_NETWORK


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [
            cause for cause in (each.__cause__, each.__context__, getattr(each, "os_error", None)) if cause
        ]
        waiting += getattr(each, "exceptions", ())
