"""Lists that a website loads: what is asked for on a visit, once, and what is left when it cannot be asked."""

import asyncio

import pytest

from crawler.clock import Clock
from crawler.extract.loading.loader import JSON, KINDS, Kind
from crawler.fetching import Answer, Wanted
from crawler.observations import Column, Problem
from crawler.settings import CrawlerSettings
from crawler.site_visit import visit_site
from tests.builders import NOW, a_site, days_ago
from tests.crawler.test_site_visit import HOME, Pages, a_column_page, a_home, a_list_of, dated

COLUMN = f"{HOME}tzgg/"
FRAME = '<iframe src="inner.html" width="100%"></iframe>'
ASKS = '<ul id="l"></ul><script>axios.post("/api/list",{id:7}).then(show)</script>'
ROWS = '{"rows":[{"title":"关于做好冬季供暖工作的通知","url":"/tzgg/202611/a1.html","pubDate":"%s"}]}'
EXTRA = {f"{COLUMN}inner.html": ASKS, f"{HOME}api/list": ROWS % days_ago(2)}


class Asked(Pages):
    """Remembers the requests themselves."""

    def __init__(self, pages: dict[str, str | Problem]) -> None:
        super().__init__(pages)
        self.requests: list[Wanted] = []

    async def __call__(self, wanted: Wanted) -> Answer:
        self.requests.append(wanted)
        return await super().__call__(wanted)


def the_column(fetch: Pages, off: tuple[Kind, ...] = ()) -> Column:
    limits = CrawlerSettings(loaders_off=off)
    visit = asyncio.run(visit_site(a_site(url=HOME), fetch, Clock(NOW), limits))
    return next(column for column in visit.columns if column.url == COLUMN)


def a_site_with(middle: str) -> dict[str, str | Problem]:
    return {HOME: a_home([("通知公告", COLUMN)]), COLUMN: a_column_page("通知公告", middle), **EXTRA}


def test_a_frame_whose_list_is_loaded_by_itself_is_read_to_the_end() -> None:
    pages = Asked(a_site_with(FRAME))

    column = the_column(pages)
    (sent,) = [wanted for wanted in pages.requests if wanted.method == "POST"]

    assert column.reading is not None and column.reading.newest == days_ago(2)
    assert sent.body == b'{"id": 7}' and sent.headers["Content-Type"] == JSON


def test_a_frame_that_holds_itself_is_asked_for_once() -> None:
    pages = Asked(a_site_with(FRAME) | {f"{COLUMN}inner.html": FRAME})

    column = the_column(pages)

    assert pages.asked.count(f"{COLUMN}inner.html") == 1 and column.problem is Problem.NEEDS_BROWSER


def test_an_interface_that_does_not_answer_makes_no_column_blank() -> None:
    column = the_column(Pages(a_site_with(ASKS) | {f"{HOME}api/list": Problem.HTTP_ERROR}))

    assert column.problem is Problem.NEEDS_BROWSER


def test_old_items_beside_an_interface_that_does_not_answer_make_no_column_stale() -> None:
    old = a_list_of(dated(6, newest=200))

    column = the_column(Pages(a_site_with(old + ASKS) | {f"{HOME}api/list": Problem.TIMEOUT}))

    assert column.reading is not None and column.reading.needs_browser and column.reading.newest is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_is_switched_off_is_not_asked_and_concludes_nothing(kind: Kind) -> None:
    pages = Asked(a_site_with(FRAME))

    column = the_column(pages, (kind,))

    if kind in ("iframe", "json"):
        assert column.problem is Problem.NEEDS_BROWSER
    else:
        assert column.reading is not None and column.reading.newest == days_ago(2)
