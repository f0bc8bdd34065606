"""Serve the demo city until told to stop: `python -m demo --registers DIR`.

The first line on standard output is one JSON object that tells where everything is.
"""

import argparse
import asyncio
import json
import os
import signal
import stat
import sys
from datetime import datetime
from pathlib import Path

from demo.city import City
from demo.feeds import CHINA
from demo.serving import CannotServe


def main() -> int:
    options = arguments()
    now = options.now or datetime.now(CHINA).replace(hour=9, minute=0, second=0, microsecond=0)
    city = City(
        options.seed,
        now=now,
        sites=options.sites,
        accounts=options.accounts,
        articles_per_column=options.articles_per_column,
        log=not options.no_log,
        difficult=options.difficult,
    )
    try:
        asyncio.run(serve(city, options.port, options.registers))
    except CannotServe as error:
        print(error, file=sys.stderr)
        return 3
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demo", description="An invented city on loopback, with planted faults."
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sites", type=int, default=44)
    parser.add_argument("--accounts", type=int, default=294)
    parser.add_argument("--articles-per-column", type=int, default=12)
    parser.add_argument("--now", type=moment, help="ISO time with offset; default: today at nine in China")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument(
        "--registers", type=Path, help="folder for the registers (CSV) and the answer key (truth.jsonl)"
    )
    parser.add_argument("--difficult", action="store_true", help="lists and servers that are hard to read")
    parser.add_argument("--no-log", action="store_true", help="do not remember requests")
    return parser.parse_args()


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


async def serve(city: City, port: int, folder: Path | None) -> None:
    async with city.serve(port):
        registers = []
        if folder is not None:
            registers = [str(path) for path in city.write_registers(folder)]
            (folder / "truth.jsonl").write_text(
                "".join(f"{line}\n" for line in city.truth.as_lines()), encoding="utf-8"
            )
        told = {
            "port": city.port,
            "registers": registers,
            "sites": len(city.sites),
            "accounts": sum(not account.is_control for account in city.accounts),
            "platforms": city.platforms,
            "tokens": city.tokens,
        }
        print(json.dumps({**told, "pages": city.pages}, ensure_ascii=False), flush=True)
        await told_to_stop()


async def told_to_stop() -> None:
    """A signal, or the end of standard input: whoever started us is gone then."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    if sys.stdin and stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        loop.add_reader(
            sys.stdin.fileno(), lambda: stop.set() if not os.read(sys.stdin.fileno(), 4096) else None
        )
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
