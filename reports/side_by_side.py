"""An issue's evidence side by side (证据对照): what stood there when it was found, at the second look, and afterwards.

Stored pages are strangers' pages: they are shown in frames that run no script and reach nothing outside.
"""

import html
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from crawler.clock import CHINA
from reports.foreign_text import tame
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
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data: file:; style-src 'unsafe-inline'; frame-src 'self' file:">
<title>{title}</title><style>body{{font:15px/1.6 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;margin:1rem}}
.row{{display:flex;gap:1rem;overflow-x:auto}}figure{{flex:1 0 22rem;margin:0;border:1px solid #ccd;padding:.6rem}}
iframe,img{{width:100%;height:70vh;border:1px solid #dde;object-fit:contain}}img{{height:auto}}small{{color:#556;word-break:break-all}}</style>
<h1>{title}</h1><p>{detail}</p><div class="row">{figures}</div></html>"""


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
    where = {sha256: (url, at) for sha256, url, at in pages}
    seen: set[str] = set()
    figures = []
    for move in moves:
        for sha256 in move.evidence:
            if sha256 not in seen:
                seen.add(sha256)
                figures.append(_figure(move, sha256, where.get(sha256), store, folder))
    title = f"问题 {issue.id}　{target.name}　{issue.subject}"
    page = PAGE.format(
        title=_text(title), detail=_text(issue.detail), figures="".join(figures) or "没有存下的页面"
    )
    (folder / INDEX).write_text(page, "utf-8")
    return len(figures)


def _figure(
    move: models.Move,
    sha256: str,
    seen: tuple[str, datetime] | None,
    store: EvidenceStore,
    folder: Path,
) -> str:
    before = State(move.from_state).sentence if move.from_state else "新发现"
    caption = f"{move.at.astimezone(CHINA):%Y-%m-%d %H:%M}　{before} → {State(move.to_state).sentence}"
    source = f"{seen[0]}　{seen[1].astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if seen else ""
    try:
        body = store.read(sha256)
    except EvidenceLost as lost:
        shown = f"<p>{_text(str(lost))}</p>"
    else:
        suffix = next((end for start, end in SUFFIXES if body.startswith(start)), ".html")
        name = f"{sha256[:16]}{suffix}"
        (folder / name).write_bytes(body)
        shown = (
            f'<img src="{name}" alt="">'
            if suffix in (".png", ".jpg")
            else f'<iframe sandbox src="{name}"></iframe>'
        )
    return (
        f"<figure><figcaption><b>{_text(caption)}</b><br>{_text(move.why)}<br>"
        f"<small>{_text(source)}<br>SHA-256 {sha256}</small></figcaption>{shown}</figure>"
    )


def _text(text: str) -> str:
    return html.escape(tame(text))
