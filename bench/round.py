"""What a round costs beside a bare download: `make bench`.

The same pages of the demo city, once by a Scrapy spider that does nothing with them, once by a whole round (read, judged,
recorded with evidence), in alternating runs of their own processes. Printed: pages a second, CPU a page, peak memory, and
the median of the ratios. The default second look (six hours later) keeps second looks out of the measured round.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.city import NOW
from demo.process import served

RUNS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: pages fetched, seconds on the clock, CPU seconds of the process, peak resident megabytes."""

    pages: int
    wall: float
    cpu: float
    peak_mb: float

    @property
    def cpu_ms_a_page(self) -> float:
        return 1000 * self.cpu / self.pages


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--child", choices=["round", "bare", "prepare"], help=argparse.SUPPRESS)
    parser.add_argument("folder", type=Path, nargs="?", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        children = {"round": _round, "bare": _bare, "prepare": _prepare}
        print(json.dumps(children[asked.child](asked.folder)))
        return
    medians = {scale: _measure(scale, asked.runs) for scale in asked.scales}
    if len(medians) > 1:
        small, large = medians[min(medians)], medians[max(medians)]
        print(
            f"\n{max(medians)}x the targets against {min(medians)}x: CPU a page {large[0] / small[0]:.2f}x, "
            f"peak memory {large[1] / small[1]:.2f}x"
        )


def _measure(scale: int, runs: int) -> tuple[float, float]:
    """Alternate the two; the round's median CPU ms a page and peak MB."""
    print(f"\n{44 * scale} sites, {294 * scale} accounts, {runs} alternating runs")
    with (
        tempfile.TemporaryDirectory() as name,
        served(Path(name) / "registers", now=NOW, sites=44 * scale, accounts=294 * scale),
    ):
        folder = Path(name)
        _child("prepare", folder)
        bare, whole = [], []
        for number in range(1, runs + 1):
            bare.append(_child("bare", folder))
            whole.append(_child("round", folder))
            ratio = whole[-1].cpu_ms_a_page / bare[-1].cpu_ms_a_page
            print(
                f"  {number}  bare {_shown(bare[-1])}  |  round {_shown(whole[-1])}  |  CPU a page {ratio:.2f}x"
            )
        ratios = [each.cpu_ms_a_page / alone.cpu_ms_a_page for each, alone in zip(whole, bare, strict=True)]
        cpu = statistics.median(each.cpu_ms_a_page for each in whole)
        peak = statistics.median(each.peak_mb for each in whole)
        print(
            f"  median: round {cpu:.2f} ms a page, {peak:.0f} MB; ratio of CPU a page {statistics.median(ratios):.2f}x"
        )
        return cpu, peak


def _shown(cost: Cost) -> str:
    return f"{cost.pages / cost.wall:5.0f} pages/s {cost.cpu_ms_a_page:5.2f} ms CPU {cost.peak_mb:4.0f} MB"


def _child(what: str, folder: Path) -> Cost:
    command = [sys.executable, "-m", "bench.round", "--child", what, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


# -- in the children --------------------------------------------------------------------------------------


def _settings(folder: Path) -> Any:
    from console.settings import load_settings

    return load_settings(
        crawler={
            "allow_private_addresses": True,
            "browser": "off",
            "timeout_seconds": 10,
            "site_requests_a_second": 0,
            "bridge_requests_a_second": 0,
        },
        tracker={"database_url": f"sqlite:///{folder / 'now.db'}", "evidence_dir": str(folder / "evidence")},
    )


def _prepare(folder: Path) -> dict[str, float]:
    """The registers in, and one round to learn which pages it asks for."""
    from sqlalchemy import select

    from console.wiring import parts
    from scheduler.round import Round
    from tracker.database import Database
    from tracker.models import Page
    from tracker.registry import import_register

    settings = _settings(folder)
    database = Database(settings.tracker)
    database.upgrade()
    for path in sorted((folder / "registers").glob("*.csv"), key=lambda path: path.name != "sites.csv"):
        import_register(database, path, aliases={}, at=NOW, dry_run=False)
    database.close()
    shutil.copy(folder / "now.db", folder / "empty.db")
    began = time.perf_counter(), time.process_time()
    Round(parts(settings, database), NOW).run()
    with database.reading() as session:
        urls = list(session.scalars(select(Page.url).order_by(Page.id)))
    (folder / "urls.json").write_text(json.dumps(urls))
    return _cost(len(urls), *began)


def _round(folder: Path) -> dict[str, float]:
    import crawler.spiders.accounts
    import crawler.spiders.handler
    import crawler.spiders.sites  # noqa: F401  (what a round loads when it begins)
    from console.wiring import parts
    from scheduler.round import Round
    from tracker.database import Database

    for path in folder.glob("now.db*"):
        path.unlink()
    shutil.copy(folder / "empty.db", folder / "now.db")
    shutil.rmtree(folder / "evidence", ignore_errors=True)
    settings = _settings(folder)
    database = Database(settings.tracker)
    began = time.perf_counter(), time.process_time()
    Round(parts(settings, database), NOW + timedelta(minutes=1)).run()
    return _cost(len(json.loads((folder / "urls.json").read_text())), *began)


def _bare(folder: Path) -> dict[str, float]:
    """A spider that only downloads: the same handler settings, the same requests at once on a host."""
    import asyncio

    import uvloop
    from scrapy import Request, Spider
    from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
    from scrapy.crawler import AsyncCrawlerRunner

    urls = json.loads((folder / "urls.json").read_text())

    class Bare(Spider):
        name = "bare"

        async def start(self) -> Any:
            for url in urls:
                yield Request(url, callback=self.parse, dont_filter=True)

        def parse(self, response: Any) -> None: ...

    handler = AiohttpDownloadHandler
    settings = {
        "TWISTED_REACTOR_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "HTTPERROR_ALLOW_ALL": True,
        "ROBOTSTXT_OBEY": False,
        "RETRY_TIMES": 0,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": 10,
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
        "LOG_ENABLED": False,
    }

    async def download() -> None:
        await AsyncCrawlerRunner(settings=settings).crawl(Bare)

    began = time.perf_counter(), time.process_time()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(download())
    return _cost(len(urls), *began)


def _cost(pages: int, wall: float, cpu: float) -> dict[str, float]:
    """Since `wall` and `cpu`: loading the program is left out on both sides, a daemon does it once."""
    return {
        "pages": pages,
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
