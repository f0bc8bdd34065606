"""The service as it is installed: what the unit promises, and that its companions agree with it."""

import re
import shlex
import subprocess
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from console.cli.main import app
from console.settings import PREFIX, Settings, built_in
from tracker.lights import LightName

DEPLOY = Path("deploy")
MEGABYTES = {"M": 1, "G": 1024}


def stated(text: str) -> dict[str, list[str]]:
    """`Name=value` lines: name -> its values in order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        if not line.startswith(("#", ";", "[")) and "=" in line:
            name, _, value = line.partition("=")
            found[name].append(value)
    return dict(found)


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    return stated((DEPLOY / "xunjian.service").read_text("utf-8"))


def megabytes(text: str) -> int:
    return int(text[:-1]) * MEGABYTES[text[-1]]


def seconds(unit: dict[str, list[str]], name: str) -> timedelta:
    return timedelta(seconds=int(unit[name][0]))


def test_it_has_a_user_of_its_own_and_no_way_to_another(unit: dict[str, list[str]]) -> None:
    assert unit["User"] == ["xunjian"]
    assert unit["NoNewPrivileges"] == ["yes"]
    assert unit["CapabilityBoundingSet"] == [""]
    assert unit["UMask"] == ["0077"]


def test_the_system_is_read_only_but_for_its_own_folders(unit: dict[str, list[str]]) -> None:
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["ProtectHome"] == ["yes"]
    assert unit["StateDirectory"] == ["xunjian"]
    assert unit["WorkingDirectory"] == ["/var/lib/xunjian"]
    assert unit["ReadWritePaths"] == ["-/srv/xunjian-backup"]


def test_memory_has_a_ceiling_and_is_slowed_down_below_it(unit: dict[str, list[str]]) -> None:
    assert megabytes(unit["MemoryHigh"][0]) < megabytes(unit["MemoryMax"][0])
    assert int(unit["TasksMax"][0]) > 0


def test_secrets_come_from_a_file_that_may_be_missing(unit: dict[str, list[str]]) -> None:
    assert unit["EnvironmentFile"] == ["-/etc/xunjian/xunjian.env"]


def test_systemd_hears_that_it_lives_more_often_than_it_asks(unit: dict[str, list[str]]) -> None:
    settings = built_in()
    assert unit["Type"] == ["notify"]
    beat = settings.scheduler.beat_seconds + settings.tracker.busy_timeout_seconds
    assert seconds(unit, "WatchdogSec") > 2 * timedelta(seconds=beat)


def test_it_may_lay_down_its_work_before_it_is_killed(unit: dict[str, list[str]]) -> None:
    stop = timedelta(seconds=built_in().scheduler.stop_seconds)
    assert seconds(unit, "TimeoutStopSec") > stop + timedelta(seconds=15)


def test_it_comes_back_whatever_happened_and_however_often(unit: dict[str, list[str]]) -> None:
    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert seconds(unit, "RestartSec") >= timedelta(seconds=5)


def test_it_speaks_to_the_network_and_to_systemd_and_to_nothing_else(unit: dict[str, list[str]]) -> None:
    (families,) = unit["RestrictAddressFamilies"]
    assert set(families.split()) == {"AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"}
    assert unit["SystemCallFilter"] == ["@system-service"]


def test_the_command_for_people_runs_as_the_service_does(unit: dict[str, list[str]]) -> None:
    """Else it would read other settings, miss the secrets, or leave files that the service cannot change."""
    script = (DEPLOY / "xunjian.sh").read_text("utf-8").replace("\\\n", " ")
    command = shlex.split(next(line for line in script.splitlines() if line.startswith("exec ")))
    given = stated(
        "\n".join(word.removeprefix("--property=") for word in command if word.startswith("--property="))
    )

    assert given == {name: unit[name] for name in given}
    assert {"User", "WorkingDirectory", "EnvironmentFile", "UMask", "Environment"} <= given.keys()
    assert command[-2] == unit["ExecStart"][0].split()[0]


def test_every_secret_of_the_environment_file_is_a_setting_and_has_no_value() -> None:
    lines = (DEPLOY / "xunjian.env").read_text("utf-8").splitlines()
    named = [match for line in lines if (match := re.fullmatch(rf"#{PREFIX}(\w+?)__(\w+)=(.*)", line))]

    assert len(named) > 2
    for room, key, value in (match.groups() for match in named):
        model: Any = Settings.model_fields[room.lower()].annotation
        assert key.lower() in model.model_fields
        assert value == ""


def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    try:
        asked = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(_with_programs(tmp_path))],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("no systemd here")
    assert (asked.returncode, asked.stderr) == (0, "")


def _with_programs(folder: Path) -> Path:
    """The unit with a program that is there: systemd looks for it."""
    path = folder / "xunjian.service"
    text = (DEPLOY / "xunjian.service").read_text("utf-8")
    path.write_text(text.replace("/opt/xunjian/.venv/bin/xunjian", "/bin/true"), "utf-8")
    return path


# -- the page that leads there ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> str:
    """The section of the manual."""
    manual = Path("README.zh-CN.md").read_text("utf-8")
    return manual.partition("## 部署为服务")[2].partition("\n## ")[0]


def test_the_page_says_what_to_do_about_every_light(page: str) -> None:
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    missing = [
        light for light in LightName if not any(f"| {light.sentence}（{light}） |" in row for row in rows)
    ]
    assert not missing


def test_every_command_of_the_page_is_one(page: str) -> None:
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    named = set(re.findall(r"(?:^|`|bin/)xunjian ([a-z]+)", page, re.MULTILINE))
    assert named >= {"init", "doctor", "schedule", "backup", "restore", "db"}
    assert named <= known.keys()


def test_every_file_that_the_page_installs_is_there(page: str) -> None:
    installed = re.findall(r"^install .*?(deploy/\S+) (\S+)$", page, re.MULTILINE)
    assert {source for source, _ in installed} == {str(path) for path in DEPLOY.iterdir()}
    assert {target for _, target in installed} == {
        "/usr/local/bin/xunjian",
        "/etc/systemd/system/xunjian.service",
        "/etc/xunjian/xunjian.env",
    }
