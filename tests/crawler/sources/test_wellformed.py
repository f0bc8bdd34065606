"""The quick reader and feedparser read the same out of the same feed."""

from pathlib import Path

import pytest

from crawler.sources.entries import _any_feed, _plain_feed
from crawler.sources.wellformed import read_wellformed
from demo.city import City
from tests.builders import NOW

RECORDED = sorted(Path("tests/data/newmedia").glob("*.xml")) + sorted(
    Path("tests/data/newmedia").glob("*.atom")
)


def same(body: bytes) -> bool:
    """Whether the quick reader read it at all; if it did, it must agree."""
    plain = read_wellformed(body)
    if plain is None:
        return False
    quick, slow = _plain_feed(plain), _any_feed(body, "")
    assert slow is not None
    assert [(e.id, e.title, e.url, e.raw_date, e.stated) for e in quick.entries] == [
        (e.id, e.title, e.url, e.raw_date, e.stated) for e in slow.entries
    ]
    assert (quick.generator, quick.built) == (slow.generator, slow.built)
    for mine, theirs in zip(quick.entries, slow.entries, strict=True):  # feedparser says some texts twice
        assert " ".join(mine.text.split()) in " ".join(theirs.text.split())
    return True


def test_they_agree_on_every_recorded_feed() -> None:
    assert sum(same(path.read_bytes()) for path in RECORDED) >= 8


def test_they_agree_on_every_feed_of_the_demo_city() -> None:
    city = City(7, now=NOW, log=False)
    read = 0
    for account in city.accounts:
        for road in account.roads:
            answer = city.answer(next(a for a, n in city._bridge_of.items() if n == road.bridge), road.path)
            read += answer.status == 200 and b"<" in answer.body[:5] and same(answer.body)
    assert read > 100


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<rss><channel>",
        b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel/></rss>',
        '<?xml version="1.0" encoding="gb2312"?><rss><channel><title>云</title></channel></rss>'.encode(
            "gb18030"
        ),
        b"<html/>",
        b"<rss version='2.0'></rss>",
    ],
)
def test_what_is_not_for_it_is_left_to_feedparser(body: bytes) -> None:
    assert read_wellformed(body) is None
