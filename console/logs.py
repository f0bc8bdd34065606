"""The log (运行日志): one line a record, in a file or on standard error; for people or, as JSON, for programs.

As text a line is `time level logger message key=value…`; as JSON it is one object with asctime, levelname, name and message
(names that logging itself keeps free, so that no field can take their place), then the fields, then the traceback. Times
are those of Asia/Shanghai. What must not be kept is taken out of both (console/scrubbing.py), out of tracebacks too.
"""

import json
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from console.scrubbing import is_suspect, scrub, scrub_field
from crawler.clock import CHINA

OURS = ("crawler", "checks", "tracker", "reports", "scheduler", "console")
"""Rooms whose INFO is kept; of all others only what is a warning or worse."""

SAID_ELSEWHERE = ("scrapy.downloadermiddlewares.retry", "scrapy.downloadermiddlewares.robotstxt")
"""They report each page that could not be had as an error, with its traceback: the day's ledger holds that already."""

FIELDS_OF_ALL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

SIMPLE = frozenset({str, int, bool, type(None)})
"""Fields that can be written as they are, if nothing in the line is suspect; what may hold more is looked through."""

Format = Literal["text", "json"]

logger = logging.getLogger(__name__)

_as_json = json.JSONEncoder(
    ensure_ascii=False
).encode  # made once: that is dearer than what it does for a line


class UnusableLog(Exception):
    """The log file cannot be written."""

    def __init__(self, file: Path, error: OSError) -> None:
        super().__init__(
            f"日志文件 {file} 无法写入（{error.strerror}）：请检查文件夹和权限，或改设置项 console.log_file"
        )


class LogFile(logging.FileHandler):
    """Ours: what keeps the log next takes its place."""


class LogStream(logging.StreamHandler):  # type: ignore[type-arg]  # generic for the type checker only
    """Ours, on standard error."""


# -- the lines --------------------------------------------------------------------------------------------


class Line(logging.Formatter):
    """A record in one line of text, its traceback below. Whatever the record holds, there is a line of it."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            return self.line(record)
        except Exception as error:  # a log that breaks what it tells of is worse than a poor line
            return self.told(record, "record could not be told", {"error": type(error).__name__}, [])

    def line(self, record: logging.LogRecord) -> str:
        message, traces = _message(record), list(self.traces(record))
        fields = {key: value for key, value in vars(record).items() if key not in FIELDS_OF_ALL}
        if all(type(each) in SIMPLE for each in fields.values()):
            line = self.told(record, message, fields, traces)
            if not is_suspect(line):
                return line
        clean = {key: scrub_field(key, value) for key, value in fields.items()}
        return self.told(record, scrub(message), clean, traces)

    def told(
        self, record: logging.LogRecord, message: str, fields: Mapping[str, object], traces: Sequence[str]
    ) -> str:
        said = [f"{key}={_value(str(value))}" for key, value in fields.items()]
        line = " ".join([_time(record), record.levelname, record.name, _plain(message), *said])
        return "\n".join([line, *traces])

    def traces(self, record: logging.LogRecord) -> Iterator[str]:
        """The traceback with those of its causes, and the stack if it was asked for; scrubbed."""
        if record.exc_info:
            try:
                yield scrub(self.formatException(record.exc_info))
            except Exception as error:
                yield f"traceback could not be told: {type(error).__name__}"
        elif record.exc_text:
            yield scrub(record.exc_text)
        if record.stack_info:
            yield scrub(record.stack_info)


class JsonLine(Line):
    """A record as one JSON object in one line."""

    def told(
        self, record: logging.LogRecord, message: str, fields: Mapping[str, object], traces: Sequence[str]
    ) -> str:
        told: dict[str, object] = {
            "asctime": _time(record),
            "levelname": record.levelname,
            "name": record.name,
            "message": message,
            **fields,
        }
        if traces:
            told["exc_text"] = "\n".join(traces)
        return _as_json(told)


FORMATTERS: dict[Format, type[Line]] = {"text": Line, "json": JsonLine}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, CHINA).isoformat(timespec="milliseconds")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # words and arguments that do not fit: a library's slip, not ours
        return str(record.msg)


def _value(text: str) -> str:
    bare = text.isprintable() and text and " " not in text and '"' not in text and "=" not in text
    return text if bare else _as_json(text)


def _plain(text: str) -> str:
    return text if text.isprintable() else _as_json(text)


# -- where they go ----------------------------------------------------------------------------------------


def keep_log(file: Path, log_format: Format = "text") -> None:
    """From here on the log is kept in `file`."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = LogFile(file, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UnusableLog(file, error) from error
    _keep(handler, log_format)


def log_to_stderr(log_format: Format = "text") -> None:
    """From here on the log goes to standard error, where journald keeps it."""
    _keep(LogStream(sys.stderr), log_format)


def _keep(handler: LogFile | LogStream, log_format: Format) -> None:
    handler.setFormatter(FORMATTERS[log_format]())
    root = logging.getLogger()
    for former in _ours():
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


def _ours() -> list[LogFile | LogStream]:
    return [each for each in logging.getLogger().handlers if isinstance(each, LogFile | LogStream)]


def keep_traceback(error: Exception) -> str:
    """Write down an error of ours, whatever state the settings are in; where it stands, empty if nowhere."""
    from console.settings import load_settings

    try:
        if not _ours():
            console = load_settings().console
            keep_log(console.log_file, console.log_format)
    except Exception:  # it is another error that we are telling about
        return ""
    logger.error("broke down", exc_info=error)
    (ours,) = _ours()
    return ours.baseFilename if isinstance(ours, LogFile) else "（标准错误）"
