"""One HTTP answer of the city."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""
    """Where a redirect leads."""
    headers: tuple[tuple[str, str], ...] = ()
    packed: bool = False
    """Whether it is sent as gzip to those who take that."""
    wait_seconds: float = 0
    """How long the server thinks about it."""
