"""Slips of ours in what is asked every few seconds: told once, not as often as it is asked."""

import logging

logger = logging.getLogger(__name__)


class Slips:
    """Tells an error with its traceback when it is new, and again only after it was another one."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    def tell(self, what: str, error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"
        if self._told.get(what) != words:
            self._told[what] = words
            logger.error("answer could not be told", extra={"what": what}, exc_info=error)
