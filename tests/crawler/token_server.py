"""An official interface on loopback that does what it can to give our token away."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

GOOD = {"result": 1, "video_list": [{"photo_id": "1", "caption": "今日提醒", "create_time": 1795399800000}]}


class TokenServer(ThreadingHTTPServer):
    """`asked`: paths that were asked for, with their queries. `renewed`: what it gives out as new tokens, after whatever
    happens `meanwhile`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.renewed: dict[str, object] = {}
        self.meanwhile: Callable[[], None] = lambda: None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: TokenServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.tokens.append(self._token)
        path = urlsplit(self.path).path.strip("/")
        match path:
            case "good":
                self._say(200, json.dumps({**GOOD, "request": self._everything}))
            case "redirects":
                self._say(302, "", {"Location": f"/elsewhere?{urlsplit(self.path).query}&x={self._token}"})
            case "errors":
                self._say(500, f"<html>{self._everything}</html>")
            case "garbled":
                self._say(200, f"invalid token {self._everything}")
            case "slow":
                time.sleep(1.5)
            case "oauth2/refresh_token":
                self.server.meanwhile()
                self._say(200, json.dumps({"result": 1, **self.server.renewed}))
            case "closes":
                self.close_connection = True
            case "expires":
                is_new = self._token == self.server.renewed.get("access_token")
                data = (
                    {"error_code": 0, "list": [], "has_more": False} if is_new else {"error_code": 28001008}
                )
                self._say(200, json.dumps({"data": {**data, "description": self._everything}}))
            case _:
                self._say(404, "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(self.path)
        data = {"error_code": 0, "echo": body, **self.server.renewed}
        self._say(200, json.dumps({"data": data, "message": "success"}))

    @property
    def _token(self) -> str:
        (token,) = parse_qs(urlsplit(self.path).query).get(
            "access_token", [self.headers["access-token"] or ""]
        )
        return token

    @property
    def _everything(self) -> str:
        return f"{self.path} {self.headers.as_string()}"

    def _say(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Not on the screen."""


@contextmanager
def giving_away() -> Iterator[TokenServer]:
    with TokenServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
