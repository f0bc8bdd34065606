"""The preview: all that would be sent, in a folder where nothing of anybody else's is touched."""

import email
import gc
import re
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from docx import Document

from reports.errors import UnusableFolder, UnusableTemplate
from reports.notice_word import built_in_template
from reports.preview import INDEX, WRITTEN, Enclosure, Previewed, write_preview
from tests.reports.letters import HOSTILE, a_full_letter, a_letter, a_row

AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
FILES = {"通知单.docx", "问题清单.xlsx", "邮件.eml", "邮件.html"}


def preview(folder: Path, *enclosures: Enclosure) -> list[Previewed]:
    return write_preview(
        iter(enclosures), folder, template=built_in_template(), sender="xunjian@yunze.test", at=AT
    )


def an_enclosure(unit: str = "云泽市教育局", *recipients: str) -> Enclosure:
    return Enclosure(a_letter(unit=unit), recipients or ("a@b.test",))


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_unit_has_its_folder_with_all_that_it_would_get(tmp_path: Path) -> None:
    preview(tmp_path, an_enclosure("云泽市教育局"), an_enclosure("云泽市财政局"))
    assert {path.name for path in tmp_path.iterdir()} == {INDEX, WRITTEN, "云泽市教育局", "云泽市财政局"}
    place = tmp_path / "云泽市财政局"
    assert {path.name for path in place.iterdir()} == FILES
    assert any("云泽市财政局：" in line.text for line in Document(str(place / "通知单.docx")).paragraphs)
    (sheet,) = openpyxl.load_workbook(place / "问题清单.xlsx").worksheets
    assert "云泽市财政局" in str(sheet["A1"].value)
    assert "云泽市财政局" in (place / "邮件.html").read_text(encoding="utf-8")
    message = email.message_from_bytes((place / "邮件.eml").read_bytes(), policy=default)
    attached = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert attached["问题整改通知单_2026年第47周_云泽市财政局.docx"] == (place / "通知单.docx").read_bytes()
    assert attached["问题清单_2026年第47周_云泽市财政局.xlsx"] == (place / "问题清单.xlsx").read_bytes()


def test_the_index_leads_to_every_file_and_tells_the_counts(tmp_path: Path) -> None:
    preview(tmp_path, Enclosure(a_full_letter(unit="教育 #1%局?"), ("a@b.test",)), an_enclosure("财政局"))
    page = (tmp_path / INDEX).read_text(encoding="utf-8")
    links = [unquote(link) for link in re.findall(r'href="([^"]+)"', page)]
    assert len(links) == 8
    assert all((tmp_path / link).is_file() for link in links)
    assert "共2份：新列问题4个，再次通知1个，已整改（销号）2个" in page
    assert "2026年12月1日（星期二）前" in page
    assert "没有发出任何邮件" in page


def test_a_unit_without_a_usable_address_is_shown_as_such(tmp_path: Path) -> None:
    none, broken, one_good = preview(
        tmp_path,
        Enclosure(a_letter(unit="甲局")),
        an_enclosure("乙局", "无"),
        an_enclosure("丙局", "坏的", "c@d.test"),
    )
    assert none.trouble == "没有收件地址"
    assert broken.trouble == "收件地址“无”不是可用的邮件地址：请在台账中改正"
    assert "坏的" in one_good.trouble
    message = email.message_from_bytes((tmp_path / "丙局" / "邮件.eml").read_bytes(), policy=default)
    assert message["To"] == "c@d.test"
    page = (tmp_path / INDEX).read_text(encoding="utf-8")
    assert "3份的邮件还不能发出" in page
    assert page.count('<span class="trouble">') == 3


def test_units_whose_names_would_be_one_folder_get_two(tmp_path: Path) -> None:
    lines = preview(tmp_path, an_enclosure("a/b"), an_enclosure("a:b"), an_enclosure("a/b"))
    assert [line.folder for line in lines] == ["a_b", "a_b（2）", "a_b（3）"]


