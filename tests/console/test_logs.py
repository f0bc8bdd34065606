"""The log: one line a record for people or for programs, without secrets, whatever the record holds."""

import ast
import json
import logging
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from console.logs import FIELDS_OF_ALL, FORMATTERS, OURS, Format, keep_log, keep_traceback, log_to_stderr

SMTP = "smtp://office:hunter2@mail.yunze.test"
ROOT = Path(__file__).parents[2]


class Unspeakable:
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root, names = logging.getLogger(), [*OURS, "scrapy.downloadermiddlewares.retry"]
    handlers, raises = list(root.handlers), logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    for handler in [each for each in root.handlers if each not in handlers]:
        root.removeHandler(handler)
        handler.close()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.raiseExceptions = raises
    logging.captureWarnings(False)


def said(
    log_format: Format, message: object = "mail settled", *, exc_info: Any = None, **fields: object
) -> str:
    record = logging.makeLogRecord(
        {"name": "scheduler.mailing", "levelname": "INFO", "msg": message, "created": 1795482000.25, **fields}
    )
    record.exc_info = exc_info
    return FORMATTERS[log_format]().format(record)


def raised(raise_it: Callable[[], None]) -> tuple[Any, ...]:
    try:
        raise_it()
    except Exception as error:
        return type(error), error, error.__traceback__
    raise AssertionError("nothing was raised")


# -- a line -----------------------------------------------------------------------------------------------


def test_a_line_of_text_is_the_time_in_china_the_sentence_and_its_fields() -> None:
    assert said("text", mail=7, state="accepted", answer="250 ok") == (
        "2026-11-24T09:00:00.250+08:00 INFO scheduler.mailing mail settled mail=7 state=accepted"
        ' answer="250 ok"'
    )


def test_a_line_of_json_keeps_the_fields_as_they_are() -> None:
    line = said("json", mail=7, late=False, why=None, answer="“好”\n", tried=["a", "b"])
    assert "\n" not in line
    assert json.loads(line) == {
        "asctime": "2026-11-24T09:00:00.250+08:00",
        "levelname": "INFO",
        "name": "scheduler.mailing",
        "message": "mail settled",
        "mail": 7,
        "late": False,
        "why": None,
        "answer": "“好”\n",
        "tried": ["a", "b"],
    }


@pytest.mark.parametrize("log_format", FORMATTERS)
def test_secrets_are_taken_out_of_the_sentence_the_fields_and_the_names_of_fields(log_format: Format) -> None:
    line = said(
        log_format, f"sent by {SMTP}", post=SMTP, token="hunter2", ways=[SMTP], why={"key": "hunter2"}
    )
    assert "hunter2" not in line
    assert line.count("***") == 5


@pytest.mark.parametrize("log_format", FORMATTERS)
def test_secrets_are_taken_out_of_a_traceback_with_its_causes_and_groups(log_format: Format) -> None:
    def break_down() -> None:
        try:
            raise OSError(f"cannot reach {SMTP}")
        except OSError as error:
            raise ExceptionGroup(
                "身份证410102199001011234", [ValueError("password: hunter2"), error]
            ) from error

    line = said(log_format, "beat broke down", exc_info=raised(break_down))

    assert "hunter2" not in line
    assert "19900101" not in line
    assert "test_logs.py" in line
    assert "direct cause" in line


@pytest.mark.parametrize("log_format", FORMATTERS)
def test_a_record_that_cannot_be_told_is_told_poorly_and_never_raises(log_format: Format) -> None:
    endless: list[object] = []
    endless.append(endless)

    assert "<Unspeakable>" in said(log_format, thing=Unspeakable())
    assert "mail settled" in said(log_format, endless=endless)
    assert "%d mails" in said(log_format, "%d mails", args=("many",))
    assert "record could not be told" in said(log_format, Unspeakable())
    assert "unprintable" in said(log_format, exc_info=raised(lambda: _raise(Unspeakable())))


def _raise(what: object) -> None:
    raise ValueError(what)


def test_what_is_no_figure_in_json_is_written_in_words() -> None:
    line = said("json", rate=float("inf"), days={1: {2}}, size=2**70, broken="\udc80")
    assert json.loads(line) | {"message": ""} == {
        **json.loads(said("json")),
        "message": "",
        "rate": "inf",
        "days": {"1": [2]},
        "size": 2**70,
        "broken": "\udc80",
    }


# -- where the lines go -----------------------------------------------------------------------------------


def test_the_log_on_standard_error_takes_the_place_of_the_file_and_the_other_way_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logger, file = logging.getLogger("scheduler.daemon"), tmp_path / "data" / "xunjian.log"

    keep_log(file, "json")
    logger.info("in the file", extra={"password": "hunter2"})
    log_to_stderr("text")
    logger.info("on standard error", extra={"post": SMTP})
    keep_log(file, "json")
    logger.info("in the file again")

    lines = [json.loads(line)["message"] for line in file.read_text("utf-8").splitlines()]
    assert lines == ["command begins", "in the file", "command begins", "in the file again"]
    error = capsys.readouterr().err
    assert [line.split(" ", 3)[2] for line in error.splitlines()] == ["console.logs", "scheduler.daemon"]
    assert "hunter2" not in file.read_text("utf-8") + error


def test_a_breakdown_is_written_where_the_log_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_log(tmp_path / "xunjian.log")
    assert keep_traceback(ValueError(SMTP)) == str(tmp_path / "xunjian.log")
    log_to_stderr("json")
    assert keep_traceback(ValueError(SMTP)) == "（标准错误）"

    for told in ((tmp_path / "xunjian.log").read_text("utf-8"), capsys.readouterr().err):
        assert "broke down" in told
        assert "ValueError: smtp://office:***@mail.yunze.test" in told


def test_libraries_are_scrubbed_too_and_heard_only_when_something_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to_stderr()
    logging.getLogger("apprise").info("sent to wecombot://hunter2")
    logging.getLogger("urllib3.connectionpool").warning(
        "retrying %s", "/open-apis/bot/v2/hook/hunter2-hunter2"
    )
    error = capsys.readouterr().err
    assert "hook/***" in error
    assert "wecombot" not in error


# -- what the rooms say -----------------------------------------------------------------------------------


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """Every call of a room's logger, with its place."""
    files = [file for room in OURS for file in sorted((ROOT / room).rglob("*.py"))]
    return tuple(
        (f"{file.relative_to(ROOT)}:{node.lineno}", node)
        for file in files
        if "logger." in (code := file.read_text("utf-8"))
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and _is_of_a_logger(node)
    )


def _is_of_a_logger(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="logger")):
            return True
    return False


def test_every_line_of_ours_is_one_fixed_sentence_and_fields() -> None:
    places = dict(calls())
    assert len(places) > 20
    told = {place: call for place, call in places.items() if not _is_fixed(call)}
    assert not told


def _is_fixed(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(value=str(sentence))]:
            return sentence.isascii() and "%" not in sentence and "{" not in sentence
    return False


def test_no_field_of_ours_has_a_name_that_logging_keeps_to_itself() -> None:
    named = {
        (place, key.value)
        for place, call in calls()
        for keyword in call.keywords
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict)
        for key in keyword.value.keys
        if isinstance(key, ast.Constant)
    }
    assert len(named) > 20
    assert not {(place, name) for place, name in named if name in FIELDS_OF_ALL}
