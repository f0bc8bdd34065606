"""The program itself as the doctor sees it."""

from datetime import date, datetime
from pathlib import Path

import pytest

from console.doctor import program
from console.doctor.examination import Case
from console.settings import UnusableSettings
from crawler.clock import CHINA, Clock
from tests.builders import NOW
from tests.console.doctor.cases import a_case, require_reminder, require_trouble, require_well

SETTINGS = '[reports]\nsmtp_url = "smtp://xunjian:h1dden@mail.yunze.test"\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with nothing in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_settings(folder: Path, text: str, mode: int = 0o600) -> None:
    path = folder / "settings.toml"
    path.write_text(text, "utf-8")
    path.chmod(mode)


def install(folder: Path, name: str, metadata: str = "", entry_points: str = "") -> None:
    """A package as pip would leave it, as far as its metadata goes."""
    info = folder / f"{name}-9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 9\n{metadata}\n")
    (info / "entry_points.txt").write_text(entry_points)


def test_versions_are_told() -> None:
    require_well(program.program(Case(Clock(NOW))), "Python 3", "xunjian ")


def test_a_package_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "xunjian", "Requires-Dist: sqlalchemy~=2.1.0\nRequires-Dist: no-such-package>=1")
    monkeypatch.syspath_prepend(tmp_path)
    require_trouble(program.program(Case(Clock(NOW))), "缺少程序包 no-such-package", "重新安装")


def test_settings_are_found_and_kept_for_the_points_after_it(here: Path) -> None:
    write_settings(here, '[reports]\noffice = "云泽市人民政府办公室"\n')
    case = Case(Clock(NOW))

    require_well(program.settings(case), str(here / "settings.toml"))

    assert case.settings.reports.office == "云泽市人民政府办公室"


def test_a_folder_without_settings_is_told(here: Path) -> None:
    require_reminder(program.settings(Case(Clock(NOW))), str(here), "默认值")


def test_a_misspelt_setting_is_named(here: Path) -> None:
    write_settings(here, "[crawler]\ntimeout_second = 5\n")
    with pytest.raises(UnusableSettings, match="是否想写 timeout_seconds"):
        program.settings(Case(Clock(NOW)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (SETTINGS, "reports.smtp_url"),
        ('[reports]\nsmtp_password = "h1dden"\n', "reports.smtp_password"),
        ('[reports]\nalarm_robots = ["feishu://h1dden"]\n', "reports.alarm_robots"),
        ('[tracker]\ndatabase_url = "postgresql://x:h1dden@db.yunze.test/x"\n', "tracker.database_url"),
    ],
)
def test_a_secret_that_everybody_can_read_is_told_without_repeating_it(
    here: Path, text: str, name: str
) -> None:
    write_settings(here, text, mode=0o644)
    finding = program.settings(Case(Clock(NOW)))
    require_reminder(finding, name, "/etc/xunjian/xunjian.env")
    assert "h1dden" not in str(finding)


@pytest.mark.parametrize(
    ("text", "mode"),
    [(SETTINGS, 0o640), ('[reports]\nsmtp_url = "smtp://xunjian@mail.yunze.test"\n', 0o644)],
    ids=["a secret that only the service can read", "an address without a password"],
)
def test_where_there_is_nothing_to_steal_nothing_is_said(here: Path, text: str, mode: int) -> None:
    write_settings(here, text, mode)
    require_well(program.settings(Case(Clock(NOW))))


def test_an_office_without_its_name_is_reminded(tmp_path: Path) -> None:
    named = {"office": "云泽市数据局", "contact": "李某，0398-1234567"}
    crawler = {"user_agent": "云泽市数据局 0398-1234567"}

    require_well(program.office(a_case(tmp_path, reports=named, crawler=crawler)), "云泽市数据局")
    require_reminder(program.office(a_case(tmp_path, reports=named)), "crawler.user_agent")
    require_reminder(program.office(a_case(tmp_path)), "reports.office", "reports.contact")


def test_a_crawler_that_may_go_inside_is_told(tmp_path: Path) -> None:
    case = a_case(tmp_path, crawler={"allow_private_addresses": True})
    require_reminder(program.office(case), "crawler.allow_private_addresses")


def test_checks_are_counted(tmp_path: Path) -> None:
    require_well(program.checks(a_case(tmp_path, checks={"switched_off": ("home-stale",)})), "停用 1 个")


def test_a_check_that_fails_to_load_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "province-checks", entry_points="[xunjian.checks]\nours = no_such_module\n")
    monkeypatch.syspath_prepend(tmp_path)
    require_trouble(program.checks(a_case(tmp_path)), "province-checks", "no_such_module")


@pytest.mark.parametrize("day", ["2026-01-01", "2026-11-30"])
def test_a_published_year_is_well(tmp_path: Path, day: str) -> None:
    at = datetime.fromisoformat(day).replace(tzinfo=CHINA)
    require_well(program.calendar(a_case(tmp_path, at=at)), "2026")


def test_from_december_on_the_next_year_is_asked_about(tmp_path: Path) -> None:
    december = datetime(2040, 12, 1, tzinfo=CHINA)
    require_trouble(program.calendar(a_case(tmp_path, at=december)), "2040", "checks.extra_holidays")
    require_reminder(program.calendar(a_case(tmp_path, at=datetime(2026, 12, 1, tzinfo=CHINA))), "2027")


def test_a_year_of_which_the_office_wrote_its_own_days_is_well(tmp_path: Path) -> None:
    own = {"extra_holidays": (date(2040, 1, 1),)}
    case = a_case(tmp_path, at=datetime(2040, 6, 1, tzinfo=CHINA), checks=own)
    require_well(program.calendar(case), "2040")
