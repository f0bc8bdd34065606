"""A check of somebody else's package: installed with pip, it is in the list and in the next round."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.journeys.stage import stage

PROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "neighbour"
version = "1"
[project.entry-points."xunjian.checks"]
short = "neighbour:name_too_short"
broken = "neighbour:falls_over"
gone = "neighbour:not_there"
[tool.setuptools]
py-modules = ["neighbour"]
"""

CHECK = '''
from checks.catalogue import check
from checks.verdicts import clear, fault
from crawler.observations import AccountVisit

@check(id="name-too-short", title="名称过短")
def name_too_short(visit: AccountVisit):
    """Names of one letter."""
    yield fault(visit.account, "名称过短") if len(visit.account.name) < 99 else clear(visit.account)

@check(id="falls-over", title="坏检查")
def falls_over(visit: AccountVisit):
    """Breaks down on every account."""
    raise ZeroDivisionError
'''


@pytest.fixture
def neighbour(tmp_path: Path) -> Path:
    """The folder into which pip installed the package."""
    source, target = tmp_path / "neighbour", tmp_path / "installed"
    source.mkdir()
    (source / "pyproject.toml").write_text(PROJECT, "utf-8")
    (source / "neighbour.py").write_text(CHECK, "utf-8")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*pip, "--target", str(target), str(source)], check=True)
    return target


def xunjian(neighbour: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from console.cli.main import run; run()", *arguments],
        env=os.environ
        | {"PYTHONPATH": f"{neighbour}{os.pathsep}{Path.cwd()}", "PYTHONUTF8": "1"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_listed_and_judges_in_the_next_round_and_its_faults_are_named(
    tmp_path: Path, neighbour: Path
) -> None:
    listed = xunjian(neighbour, "checks", "list")
    assert "name-too-short" in listed.stdout
    assert "未能加载：neighbour 的 gone = neighbour:not_there" in listed.stdout
    assert listed.returncode == 1

    with stage(tmp_path, sites=3, accounts=12) as city:
        done = xunjian(
            neighbour,
            *("round", "--as-of", NOW.isoformat()),
            XUNJIAN_TRACKER__DATABASE_URL=city.settings.tracker.database_url,
            XUNJIAN_TRACKER__EVIDENCE_DIR=str(city.settings.tracker.evidence_dir),
            XUNJIAN_CRAWLER__ALLOW_PRIVATE_ADDRESSES="true",
            XUNJIAN_CRAWLER__SITE_REQUESTS_A_SECOND="0",
            XUNJIAN_SCHEDULER__SECOND_LOOK_AFTER_HOURS="0",
            XUNJIAN_SCHEDULER__PERSON_CONFIRMS_DAYS="0",
        )
        accounts = {account.key for account in city.city.accounts}
        seen = {key for key, (state, _) in city.visits().items() if state == "visited" and key in accounts}
        accused = {target for target, _, check, _, _ in city.found() if check == "name-too-short"}

    assert "名称过短" in done.stdout
    assert accused == seen != set()
    assert "检查项 falls-over（neighbour）出错" in done.stdout
    assert done.returncode == 1
