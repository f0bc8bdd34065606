"""The log (运行日志): one line a record, `time level logger message key=value…`, in a file and never on the screen."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

OURS = ("crawler", "checks", "tracker", "reports", "scheduler", "console")
"""Rooms whose INFO is kept; of all others only what is a warning or worse."""

SAID_ELSEWHERE = ("scrapy.downloadermiddlewares.retry", "scrapy.downloadermiddlewares.robotstxt")
"""They report each page that could not be had as an error, with its traceback: the day's ledger holds that already."""

FIELDS_OF_ALL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

logger = logging.getLogger(__name__)


class UnusableLog(Exception):
    """The log file cannot be written."""

    def __init__(self, file: Path, error: OSError) -> None:
        super().__init__(
            f"日志文件 {file} 无法写入（{error.strerror}）：请检查文件夹和权限，或改设置项 console.log_file"
        )


class LogFile(logging.FileHandler):
    """Ours: a second command in the same process takes its place."""


class Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")
        fields = [f"{key}={_value(value)}" for key, value in vars(record).items() if key not in FIELDS_OF_ALL]
        line = " ".join([at, record.levelname, record.name, _plain(record.getMessage()), *fields])
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def keep_log(file: Path) -> None:
    """From here on the log is kept in `file`."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = LogFile(file, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UnusableLog(file, error) from error
    handler.setFormatter(Line())
    root = logging.getLogger()
    for former in [each for each in root.handlers if isinstance(each, LogFile)]:
        root.removeHandler(former)
        former.close()
    root.addHandler(handler)
    for room in OURS:
        logging.getLogger(room).setLevel(logging.INFO)
    for name in SAID_ELSEWHERE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a full disk must not fill the screen too
    logger.info("command begins", extra={"command": " ".join(sys.argv[1:])})


def keep_traceback(error: Exception) -> Path | None:
    """Write down an error of ours, whatever state the settings are in; the file it stands in, None if there is none."""
    from console.settings import load_settings

    root = logging.getLogger()
    try:
        if not any(isinstance(each, LogFile) for each in root.handlers):
            keep_log(load_settings().console.log_file)
    except Exception:  # it is another error that we are telling about
        return None
    logger.error("broke down", exc_info=error)
    return next(Path(each.baseFilename) for each in root.handlers if isinstance(each, LogFile))


def _value(value: object) -> str:
    text = str(value)
    return (
        text
        if text.isprintable() and text and not set(' "=') & set(text)
        else json.dumps(text, ensure_ascii=False)
    )


def _plain(text: str) -> str:
    return text if text.isprintable() else json.dumps(text, ensure_ascii=False)
