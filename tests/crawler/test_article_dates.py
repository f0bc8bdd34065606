"""The articles behind a list are asked for their dates where the list itself shows none."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawler.article_dates import ArticleDates
from crawler.clock import Clock
from crawler.column_places import Place
from crawler.fetching import Answer, Wanted
from crawler.observations import DateSource, Fetch, PageReading, Row
from tests.crawler.extract.sample_pages import AT, SITE

TODAY = AT.date()
LIST = f"{SITE}/zwgk/tzgg/"


def a_place(*days: date | None, source: DateSource = "url") -> Place:
    rows = tuple(
        Row(f"关于第{number}号事项的通知", f"{LIST}c{number}1234.html", day, source if day else None)
        for number, day in enumerate(days)
    )
    newest = max((day for day in days if day), default=None)
    reading = PageReading("good", "list", "utf-8", rows=rows, newest=newest, blank=False)
    return Place(("通知公告",), LIST, "navigation", fetch=Fetch(LIST, AT, LIST, 200), reading=reading)


def newest_after(place: Place, *published: date) -> tuple[date | None, list[str]]:
    """The newest date once the articles, published on these days, have been asked, and which were opened."""
    opened: list[str] = []

    async def get(wanted: Wanted) -> Answer:
        day = published[len(opened)]
        opened.append(wanted.url)
        body = f'<html><head><meta name="PubDate" content="{day}"></head><body><h1>关于事项的通知</h1><p>{"正文。" * 80}</p></body></html>'
        return Answer(Fetch(wanted.url, AT, wanted.url, 200, "text/html"), body.encode())

    asyncio.run(ArticleDates(get, Clock(AT), 2).find([place]))
    assert place.reading
    return place.reading.newest, opened


def undated_first(undated: int) -> Place:
    place = a_place(*([None] * undated), ago(200), ago(300), source="text")
    assert place.reading
    place.reading = replace(place.reading, newer_elsewhere=True, undated_first=True)
    return place


def ago(days: int) -> date:
    return TODAY - timedelta(days)


def test_a_list_without_dates_takes_those_of_its_first_articles() -> None:
    assert newest_after(a_place(None, None, None), ago(3), ago(9))[0] == ago(3)


def test_a_list_that_is_old_by_its_addresses_only_is_asked_once_more() -> None:
    newest, opened = newest_after(a_place(ago(200), ago(300)), ago(3), ago(300))

    assert newest == ago(3) and len(opened) == 2


def test_articles_never_make_a_list_older_than_its_addresses_say() -> None:
    assert newest_after(a_place(ago(40), ago(50)), ago(400), ago(500))[0] == ago(40)


@pytest.mark.parametrize(
    ("days", "source"),
    [((ago(3), ago(200)), "url"), ((ago(200), ago(300)), "text"), ((ago(200), ago(300)), "relative")],
)
def test_articles_are_left_alone_where_the_list_is_fresh_or_shows_its_dates(
    days: tuple[date, ...], source: DateSource
) -> None:
    assert newest_after(a_place(*days, source=source), ago(1), ago(1)) == (max(days), [])


def test_what_only_a_browser_can_read_is_not_asked_for_dates() -> None:
    place = a_place(ago(200))
    assert place.reading
    place.reading = replace(place.reading, needs_browser=True)

    assert newest_after(place) == (ago(200), [])


@pytest.mark.parametrize(("published", "newest"), [(ago(3), ago(3)), (ago(400), ago(200))])
def test_an_undated_item_above_old_ones_is_opened_and_leaves_no_doubt(published: date, newest: date) -> None:
    place = undated_first(1)

    assert newest_after(place, published) == (newest, [f"{LIST}c01234.html"])
    assert place.reading and not place.reading.newer_elsewhere
    assert place.reading.rows[0].date == published


def test_while_one_of_several_undated_items_was_not_opened_the_doubt_stays() -> None:
    place = undated_first(3)

    assert newest_after(place, ago(400), ago(500))[0] == ago(200)
    assert place.reading and place.reading.newer_elsewhere


@pytest.mark.parametrize(("published", "newest"), [(ago(3), ago(3)), (ago(400), ago(200))])
def test_an_item_of_a_day_to_come_above_old_ones_is_opened(published: date, newest: date) -> None:
    place = a_place(ago(-26), ago(200), ago(300), source="text")
    assert place.reading
    place.reading = replace(place.reading, newest=ago(200))

    assert newest_after(place, published) == (newest, [f"{LIST}c01234.html"])
    assert place.reading.rows[0].date == published


def test_an_item_of_a_day_to_come_that_its_article_repeats_stays_as_it_was() -> None:
    place = a_place(ago(-26), ago(200), source="text")
    assert place.reading
    before = place.reading = replace(place.reading, newest=ago(200), newer_elsewhere=True)

    newest_after(place, ago(-26))

    assert place.reading == before


def test_beside_a_fresh_item_one_of_a_day_to_come_is_left_alone() -> None:
    place = a_place(ago(-26), ago(3), ago(300), source="text")
    assert place.reading
    place.reading = replace(place.reading, newest=ago(3))

    assert newest_after(place, ago(1)) == (ago(3), [])
