"""What would be sent, written into a folder to be looked at: one subfolder a unit, and a page that lists them all.

Nothing of anybody else's is touched. The folder keeps a list of what a preview wrote, with hashes; the next preview
takes away exactly that, unless somebody changed it since.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from reports.errors import UnusableAddress, UnusableFolder
from reports.foreign_text import file_name, tame
from reports.forms import filled
from reports.letter import Letter
from reports.notice_list import write_list
from reports.notice_mail import mail_html, notice_subject, usable_address, write_mail
from reports.notice_word import write_word
from reports.pictures import Picture

INDEX, WRITTEN = "index.html", "预览文件清单.txt"
NOTICE, LIST, MAIL, PAGE = "通知单.docx", "问题清单.xlsx", "邮件.eml", "邮件.html"
HEAD = "本清单由巡检系统写出，重新预览时据此清理上次的文件，请勿修改"
NO_ADDRESS = "no-address@xunjian.invalid"
"""Where the previewed mail goes that cannot be addressed yet."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One letter with all that its mail takes along."""

    letter: Letter
    recipients: tuple[str, ...] = ()
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True, slots=True)
class Previewed:
    """One line of the index. `trouble`: why its mail cannot go out yet; empty: it can."""

    folder: str
    unit: str
    subject: str
    new: int
    again: int
    rectified: int
    deadline: str
    recipients: tuple[str, ...]
    trouble: str


def write_preview(
    enclosures: Iterable[Enclosure], folder: Path, *, template: bytes, sender: str, at: datetime
) -> list[Previewed]:
    """One unit at a time, so that memory stays flat however many there are; what was written, in their order."""
    ours = _Ours(folder)
    previewed = []
    for number, enclosure in enumerate(enclosures, 1):
        letter = enclosure.letter
        notice, rows = write_word(letter, template), write_list(letter)
        attachments = {letter.notice_name: notice, letter.list_name: rows}
        good, trouble = _addressed(enclosure.recipients)
        mail = write_mail(
            letter,
            good,
            f"preview-{number}@xunjian.invalid",
            sender,
            attachments,
            enclosure.pictures,
            at,
        )
        place = ours.subfolder(letter.unit)
        ours.write(place / NOTICE, notice)
        ours.write(place / LIST, rows)
        ours.write(place / MAIL, mail)
        ours.write(place / PAGE, mail_html(letter, attachments, enclosure.pictures).encode())
        previewed.append(_line(enclosure, place.name, trouble))
    page = filled("preview.html.j2", {"previewed": previewed, "files": (NOTICE, LIST, MAIL, PAGE), "at": at})
    ours.write(folder / INDEX, page.encode())
    return previewed


def _addressed(recipients: tuple[str, ...]) -> tuple[str, str]:
    """The first address that a mail can go to, and what is wrong with the others."""
    good, trouble = [], [] if recipients else ["没有收件地址"]
    for recipient in recipients:
        try:
            good.append(usable_address(recipient).addr_spec)
        except UnusableAddress as error:
            trouble.append(str(error))
    return (good or [NO_ADDRESS])[0], "；".join(trouble)


def _line(enclosure: Enclosure, folder: str, trouble: str) -> Previewed:
    letter = enclosure.letter
    return Previewed(
        folder,
        letter.unit,
        notice_subject(letter),
        len(letter.new),
        len(letter.again),
        len(letter.rectified),
        letter.deadline,
        tuple(map(tame, enclosure.recipients)),
        trouble,
    )


class _Ours:
    """A folder, and which of its files a preview wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record = folder / WRITTEN
        folder.mkdir(parents=True, exist_ok=True)
        self._clear()
        if (folder / INDEX).exists():
            raise UnusableFolder(folder / INDEX)
        self.record.write_text(f"{HEAD}\n", encoding="utf-8")

    def _clear(self) -> None:
        """Take away what the preview before wrote and nobody changed since."""
        if not self.record.exists():
            return
        head, *lines = self.record.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
        if head != HEAD:
            raise UnusableFolder(self.record)
        whole = self.folder.resolve()
        for line in lines:
            sha256, _, name = line.partition("  ")
            path = self.folder / name
            if (
                path.is_file()
                and path.resolve().is_relative_to(whole)
                and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
            ):
                path.unlink()
                if path.parent != self.folder:
                    with suppress(OSError):  # somebody else's file is in it, too
                        path.parent.rmdir()

    def subfolder(self, unit: str) -> Path:
        """A new one, named after the unit; a number follows if that name is taken."""
        name = wanted = file_name(unit)
        for number in count(2):
            try:
                (self.folder / name).mkdir()
                return self.folder / name
            except FileExistsError:
                name = f"{wanted}（{number}）"
        raise AssertionError  # count() never ends

    def write(self, path: Path, data: bytes) -> None:
        """Recorded first: who is killed in between leaves nothing that the next preview does not know."""
        name = path.relative_to(self.folder).as_posix()
        with self.record.open("a", encoding="utf-8") as record:
            record.write(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
        with path.open("xb") as new:
            new.write(data)
