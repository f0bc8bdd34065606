"""xunjian backup and restore as they are typed: a record restored elsewhere gives the same reports, byte for byte."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from console.cli import backup, record, report
from tests.builders import NOW
from tests.journeys.stage import stage
from tracker.backup_files import newest_backup
from tracker.settings import TrackerSettings

AT = ("--as-of", NOW.isoformat())
REPORTS = (
    ("daily", "--format", "json", *AT),
    ("daily", *AT),
    ("annual", "--year", "2026", "--format", "json", *AT),
    ("annual", "--year", "2026", "--format", "csv", *AT),
)

app = typer.Typer(rich_markup_mode=None)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("verify")(record.verify)
app.add_typer(report.app, name="report")


@dataclass
class Clerk:
    """Types commands, in this process."""

    base: Path
    patch: pytest.MonkeyPatch

    def moves_to(self, name: str) -> Path:
        """Works in a folder of this name from now on; its record is there too."""
        folder = self.base / name
        folder.mkdir(exist_ok=True)
        self.patch.chdir(folder)
        self.patch.setenv("XUNJIAN_TRACKER__DATABASE_URL", f"sqlite:///{folder / 'xunjian.db'}")
        self.patch.setenv("XUNJIAN_TRACKER__EVIDENCE_DIR", str(folder / "evidence"))
        return folder

    def types(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    def reports(self) -> list[bytes]:
        done = [self.types("report", *words) for words in REPORTS]
        assert [each.exit_code for each in done] == [0] * len(done), done
        return [each.stdout_bytes for each in done]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that has inspected for a day and backed up at its end, with all that it carries along."""
    base = tmp_path_factory.mktemp("offices")
    with stage(base / "office", sites=2, accounts=3) as city:
        city.day()
        city.database.close()
    (base / "office" / "reply-link.key").write_text("geheim")
    (base / "office" / "settings.toml").write_text("[tracker]\nkeep_backups = 5\n")
    with pytest.MonkeyPatch.context() as patch:
        clerk = Clerk(base, patch)
        clerk.moves_to("office")
        done = clerk.types("backup", "--out", str(base / "disk"), *AT)
        assert (done.exit_code, done.stdout.count("\n")) == (0, 1), done.output
        assert done.stdout.startswith("已备份 2026-11-24T090000+0800：数据库")
    return base


@pytest.fixture
def clerk(base: Path, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    return Clerk(base, monkeypatch)


def test_a_restored_record_gives_the_same_reports_byte_for_byte_and_passes_the_audit(clerk: Clerk) -> None:
    clerk.moves_to("office")
    before = clerk.reports()
    assert len(before[0]) > 100 and json.loads(before[2])["figures"]

    folder = clerk.moves_to("elsewhere")
    done = clerk.types("restore", str(clerk.base / "disk"))

    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("已恢复 2026-11-24 09:00 的备份：证据文件")
    assert f"已放回 {folder / 'reply-link.key'}\n已放回 settings.toml\n" in done.stdout
    assert "\n审计链、台账和证据全部相符\n" in done.stdout
    assert done.stdout.endswith("签发新的通知前，请先核对已用到的文号\n"), "no mail waits, no place differs"
    assert clerk.types("verify").exit_code == 0
    assert clerk.reports() == before


def test_what_does_not_hold_is_listed_with_status_1(clerk: Clerk) -> None:
    lost = min((clerk.base / "disk" / "evidence").glob("*/*.zst"))
    aside = lost.rename(clerk.base / lost.name)
    clerk.moves_to("incomplete")

    done = clerk.types("restore", str(clerk.base / "disk"))

    aside.rename(lost)
    assert done.exit_code == 1
    assert f"证据文件缺失：{lost.stem}\n共 1 处不符\n" in done.stdout


def test_settings_that_lead_elsewhere_are_told_with_status_1(clerk: Clerk) -> None:
    """On a new machine the built-in settings say where to, until those of the old one are back."""
    folder = clerk.moves_to("office")
    (folder / "settings.toml").write_text('[tracker]\ndatabase_url = "sqlite:////srv/old/xunjian.db"\n')
    clerk.types("backup", "--out", str(clerk.base / "other disk"), *AT)
    clerk.moves_to("new machine")
    for name in ("DATABASE_URL", "EVIDENCE_DIR"):
        clerk.patch.delenv(f"XUNJIAN_TRACKER__{name}")

    done = clerk.types("restore", str(clerk.base / "other disk"))

    assert done.exit_code == 1
    assert "全部相符" in done.stdout
    assert "放回的 settings.toml 所指位置（sqlite:////srv/old/xunjian.db，" in done.stdout
    assert "不是刚恢复到的位置（sqlite:///data/xunjian.db，" in done.stdout


def test_without_out_a_backup_goes_where_the_settings_say_and_restore_looks_there(clerk: Clerk) -> None:
    folder = clerk.moves_to("office")
    clerk.patch.setenv("XUNJIAN_TRACKER__BACKUP_DIR", str(clerk.base / "own disk"))
    assert clerk.types("backup", "--as-of", "2026-11-25").exit_code == 0
    assert clerk.types("backup", *AT).exit_code == 0
    kept = newest_backup(TrackerSettings(backup_dir=clerk.base / "own disk"))
    assert kept is not None and (kept.month, kept.day) == (11, 25)
    assert not (folder / "data" / "backup").exists()

    clerk.moves_to("of that day")
    assert "已恢复 2026-11-24 09:00" in clerk.types("restore", "--at", "2026-11-24").stdout
