"""xunjian doctor: a line a point, whatever state things are in."""

import json
from pathlib import Path

import pytest
import typer

from console.cli.doctor import doctor, points
from tests.mail_server import mail_server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, and no programs but those in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_before_anything_is_there_every_point_has_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        doctor()

    *lines, last = capsys.readouterr().out.splitlines()
    assert ended.value.exit_code == 1
    assert [line.split("　")[-2] for line in lines] == [point.name for point in points()]
    assert any(line.startswith("需处理　数据库　") and "xunjian init" in line for line in lines)
    assert any(line.startswith("提醒　　台账　没有检查") for line in lines)
    assert last.startswith(f"共 {len(lines)} 项：正常 ")
    assert not list(folder.iterdir())


def test_settings_that_cannot_be_taken_are_told_and_what_does_not_need_them_is_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "settings.toml").write_text("[crawlers]\n", "utf-8")
    with pytest.raises(typer.Exit):
        doctor(format="json")

    told = {row["point"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert told["设置"]["mark"] == "trouble"
    assert told["设置"]["mend"] == "是否想写 crawler？"
    assert told["程序"]["mark"] == "well"
    assert told["外网"]["found"] == "没有检查"


def test_a_trial_mail_goes_where_it_is_asked_to(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as mails:
        monkeypatch.setenv("XUNJIAN_REPORTS__SMTP_URL", mails.url)
        with pytest.raises(typer.Exit):
            doctor(mail="wangzhan@yunze.test")

    assert mails.recipients == ["wangzhan@yunze.test"]
    assert "正常　　试发邮件　" in capsys.readouterr().out


def test_a_trial_mail_to_nowhere_is_wrong_use(folder: Path) -> None:
    with pytest.raises(typer.BadParameter, match="不是邮件地址"):
        doctor(mail="wangzhan")
