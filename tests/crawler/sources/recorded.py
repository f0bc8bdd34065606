"""The recorded answers of tests/data/newmedia: one row of index.tsv is one answer and how it must be read."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.fetching import Answer, problem_of
from crawler.observations import Fetch, Health

FOLDER = Path(__file__).parents[2] / "data" / "newmedia"
OFFICIAL = (
    "wechat_totaldetail",
    "wechat_authorizer",
    "weibo_api",
    "douyin_open",
    "kuaishou_open",
    "bilibili_open",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    file: str
    adapter: str
    account_id: str
    url: str
    status: int
    content_type: str
    at: datetime
    health: Health
    reason: str
    newest: datetime | None
    precision: str
    posts: int
    stale: str
    stale_elapsed: str
    platform: str
    newest_is_pinned: bool
    post_state: str
    headers: tuple[str, ...]
    """As `Name: value`."""

    @property
    def body(self) -> bytes:
        return (FOLDER / self.file).read_bytes()

    @property
    def answer(self) -> Answer:
        return answered(self.body, self.url, self.at, self.status, self.content_type)


def answered(
    body: bytes, url: str, at: datetime, status: int = 200, content_type: str = "application/xml"
) -> Answer:
    """An answer as the spider hands it over."""
    problem = problem_of(status, body)
    return Answer(Fetch(url, at, url, status, content_type, size=len(body), problem=problem), body)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def recorded() -> list[Recorded]:
    return [
        Recorded(
            file=row["file"],
            adapter=row["adapter"],
            account_id=row["account_id"],
            url=row["url"],
            status=int(row["http_status"]),
            content_type=row["content_type"],
            at=datetime.fromisoformat(row["fetched_at"]),
            health=row["health"],  # type: ignore[arg-type]
            reason=row["reason"],
            newest=moment(row["newest_utc"]),
            precision=row["precision"],
            posts=int(row["posts"] or 0),
            stale=row["stale"],
            stale_elapsed=row["stale_elapsed"],
            platform=row["platform"],
            newest_is_pinned=row["newest_is_pinned"] == "yes",
            post_state=row["post_state"],
            headers=(row["response_headers"],) if row["response_headers"] else (),
        )
        for row in rows("index.tsv")
    ]


def feeds() -> list[Recorded]:
    return [row for row in recorded() if row.adapter == "feed"]


def body_of(file: str) -> bytes:
    return (FOLDER / file).read_bytes()
