"""Is it they or we? What a run of probes (探测) says about our own network, before any website is held to have failed.

With control addresses (setting control_urls) they decide: if none of them answers, we are cut off. Without, it is the websites
together: so many of them do not go down in the same minutes.
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.observations import Probe, Probed, Problem

TOGETHER = 0.8
"""More than this share of the hosts unanswered in one run is our network."""
FEWEST_HOSTS = 5
"""With fewer of them two or three that are down say nothing about us."""


def attributed(seen: Sequence[Probed], controls: Sequence[Probed]) -> list[Probed]:
    """These probes of one run; where we were cut off, those that nobody answered are put down to our network."""
    if not _is_cut_off(seen, controls):
        return list(seen)
    return [
        replace(each, probe=replace(each.probe, problem=Problem.OUR_NETWORK))
        if _is_unanswered(each.probe)
        else each
        for each in seen
    ]


def _is_cut_off(seen: Sequence[Probed], controls: Sequence[Probed]) -> bool:
    if controls:
        return all(_is_unanswered(each.probe) for each in controls)
    hosts = {_host(each) for each in seen}
    answering = {_host(each) for each in seen if not _is_unanswered(each.probe)}
    return len(hosts) >= FEWEST_HOSTS and len(hosts - answering) > TOGETHER * len(hosts)


def _host(probed: Probed) -> str:
    return urlsplit(probed.site.url).netloc.lower()


def _is_unanswered(probe: Probe) -> bool:
    """Any answer, also a refusal in words, came through our network."""
    return not probe.ok and probe.status == 0
