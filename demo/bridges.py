"""The feed bridges: who answers for which path, and how they fail."""

import json
from datetime import datetime, timedelta

from demo.account import Account, Road, posts_of
from demo.answer import Answer
from demo.feeds import SUBSCRIBED_FOR, feed

BRIDGES = {
    "rsshub": "127.11.0.1",
    "werss": "127.11.0.2",
    "wewe": "127.11.0.3",
    "app": "127.11.0.4",
    "frozen": "127.11.0.5",
}
NGINX_502 = """<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""
RSSHUB_ERRORS = {
    "cookies-503": (503, "Error: Cookies expired. Please update WEIBO_COOKIES"),
    "empty-route-503": (
        503,
        "Error: this route is empty, please check the original site or create an issue on GitHub",
    ),
    "key-403": (403, "RejectError: Authentication failed. Access denied."),
    "rate-429": (
        429,
        "RequestInProgressError: This path is currently fetching, please come back later!",
    ),
}


class Bridges:
    """All bridges of the city over one list of accounts."""

    def __init__(self, accounts: list[Account], now: datetime) -> None:
        self.now = now
        self._roads: dict[tuple[str, str], tuple[Account, Road]] = {}
        for account in accounts:
            for road in account.roads:
                if not road.interface:
                    self._roads[road.bridge, road.path] = (account, road)
        self._accounts = accounts

    def __len__(self) -> int:
        return len(self._roads)

    def answer(self, bridge: str, path: str, root: str) -> Answer:
        """`root` is the bridge's own address, as it stands in its feeds."""
        if bridge == "wewe" and path == "/feeds":
            return self._status()
        found = self._roads.get((bridge, path))
        if found is None:
            return rsshub_error(404, "NotFoundError: wrong path", path) if bridge == "rsshub" else not_found()
        account, road = found
        if account.broken and (failure := failed(account, path)):
            return failure
        posts = [] if account.broken == "empty-200" else posts_of(account)
        return feed(account, road.form, posts, self.now, f"{root}{path}")

    def _status(self) -> Answer:
        """WeWe-RSS tells when it last pulled each account: three hours ago, the bridge is alive."""
        synced = int((self.now - timedelta(hours=3)).timestamp())
        rows = [
            {"id": road.path.split("/")[-1].partition(".")[0], "name": account.name, "intro": account.unit}
            | {
                "cover": "",
                "syncTime": synced,
                "updateTime": int((account.began - SUBSCRIBED_FOR).timestamp()),
            }
            for (bridge, _), (account, road) in self._roads.items()
            if bridge == "wewe"
        ]
        return Answer(json.dumps(rows, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def failed(account: Account, path: str) -> Answer | None:
    if account.broken in RSSHUB_ERRORS:
        return rsshub_error(*RSSHUB_ERRORS[account.broken], path)
    if account.broken == "html-200":
        return Answer(NGINX_502.encode(), "text/html")
    if account.broken == "unknown-feed-400":
        text = json.dumps({"statusCode": 400, "message": "不存在该feed！"}, ensure_ascii=False)
        return Answer(text.encode(), "application/json; charset=utf-8", 400)
    if account.broken == "empty-body":
        return Answer(b"", "text/xml")
    return None  # frozen, empty and dateless feeds are written like any other


def rsshub_error(status: int, message: str, path: str) -> Answer:
    text = (
        "<!DOCTYPE html><html><head><title>Welcome to RSSHub!</title></head><body>"
        '<h1 class="text-4xl font-bold">Looks like something went wrong</h1><p class="message">Error Message:<br/>'
        f'<code class="mt-2 block">{message}</code></p><p class="message">Full Route: <code>{path}</code></p>'
        '<p class="message">Node Version: <code>v24.8.0</code></p></body></html>'
    )
    return Answer(text.encode(), "text/html; charset=UTF-8", status)


def not_found() -> Answer:
    text = json.dumps({"detail": {"code": 40401, "message": "公众号不存在"}}, ensure_ascii=False)
    return Answer(text.encode(), "application/json", 404)
