"""An issue's evidence side by side (证据对照): what stood there when it was found, at the second look, and afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.clock import CHINA
from crawler.extract.charset import decode
from reports.foreign_text import tame
from reports.forms import filled
from tracker import models
from tracker.errors import EvidenceLost
from tracker.evidence import EvidenceStore
from tracker.lifecycle import State

INDEX = "index.html"
SUFFIXES = (
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"%PDF", ".pdf"),
    (b"PK\x03\x04", ".zip"),
    (b"<?xml", ".txt"),
    (b"{", ".txt"),
)
"""How a file begins, and what it is called so that a browser shows it; all else is a page."""
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
MOST_TEXT = 20_000
"""Characters of a feed or an interface's answer that are shown; the whole of it is in its file."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One stored page or picture, with the move that rests on it. `page`: the stranger's markup, shown within ours and under
    its policy; `text`: what a feed says; `lost`: why it cannot be shown."""

    caption: str
    why: str
    source: str
    sha256: str
    file: str = ""
    page: str = ""
    text: str = ""
    lost: str = ""

    @property
    def is_picture(self) -> bool:
        return self.file.endswith((".png", ".jpg"))


def kinds_of(
    moves: Sequence[models.Move], pages: Sequence[tuple[str, str, datetime]], store: EvidenceStore
) -> dict[str, str]:
    """SHA-256 -> what a stored piece is: 网页, 浏览器所见 (the same address once more, as it was after its scripts) or 截图."""
    address = {sha256: url for sha256, url, _ in pages}
    kinds: dict[str, str] = {}
    for move in moves:
        seen: set[str] = set()
        for sha256 in move.evidence:
            url = address.get(sha256, "")
            if _is_picture(store, sha256):
                kind = "截图"
            else:
                kind = "浏览器所见" if url in seen else "网页"
                seen.add(url)
            kinds.setdefault(sha256, kind if url else "附件")
    return kinds


def _is_picture(store: EvidenceStore, sha256: str) -> bool:
    try:
        return store.read(sha256).startswith(PICTURES)
    except EvidenceLost:
        return False


def write_evidence(
    issue: models.Issue,
    target: models.Target,
    moves: Sequence[models.Move],
    pages: Sequence[tuple[str, str, datetime]],
    store: EvidenceStore,
    folder: Path,
) -> int:
    """Each piece as a file, and a page that shows them in the order of the issue's life; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    where = {sha256: f"{url}　{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" for sha256, url, at in pages}
    first: dict[str, models.Move] = {}
    for move in moves:
        for sha256 in move.evidence:
            first.setdefault(sha256, move)
    pieces = [_piece(move, sha256, where.get(sha256, ""), store, folder) for sha256, move in first.items()]
    title = tame(f"问题 {issue.id}　{target.name}　{issue.subject}")
    page = filled("evidence.html.j2", {"title": title, "detail": tame(issue.detail), "pieces": pieces})
    (folder / INDEX).write_text(page, "utf-8")
    return len(pieces)


def _piece(move: models.Move, sha256: str, source: str, store: EvidenceStore, folder: Path) -> Piece:
    before = State(move.from_state).sentence if move.from_state else "新发现"
    caption = f"{move.at.astimezone(CHINA):%Y-%m-%d %H:%M}　{before} → {State(move.to_state).sentence}"
    told = caption, tame(move.why), tame(source), sha256
    try:
        body = store.read(sha256)
    except EvidenceLost as lost:
        return Piece(*told, lost=str(lost))
    suffix = next((end for start, end in SUFFIXES if body.startswith(start)), ".html")
    name = f"{sha256[:16]}{suffix}"
    (folder / name).write_bytes(body)
    if suffix == ".html":
        return Piece(*told, file=name, page=decode(body)[0])
    return Piece(*told, file=name, text=_text(body) if suffix == ".txt" else "")


def _text(body: bytes) -> str:
    return "\n".join(map(tame, decode(body)[0][:MOST_TEXT].splitlines()))