@pytest.mark.parametrize("unit", ["..", "../../etc", "/", "", "CON", "局" * 300, HOSTILE])
def test_no_name_of_a_unit_leads_out_of_the_folder(unit: str, tmp_path: Path) -> None:
    folder = tmp_path / "preview"
    (line,) = preview(folder, an_enclosure(unit))
    assert (folder / line.folder).parent == folder
    assert [path.name for path in tmp_path.iterdir()] == ["preview"]
    assert "<script" not in (folder / INDEX).read_text(encoding="utf-8")


def test_a_second_preview_takes_the_place_of_the_first(tmp_path: Path) -> None:
    preview(tmp_path, an_enclosure("甲局"), an_enclosure("乙局"))
    preview(tmp_path, an_enclosure("乙局"))
    assert {path.name for path in tmp_path.iterdir()} == {INDEX, WRITTEN, "乙局"}
    before = tree(tmp_path)
    preview(tmp_path, an_enclosure("乙局"))
    assert tree(tmp_path) == before


def test_what_somebody_else_put_there_or_changed_stays(tmp_path: Path) -> None:
    (tmp_path / "乙局").mkdir(parents=True)
    (tmp_path / "乙局" / "通知单.docx").write_bytes(b"the office's own")
    preview(tmp_path, an_enclosure("甲局"), an_enclosure("乙局"))
    (tmp_path / "甲局" / "备注.txt").write_bytes(b"a note")
    (tmp_path / "甲局" / "通知单.docx").write_bytes(b"changed in Word")
    kept = {"乙局/通知单.docx", "甲局/备注.txt", "甲局/通知单.docx"}
    before = {name: data for name, data in tree(tmp_path).items() if name in kept}

    lines = preview(tmp_path, an_enclosure("甲局"), an_enclosure("乙局"))

    assert [line.folder for line in lines] == ["甲局（2）", "乙局（2）"]
    after = tree(tmp_path)
    assert {name: after[name] for name in kept} == before
    assert set(after) == kept | {INDEX, WRITTEN} | {
        f"{unit}（2）/{name}" for unit in ["甲局", "乙局"] for name in FILES
    }


@pytest.mark.parametrize("name", [INDEX, WRITTEN])
def test_a_foreign_file_in_the_way_is_named_and_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("not ours", encoding="utf-8")
    with pytest.raises(UnusableFolder, match="已存在，且不是预览写出的文件：请改名移走"):
        preview(tmp_path, an_enclosure())
    assert tree(tmp_path) == {name: b"not ours"}


def test_a_list_of_files_that_leads_elsewhere_takes_nothing_away_there(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "preview", tmp_path / "elsewhere.txt"
    preview(folder, an_enclosure())
    elsewhere.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with (folder / WRITTEN).open("a", encoding="utf-8") as record:
        record.write(f"{empty}  ../elsewhere.txt\n{empty}  {elsewhere}\n\nnonsense\n")
    preview(folder, an_enclosure())
    assert elsewhere.exists()


def test_a_preview_that_broke_off_is_cleared_by_the_next(tmp_path: Path) -> None:
    def breaking() -> Iterator[Enclosure]:
        yield an_enclosure("甲局")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_preview(breaking(), tmp_path, template=built_in_template(), sender="a@b.test", at=AT)
    preview(tmp_path, an_enclosure("乙局"))
    assert {path.name for path in tmp_path.iterdir()} == {INDEX, WRITTEN, "乙局"}


def test_a_template_that_is_none_leaves_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(UnusableTemplate):
        write_preview([an_enclosure()], tmp_path, template=b"", sender="a@b.test", at=AT)
    assert [path.name for path in tmp_path.iterdir()] == [WRITTEN]


def test_memory_stays_flat_however_many_units_there_are(tmp_path: Path) -> None:
    held: list[int] = []

    def watched() -> Iterator[Enclosure]:
        for number in range(24):
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
            rows = tuple(a_row(each, detail="长" * 500) for each in range(1, 20))
            yield Enclosure(a_full_letter(unit=f"第{number}局", new=rows), ("a@b.test",))

    tracemalloc.start()
    try:
        write_preview(watched(), tmp_path, template=built_in_template(), sender="a@b.test", at=AT)
    finally:
        tracemalloc.stop()
    assert held[-1] - held[8] < 400_000  # sixteen units, each of some 100 KB on disk
