"""The evidence of an issue side by side: in the order of its life, strangers' pages without any power, the lost one named."""

import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PIL import Image

from reports.side_by_side import INDEX, kinds_of, write_evidence
from tests.builders import NOW, ago
from tracker.evidence import EvidenceStore
from tracker.models import Issue, Move, Target

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def a_move(*evidence: str, before: str = "", reached: str = "suspected", hours: float = 0) -> Move:
    return Move(
        at=ago(hours=hours), from_state=before, to_state=reached, why="栏目没有内容", evidence=list(evidence)
    )


def written(folder: Path, store: EvidenceStore, *moves: Move, detail: str = "没有内容") -> tuple[int, str]:
    issue = Issue(id=7, subject="通知公告", detail=detail)
    pages = [
        (sha256, f"https://www.yunze.test/{sha256[:4]}", NOW) for each in moves for sha256 in each.evidence
    ]
    count = write_evidence(issue, Target(name="云泽市教育局"), moves, pages, store, folder)
    return count, (folder / INDEX).read_text("utf-8")


def test_each_piece_is_shown_once_before_what_came_after(tmp_path: Path, store: EvidenceStore) -> None:
    empty, full, picture = store.keep(b"<html>empty"), store.keep(b"<html>full"), store.keep(PNG)
    count, page = written(
        tmp_path / "out",
        store,
        a_move(empty, picture, hours=9),
        a_move(empty, before="suspected", reached="confirmed", hours=3),
        a_move(full, before="notified", reached="rectified"),
    )

    assert count == 3
    assert page.count("<figure>") == 3
    assert page.index(empty) < page.index(picture) < page.index(full)
    assert "已通知整改中 → 已整改（销号）" in page
    assert f'<img src="{picture[:16]}.png"' in page
    assert (tmp_path / "out" / f"{full[:16]}.html").read_bytes() == b"<html>full"


def test_a_strangers_page_gets_no_script_and_its_title_no_markup(
    tmp_path: Path, store: EvidenceStore
) -> None:
    sha256 = store.keep(b"<script>alert(1)</script>")
    _, page = written(tmp_path / "out", store, a_move(sha256), detail="<script>alert(1)</script>\x1b[31m")

    assert '<iframe sandbox srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;">' in page
    assert "default-src 'none'" in page
    assert "<script" not in page and "\x1b" not in page


def test_a_page_in_an_old_charset_is_shown_readable(tmp_path: Path, store: EvidenceStore) -> None:
    sha256 = store.keep('<meta charset="gb2312"><p>暂无信息，敬请期待'.encode("gb18030"))
    _, page = written(tmp_path / "out", store, a_move(sha256))
    assert "&lt;p&gt;暂无信息，敬请期待" in page


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
def test_a_strangers_page_is_drawn_and_fetches_nothing(tmp_path: Path, store: EvidenceStore) -> None:
    asked: list[str] = []

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        outside = f"http://127.0.0.1:{server.server_port}"
        body = f'<body style="background:red"><img src="{outside}/i"><link rel=stylesheet href="{outside}/s">'
        written(tmp_path / "out", store, a_move(store.keep(body.encode())))
        picture = tmp_path / "seen.png"
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--screenshot={picture}"]
        command += ["--window-size=800,600", (tmp_path / "out" / INDEX).as_uri()]
        subprocess.run(command, capture_output=True, timeout=60, check=True)
        server.shutdown()

    assert asked == []
    assert Image.open(picture).convert("RGB").getpixel((400, 500)) == (255, 0, 0)


def test_a_feed_is_shown_as_the_text_that_it_is(tmp_path: Path, store: EvidenceStore) -> None:
    sha256 = store.keep('<?xml version="1.0"?>\n<title>今日提醒<b></title>'.encode())
    _, page = written(tmp_path / "out", store, a_move(sha256))

    assert "&lt;title&gt;今日提醒&lt;b&gt;&lt;/title&gt;" in page
    assert "<iframe" not in page
    assert (tmp_path / "out" / f"{sha256[:16]}.txt").exists()


def test_what_is_lost_is_named_and_the_rest_is_shown(tmp_path: Path, store: EvidenceStore) -> None:
    kept = store.keep(b"<html>kept")
    count, page = written(tmp_path / "out", store, a_move("ab" * 32, kept))

    assert count == 2
    assert "ab" * 32 in page and page.count("<iframe") == 1


def test_without_evidence_the_page_says_so(tmp_path: Path, store: EvidenceStore) -> None:
    assert written(tmp_path / "out", store, a_move())[0] == 0
    assert "没有存下的页面" in (tmp_path / "out" / INDEX).read_text("utf-8")


def test_a_page_what_a_browser_made_of_it_and_the_picture_are_told_apart(store: EvidenceStore) -> None:
    plain, dom, picture, proof = map(store.keep, (b"<html>plain", b"<html>dom", PNG, b"%PDF"))
    address = "https://www.yunze.test/tzgg/"
    pages = [*((sha256, address, NOW) for sha256 in (plain, dom, picture)), (proof, "", NOW)]

    kinds = kinds_of([a_move(plain, dom, picture), a_move(proof)], pages, store)

    assert kinds == {plain: "网页", dom: "浏览器所见", picture: "截图", proof: "附件"}
