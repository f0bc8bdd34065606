"""What a person at a terminal does to a command: stops it, cuts its output short, gives it no output at all."""

import os
import pty
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.console.test_cli import xunjian

RUN = "from console.cli.main import run; run()"
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
ALLOWED = {"XUNJIAN_CRAWLER__ALLOW_PRIVATE_ADDRESSES": "true", "XUNJIAN_CRAWLER__OBEY_ROBOTS": "false"}

BAR = """
from crawler.observations import SiteVisit
from crawler.targets import Site
from console.cli.progress import progress
from tests.builders import NOW
site = Site("1", "测试[/b]站\\x1b[31m\\x07", "http://a.test/")
with progress() as shown:
    shown.begins("巡检", 1)
    shown.looked(None, SiteVisit(site, NOW))
"""

STOPPED_WHILE_STARTING = """
from rich.console import Console
from console.cli.progress import progress
def interrupted(self, hook):
    raise KeyboardInterrupt
Console.push_render_hook = interrupted
with progress() as shown:
    shown.begins("巡检", 1)
"""


def start(folder: Path, *arguments: str, code: str = RUN, **streams: int) -> subprocess.Popen[bytes]:
    """The command with the streams a test wants; Ctrl-C reaches it even if our own shell does not hear it."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, **ALLOWED, "PYTHONPATH": str(Path.cwd()), "TERM": "xterm"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
    )


def read_terminal(terminal: int, until: Callable[[str], bool] = lambda text: False) -> str:
    """What came so far, until it holds what we wait for or nobody writes any more."""
    got = b""
    while not until(got.decode(errors="ignore")):
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        got += part
    return got.decode(errors="ignore")


@pytest.fixture
def mute_site(tmp_path: Path) -> Iterator[Path]:
    """A folder whose register names one website that takes the request and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        heading = "网站标识码,网站名称,首页网址,主办单位,网站类型,联系人,联系邮箱,状态"
        row = f"4108000001,测试站,{address},测试单位,门户网站,张三,a@example.com,运行"
        (tmp_path / "sites.csv").write_text(f"{heading}\n{row}\n", "utf-8")
        xunjian(tmp_path, "init")
        imported = xunjian(tmp_path, "targets", "import", "sites.csv")
        assert imported.returncode == 0, imported.stdout + imported.stderr
        yield tmp_path


def test_ctrl_c_says_that_nothing_is_lost(mute_site: Path) -> None:
    running = start(mute_site, "round")
    assert running.stdout is not None
    assert "巡检开始" in running.stdout.readline().decode()

    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)

    assert running.returncode == 3
    assert errors.decode() == "已停止：已完成的部分均已保存，再次运行即从中断处继续\n"


def test_ctrl_c_on_a_terminal_gives_the_cursor_back(mute_site: Path) -> None:
    ours, theirs = pty.openpty()
    running = start(mute_site, "round", stdout=theirs)
    os.close(theirs)
    before = read_terminal(ours, lambda text: HIDE in text)

    running.send_signal(signal.SIGINT)
    after = read_terminal(ours)

    assert running.wait(timeout=30) == 3
    whole = before + after
    assert whole.rindex(SHOW) > whole.rindex(HIDE)


def test_ctrl_c_in_the_middle_of_the_bars_own_start_gives_the_cursor_back_too(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    running = start(tmp_path, code=STOPPED_WHILE_STARTING, stdout=theirs)
    os.close(theirs)
    shown = read_terminal(ours)
    _, errors = running.communicate(timeout=30)

    assert errors.decode().splitlines()[-1] == "KeyboardInterrupt"
    assert shown.rindex(SHOW) > shown.rindex(HIDE)


def test_a_name_with_markup_and_control_characters_steers_no_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    running = start(tmp_path, code=BAR, stdout=theirs)
    os.close(theirs)
    shown = read_terminal(ours)
    _, errors = running.communicate(timeout=30)

    assert running.returncode == 0, errors.decode()
    assert "\x07" not in shown
    assert "巡检完成：1 个对象" in shown


def test_a_reader_that_has_seen_enough_is_no_trouble(tmp_path: Path) -> None:
    nobody, theirs = os.pipe()
    os.close(nobody)
    running = start(tmp_path, "checks", "list", stdout=theirs)
    os.close(theirs)
    _, errors = running.communicate(timeout=30)

    assert (running.returncode, errors) == (0, b"")


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        running = start(tmp_path, "checks", "list", stdout=full.fileno())
        _, errors = running.communicate(timeout=30)

    assert running.returncode == 3
    (line,) = errors.decode().splitlines()
    assert line.startswith("错误：")


def test_a_closed_output_is_no_trouble(tmp_path: Path) -> None:
    command = f"exec {shlex.quote(sys.executable)} -c '{RUN}' checks list >&-"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        stderr=subprocess.PIPE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
