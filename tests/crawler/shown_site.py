"""A small website on loopback that only a browser can read: scripts fill it, guard it, hang it and lead it astray."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

ROWS = "".join(
    f'<li><a href="/art/{n}.html">云泽市第{n}次会议召开</a><span>2026-11-{n:02d}</span></li>'
    for n in range(10, 16)
)
FILL = 'fetch("{url}").then(r => {{ if (!r.ok) throw 0; return r.text() }}).then(t => document.querySelector("ul").innerHTML = t)'
CRUMB = '<div class="position">您的位置：<a href="/">首页</a> &gt; <span>通知公告</span></div>'
SETS_COOKIE = (
    '<script>setTimeout(() => { document.cookie = "pass=1; path=/"; location.reload() }, 300)</script>'
)


def page(content: str) -> str:
    return f"<!doctype html><html><head><meta charset=utf-8><title>通知公告</title></head><body>{CRUMB}{content}</body></html>"


def filled(url: str) -> str:
    return page(f"<ul></ul><script>{FILL.format(url=url)}</script>")


REACHES = """<iframe src="http://PLACE/frame" width=300 height=300></iframe><img src="http://PLACE/picture.png">
<script>fetch("http://PLACE/api", {mode: "no-cors"}).catch(() => 0); new WebSocket("ws://PLACE/socket");
navigator.sendBeacon("http://PLACE/beacon"); new Image().src = "http://PLACE/image.png";
const peer = new RTCPeerConnection({iceServers: [{urls: "stun:PLACE"}]});
peer.createDataChannel("x"); peer.createOffer().then(offer => peer.setLocalDescription(offer))</script>"""
"""A page that tries every road to another place."""

PAGES: dict[str, str] = {
    "/filled/": filled("/api/rows"),
    "/slow/": filled("/api/slow"),
    "/failing/": filled("/api/failing"),
    "/never/": filled("/api/never"),
    "/framed/": page('<iframe src="/frame/list.html" width=600 height=300></iframe>'),
    "/papered/": page(
        '<iframe src="/frame/viewer.html?file=%2Ffiles%2F2025%E5%B9%B4%E6%8A%A5.pdf" width=600 height=300></iframe>'
    ),
    "/frame/viewer.html": "<div id=viewer><canvas id=page1></canvas></div>",
    "/drawn/": page('<iframe src="/frame/draws.html" width=600 height=300></iframe>'),
    "/frame/draws.html": "<script>var paper = 'nb2025'</script><div id=app></div>",
    "/frameset/": '<!doctype html><html><frameset cols="20%,80%"><frame src="/frame/menu.html"><frame src="/frame/list.html">'
    "<noframes><body>您的浏览器不支持框架</body></noframes></frameset></html>",
    "/frame/menu.html": '<div class="nav"><a href="/">首页</a></div>',
    "/frame/list.html": f'<ul id="framed">{ROWS.replace("/art/", "../art/")}</ul>',
    "/marked/": page(
        f'<ul>{ROWS}</ul><script src="/dcs.conac.cn/js/17/000/0001.js"></script><script src="/hm.baidu.com/hm.js?1a2b"></script>'
    ),
    "/plain/": page(f"<ul>{ROWS}</ul>"),
    "/styled/": page(f"<style>.none {{ display: none }}</style><p class=none>暂无数据</p><ul>{ROWS}</ul>"),
    "/talking/": page(f"<script>alert(1); confirm(2); open('/plain/')</script><ul>{ROWS}</ul>"),
    "/busy/": page(f"<ul>{ROWS}</ul><script>setTimeout(() => {{ for (;;); }}, 50)</script>"),
    "/pictured/": page(
        f"<style>@font-face {{ font-family: x; src: url(/font.woff2) }} body {{ font-family: x }}</style>"
        f'<img src="/picture.png"><video src="/film.mp4" autoplay></video><ul>{ROWS}</ul>'
    ),
    "/swollen/": page(f"<ul>{ROWS}</ul><script>document.body.append('长'.repeat(1 << 18))</script>"),
    "/framing/": page('<iframe src="/swollen/" width=600 height=300></iframe>' * 2),
    "/long/": page(f'<ul>{ROWS}</ul><div style="height:30000px">长</div>'),
}


class ShownSite:
    """The site at work; `asked`: the paths that were asked for, with the heads of these requests."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heads: list[str] = []
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ")[1]
            self.asked.append(path)
            self.heads.append(head)
            await self.answer(writer, path, head)
        writer.close()

    async def answer(self, writer: asyncio.StreamWriter, path: str, head: str) -> None:
        status, body = "200 OK", PAGES.get(path, "")
        if path in ("/api/rows", "/api/slow"):
            await asyncio.sleep(1 if path.endswith("slow") else 0)
            body = ROWS
        elif path == "/api/never":
            await asyncio.sleep(30)
        elif path.startswith("/reaches/"):
            body = page(REACHES.replace("PLACE", path.split("/")[2]) + f"<ul>{ROWS}</ul>")
        elif path == "/api/failing":
            status = "500 Oops"
        elif path == "/guarded/":
            status, body = ("200 OK", PAGES["/plain/"]) if "pass=1" in head else ("412 No", SETS_COOKIE)
        elif path.startswith("/leads/"):
            status = f"302 Found\r\nLocation: http://{path.removeprefix('/leads/')}/"
        elif not body:
            status = "404 Not Found"
        packed = body.encode()
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(packed)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + packed
        )
        await writer.drain()


@contextlib.contextmanager
def shown_site() -> Iterator[ShownSite]:
    """The site while the block runs, in a thread of its own."""
    site, loop = ShownSite(), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(site.serve, "127.0.0.1", 0))
    site.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield site
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    for waiting in asyncio.all_tasks(loop):
        waiting.cancel()
    server.close()
    loop.run_until_complete(server.wait_closed())
    loop.close()
