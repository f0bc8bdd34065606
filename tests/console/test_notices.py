"""xunjian notices, reply, issues waive: what they print, in the order in which an office uses them, and how they end."""

import json
import shutil
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.console.test_cli import Done, xunjian
from tests.tracker.findings import a_city, a_file, a_row
from tracker import models
from tracker.database import Database
from tracker.settings import TrackerSettings

WEEK, MONDAY = "2026-W48", "2026-11-30"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, empty_record: Path) -> tuple[Path, Path]:
    """Made once: an office with two faults that people found on Tuesday of week 48, and the same on Monday after its notice."""
    before, after = tmp_path_factory.mktemp("office"), tmp_path_factory.mktemp("told")
    shutil.copy(empty_record, before / "xunjian.db")
    database = Database(TrackerSettings(database_url=f"sqlite:///{before / 'xunjian.db'}"))
    a_city(database)
    with database.writing() as session:
        session.execute(update(models.Unit).values(email="jyj@yunze.example"))
    database.close()
    a_file(before, a_row("通知公告"), a_row("政策文件"))
    run(before, "findings", "import", "findings.jsonl", "--as-of", "2026-11-24")
    shutil.copytree(before, after, dirs_exist_ok=True)
    run(after, "notices", "send", "--as-of", MONDAY, XUNJIAN_REPORTS__SIGNING="automatic")
    return before, after


@pytest.fixture
def office(tmp_path: Path, made: tuple[Path, Path]) -> Path:
    shutil.copytree(made[0], tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def told(tmp_path: Path, made: tuple[Path, Path]) -> Path:
    shutil.copytree(made[1], tmp_path, dirs_exist_ok=True)
    return tmp_path


def run(folder: Path, *arguments: str, **environment: str) -> Done:
    settings = {
        "XUNJIAN_TRACKER__DATABASE_URL": f"sqlite:///{folder / 'xunjian.db'}",
        "XUNJIAN_TRACKER__EVIDENCE_DIR": str(folder / "evidence"),
        "XUNJIAN_REPORTS__SMTP_URL": f"folder:{folder / 'mail'}",
    }
    return xunjian(folder, *arguments, **settings | environment)


def listed(folder: Path) -> list[dict[str, Any]]:
    done = run(folder, "notices", "list", "--format", "json")
    return [json.loads(line) for line in done.stdout.splitlines()]


def states(folder: Path) -> list[str]:
    done = run(folder, "issues", "list", "--format", "json")
    return [json.loads(line)["state"] for line in done.stdout.splitlines()]


def mails(folder: Path) -> list[Any]:
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((folder / "mail").glob("*.eml"))
    ]


def test_a_week_from_the_draft_to_the_mail(office: Path) -> None:
    prepared = run(office, "notices", "prepare", "--as-of", MONDAY, "--by", "张三")
    assert prepared.stdout.startswith("2026年第48周通知拟稿 1\n")
    assert run(office, "notices", "send", "--as-of", MONDAY).stdout.startswith("已送达邮件服务器 0")
    assert states(office) == ["confirmed", "confirmed"]

    previewed = run(office, "notices", "preview", "--as-of", MONDAY, "--out", "看")
    assert "2026年第48周通知 1 份，已写到 看" in previewed.stdout
    assert sorted(path.suffix for path in (office / "看").glob("*/*")) == [".docx", ".eml", ".html", ".xlsx"]

    signed = run(office, "notices", "sign", "--as-of", MONDAY, "--by", "王主任")
    assert "〔2026〕1号" in signed.stdout and "新列问题2个" in signed.stdout
    dry = run(office, "notices", "send", "--dry-run", "--as-of", MONDAY)
    assert "将发送 1 封（未发送）" in dry.stdout and not mails(office)
    sent = run(office, "notices", "send", "--as-of", MONDAY)
    assert (sent.stdout, sent.returncode) == ("已送达邮件服务器 1，稍后重试 0，被退回 0\n", 0)

    (notice,) = listed(office)
    assert (notice["no"], notice["week"], notice["date"], notice["due"]) == (
        "2026-1",
        WEEK,
        MONDAY,
        "2026-12-07",
    )
    assert [(each["act"], each["by"]) for each in notice["acts"]] == [("拟稿", "张三"), ("签发", "王主任")]
    assert states(office) == ["notified", "notified"]
    (mail,) = mails(office)
    assert "2026年第48周（新列问题2个）" in mail["Subject"]
    assert "〔2026〕1号" in run(office, "issues", "show", "1").stdout
    assert "全部相符" in run(office, "audit", "verify").stdout


def test_where_nobody_signs_one_call_does_it_all(office: Path) -> None:
    done = run(office, "notices", "send", "--as-of", MONDAY, XUNJIAN_REPORTS__SIGNING="automatic")
    assert "签发 1" in done.stdout and "已送达邮件服务器 1" in done.stdout
    assert done.returncode == 0
    again = run(office, "notices", "send", "--as-of", MONDAY, XUNJIAN_REPORTS__SIGNING="automatic")
    assert "已送达邮件服务器 0" in again.stdout and len(mails(office)) == 1


