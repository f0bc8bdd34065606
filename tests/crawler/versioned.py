"""A website on loopback that tells which version of a page it sends, and sends none that is known already."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.crawler.listening import Quiet, listening
from tests.crawler.misbehaving import a_list

NAMES = "要闻动态", "通知公告", "政策文件", "人事信息"


@dataclass
class Website:
    """Its pages by path, and what it sent. `encoding`: what it says of a body that it does not send."""

    pages: dict[str, bytes]
    base: str = ""
    bytes_sent: int = 0
    asked: list[tuple[str, int]] = field(default_factory=list)
    encoding: str = ""

    def answers(self, path: str) -> list[int]:
        return [status for asked, status in self.asked if asked == path]

    def forget(self) -> None:
        self.bytes_sent, self.asked = 0, []


def a_city_site() -> dict[str, bytes]:
    links = "".join(f'<li><a href="/lanmu{n}/">{name}</a></li>' for n, name in enumerate(NAMES))
    padding = "<!-- 模板 -->" * 500
    home = f'<title>云泽市</title><div class="nav"><ul>{links}</ul></div>{a_list("news")}{padding}'
    lists = {f"/lanmu{n}/": a_list(f"lanmu{n}") + padding for n in range(len(NAMES))}
    return {path: page.encode() for path, page in {"/": home, **lists}.items()}


@contextlib.contextmanager
def serving() -> Iterator[Website]:
    website = Website(a_city_site())

    class Handler(Quiet):
        def do_GET(self) -> None:
            if self.path == "/moved/":
                self.send_head(302, ("Location", "/lanmu0/"))
                return
            body = website.pages.get(self.path)
            if body is None:
                self.send_head(404)
                return
            etag = f'"{hashlib.md5(body).hexdigest()}"'
            if self.headers["If-None-Match"] == etag:
                packed = [("Content-Encoding", website.encoding)] if website.encoding else []
                self.send_head(304, ("ETag", etag), *packed)
                return
            self.send_head(200, ("ETag", etag), ("Content-Type", "text/html; charset=utf-8"), size=len(body))
            website.bytes_sent += len(body)
            self.wfile.write(body)

        def send_head(self, status: int, *headers: tuple[str, str], size: int = 0) -> None:
            website.asked.append((self.path, status))
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(size))
            self.end_headers()

    with listening(Handler) as port:
        website.base = f"http://127.0.0.1:{port}"
        yield website
