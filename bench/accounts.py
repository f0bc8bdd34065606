"""What a day of accounts costs: `python -m bench.accounts`.

Each account is asked over three roads on three of six bridges, by a whole round (asked, read, judged, recorded). First 294
of them as politely as the defaults are: the time on the clock is then that of the pace. Then the same and ten times as many
without a pace: CPU an account should be the same, and memory not ten times as much.
"""

import argparse
import asyncio
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bench.city import NOW

BRIDGES = [f"127.13.0.{number}" for number in range(1, 7)]
ROADS = 3
FEW, MANY = 294, 2940
POSTS = 12
HEAD = ["账号标识", "平台", "账号名称", "主办单位", "采集地址", "状态"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--child", choices=["serve", "round"], help=argparse.SUPPRESS)
    parser.add_argument("--polite", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("folder", type=Path, nargs="?", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child == "serve":
        asyncio.run(serve())
    elif asked.child == "round":
        print(json.dumps(round_over(asked.folder, asked.polite)))
    else:
        measure()


def measure() -> None:
    with served() as port:
        polite = told(port, FEW, polite=True)
        few, many = told(port, FEW), told(port, MANY)
    print(
        f"{MANY} accounts against {FEW}: CPU an account {many['cpu'] / few['cpu'] * FEW / MANY:.2f}x, "
        f"peak memory {many['peak_mb'] / few['peak_mb']:.2f}x; the pace alone makes {polite['wall'] / few['wall']:.1f}x of the time"
    )


def told(port: int, count: int, *, polite: bool = False) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        write_register(Path(name) / "accounts.csv", port, count)
        command = [sys.executable, "-m", "bench.accounts", "--child", "round", name]
        command += ["--polite"] if polite else []
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    cost: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{count:>5} accounts, {ROADS * count} requests, {'polite' if polite else 'unpaced':<8}"
        f"{cost['wall']:7.1f} s, {1000 * cost['cpu'] / count:6.2f} ms CPU an account, {cost['peak_mb']:4.0f} MB, "
        f"{cost['fresh']:.0f} found fresh",
        flush=True,
    )
    return cost


def write_register(path: Path, port: int, count: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for number in range(count):
            hosts = [BRIDGES[(number + turn) % len(BRIDGES)] for turn in range(ROADS)]
            roads = "|".join(f"http://{host}:{port}/weibo/user/{number}" for host in hosts)
            writer.writerow(
                [f"wb{number:06d}", "微博", f"云泽第{number}号", f"第{number % 40}局", roads, "正常"]
            )


@contextmanager
def served() -> Iterator[int]:
    """The bridges in a process of their own, so that their work is not counted; their port."""
    command = [sys.executable, "-m", "bench.accounts", "--child", "serve"]
    serving = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert serving.stdout is not None
        yield int(serving.stdout.readline())
    finally:
        serving.terminate()
        serving.wait()


# -- in the children --------------------------------------------------------------------------------------


async def serve() -> None:
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    port = 0
    for host in BRIDGES:
        site = web.TCPSite(runner, host, port, backlog=512)
        await site.start()
        port = port or site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def answer(request: web.BaseRequest) -> web.StreamResponse:
    number = int(request.path.rpartition("/")[2]) if request.path.rpartition("/")[2].isdigit() else -1
    if number < 0:
        return web.Response(status=404)
    items = "".join(
        f"<item><title>云泽发布第{post}期</title><link>https://weibo.com/{number}/{post}</link><guid>{number}-{post}</guid>"
        f"<pubDate>{format_datetime(NOW - timedelta(days=post, hours=number % 20))}</pubDate></item>"
        for post in range(POSTS)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>云泽</title><generator>RSSHub</generator>'
        f"<lastBuildDate>{format_datetime(NOW)}</lastBuildDate>{items}</channel></rss>"
    )
    return web.Response(body=text.encode(), content_type="application/xml")


def round_over(folder: Path, polite: bool) -> dict[str, Any]:
    from sqlalchemy import func, select

    import crawler.spiders.accounts
    import crawler.spiders.handler  # noqa: F401  (what a round loads when it begins)
    from console.settings import load_settings
    from console.wiring import parts
    from scheduler.round import Round
    from tracker.database import Database
    from tracker.models import JudgedVerdict
    from tracker.registry import import_register

    pace = {} if polite else {"bridge_requests_a_second": 0, "bridge_requests_at_once": 16}
    settings = load_settings(
        crawler={"allow_private_addresses": True, "browser": "off", **pace},
        tracker={"database_url": f"sqlite:///{folder / 'x.db'}", "evidence_dir": str(folder / "evidence")},
    )
    database = Database(settings.tracker)
    database.upgrade()
    import_register(database, folder / "accounts.csv", aliases={}, at=NOW, dry_run=False)
    began = time.perf_counter(), time.process_time()
    Round(parts(settings, database), NOW).run()
    wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    said = JudgedVerdict
    fresh = select(func.count()).where(said.check_id == "account-stale", said.kind == "clear")
    with database.reading() as session:
        found = session.scalar(fresh)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "peak_mb": peak, "fresh": found}


if __name__ == "__main__":
    main()