def test_a_unit_answers_by_the_link_of_its_mail_and_nothing_is_closed_by_it(told: Path) -> None:
    (mail,) = mails(told)
    text = mail.get_body(("plain",)).get_content()
    link = next(word for word in text.split() if "/reply/" in word)

    done = run(
        told,
        "reply",
        link,
        "--measure",
        "已补充",
        "--issue",
        "1",
        "--finished-on",
        "2026-12-01",
        "--as-of",
        "2026-12-01",
    )

    assert done.stdout == "已记录对通知 〔2026〕1号 的反馈：问题 1 等待复查\n"
    assert states(told) == ["replied", "notified"]
    forged = run(told, "reply", link[:-1] + ("0" if link[-1] != "0" else "1"), "--measure", "已补充")
    assert (forged.returncode, forged.stderr.count("\n")) == (2, 1)
    assert "反馈链接无效" in forged.stderr
    late = run(told, "reply", link, "--measure", "已补充", "--as-of", "2027-02-01")
    assert "过期" in late.stderr


def test_a_waiver_needs_another_approver(told: Path) -> None:
    run(
        told,
        "reply",
        "2026-1",
        "--measure",
        "改版",
        "--asks",
        "waiver",
        "--by",
        "王五",
        "--as-of",
        "2026-12-01",
    )
    same = run(told, "issues", "waive", "1", "--why", "改版", "--by", "王五", "--as-of", "2026-12-02")
    assert (same.returncode, "申请人又是批准人" in same.stderr) == (2, True)
    other = run(
        told,
        "issues",
        "waive",
        "1",
        "--why",
        "改版",
        "--by",
        "王主任",
        "--until",
        "2026-12-31",
        "--as-of",
        "2026-12-02",
    )
    assert other.stdout == "问题 1 已报备暂不计，王五申请，王主任批准，2026-12-31 到期\n"


def test_a_withdrawn_notice_has_its_own_number_and_its_issues_are_told_again_next_week(told: Path) -> None:
    done = run(
        told, "notices", "withdraw", "2026-1", "--why", "有误", "--by", "王主任", "--as-of", "2026-12-01"
    )
    assert done.stdout.startswith("撤回通知 〔2026〕2号")
    assert states(told) == ["confirmed", "confirmed"]
    twice = run(told, "notices", "withdraw", "2026-1", "--why", "有误", "--as-of", "2026-12-01")
    assert (twice.returncode, "已撤回" in twice.stderr) == (2, True)

    run(told, "notices", "send", "--as-of", "2026-12-07", XUNJIAN_REPORTS__SIGNING="automatic")

    assert [(each["kind"], each["state"], each["new"]) for each in listed(told)] == [
        ("weekly", "withdrawn", 2),
        ("withdrawal", "signed", 0),
        ("weekly", "signed", 2),
    ]


def test_overdue_issues_climb_the_ladder(told: Path) -> None:
    in_time = run(told, "notices", "ladder", "--as-of", "2026-12-07")
    assert "到期提醒" in in_time.stdout and "再次通知" not in in_time.stdout
    assert "再次通知" in run(told, "notices", "ladder", "--as-of", "2026-12-08").stdout
    for monday in ("2026-12-14", "2026-12-28"):
        run(told, "notices", "send", "--as-of", monday, XUNJIAN_REPORTS__SIGNING="automatic")
    assert "拟通报名单" in run(told, "notices", "ladder", "--as-of", "2027-01-20").stdout


def test_many_times_last_weeks_mail_waits_for_a_release(told: Path) -> None:
    a_file(told, *(a_row(f"栏目{number}") for number in range(6)))
    run(told, "findings", "import", "findings.jsonl", "--as-of", "2026-12-01")
    environment = {"XUNJIAN_REPORTS__SIGNING": "automatic", "XUNJIAN_REPORTS__BRAKE_FLOOR_ISSUES": "5"}

    held = run(told, "notices", "send", "--as-of", "2026-12-07", **environment)
    assert (held.returncode, len(mails(told))) == (1, 1)
    assert "已暂停 2026-W49 的邮件：邮件 1、新列问题 6，上一次（2026-W48）邮件 1、新列问题 2" in held.stdout
    released = run(
        told,
        "notices",
        "send",
        "--release",
        "--why",
        "已核实",
        "--by",
        "王主任",
        "--as-of",
        "2026-12-07",
        **environment,
    )
    assert (released.returncode, len(mails(told))) == (0, 2)
    assert ("放行", "王主任") in [(each["act"], each["by"]) for each in listed(told)[-1]["acts"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("notices", "withdraw", "2026-99", "--why", "有误"), "没有文号为“2026-99”的通知"),
        (("notices", "preview", "--week", "第48周"), "不是周"),
        (("notices", "send", "--release"), "放行须用 --why 写明理由"),
        (("reply", "2026-1", "--measure", " "), "请用 --measure 写明整改措施"),
        (("reply", "2026-1", "--measure", "改", "--issue", "77"), "没有要求整改问题 77"),
        (("reply", "2026-1", "--measure", "改", "--proof", "没有.png"), "没有.png 无法读取"),
        (("notices", "delivered", "2026-1", "--by", "李", "--at", "2026-11-01"), "不能补记更早的记录送达"),
        (("issues", "waive", "1", "--why", "改", "--until", "2026-01-01"), "已过"),
    ],
)
def test_wrong_use_is_told_in_one_line_and_status_2(
    told: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run(told, *arguments)
    assert words in done.stderr
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_an_own_word_template_that_cannot_be_filled_in_is_told_before_anything_is_issued(
    office: Path,
) -> None:
    (office / "own.docx").write_bytes(b"no word")
    run(office, "notices", "prepare", "--as-of", MONDAY)
    done = run(
        office,
        "notices",
        "sign",
        "--as-of",
        MONDAY,
        XUNJIAN_REPORTS__NOTICE_TEMPLATE=str(office / "own.docx"),
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Word 模板" in done.stderr
    assert states(office) == ["confirmed", "confirmed"]
