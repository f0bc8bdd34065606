"""What systemd wants to hear of a service (sd_notify): that it is ready, that it is alive, that it is about to end."""

import logging
import os
import socket

logger = logging.getLogger(__name__)


class Systemd:
    """Says it to the socket that systemd names; to nobody, if we were not started by it."""

    def __init__(self, address: str | None = None) -> None:
        given = os.environ.get("NOTIFY_SOCKET", "") if address is None else address
        self._address = "\0" + given[1:] if given.startswith("@") else given

    def ready(self) -> None:
        self._say("READY=1")

    def alive(self) -> None:
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def _say(self, words: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.connect(self._address)
                line.send(words.encode())
        except OSError as error:
            logger.warning("systemd not reached", extra={"why": str(error)})
