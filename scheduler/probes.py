"""Spaced probes (探测): does the home page open within 15 seconds? At least 20 a day, spread over it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.clock import Clock
from crawler.observations import Probed
from crawler.runner import crawl
from crawler.targets import Site
from scheduler.blame import attributed
from scheduler.round import NothingToInspect, Parts, UnknownTarget
from scheduler.stopping import Stop
from tracker.probes import keep_probes, last_probes
from tracker.registry import read_targets

CONTROL = "control:"
"""Begins the key of what is no website of the registers."""


@dataclass(frozen=True, slots=True)
class ProbesDone:
    """`skipped`: websites whose last probe is too short ago."""

    probes: tuple[Probed, ...]
    skipped: int


def probe(parts: Parts, at: datetime, only: Collection[str] = (), stop: Stop | None = None) -> ProbesDone:
    """Visit every home page once, now. Told to stop, it keeps what it saw and raises Stopped."""
    clock, stop = Clock(at), stop or Stop()
    with parts.database.reading() as session:
        duty = read_targets(session, clock.at.date())
        last = last_probes(session, clock.at)
    sites = {target.key: (number, target) for number, target in duty.due if isinstance(target, Site)}
    if not sites:
        raise NothingToInspect
    if unknown := set(only) - sites.keys():
        raise UnknownTarget(unknown)
    spacing = timedelta(minutes=parts.scheduler.probe_spacing_minutes)
    due = [
        (number, site)
        for number, site in sites.values()
        if (not only or site.key in only) and (number not in last or clock.at - last[number] >= spacing)
    ]
    controls = (
        [Site(f"{CONTROL}{url}", "对照网址", url) for url in parts.scheduler.control_urls] if due else []
    )
    seen: list[Probed] = []
    crawling = crawl([*controls, *(site for _, site in due)], parts.crawler, clock, "probe")
    try:
        seen.extend(each for each in stop.heeded(crawling, crawling.stop) if isinstance(each, Probed))
    finally:  # interrupted, too: what was seen is kept
        asked = [each for each in seen if each.site.key.startswith(CONTROL)]
        seen = attributed([each for each in seen if each.site.key in sites], asked)
        with parts.database.writing() as session:
            # A probe stands at the moment it was asked for: that is what spaces them.
            keep_probes(session, [(sites[each.site.key][0], clock.at, each.probe) for each in seen])
    wanted = len(only) if only else len(sites)
    return ProbesDone(tuple(seen), wanted - len(due))
