"""What is believed of a page that was read twice: as it was served, and as a browser showed it."""

from crawler.extract.page import settle, skim, with_loaded
from crawler.observations import Fetch, Shown
from crawler.showing import Opened
from tests.crawler.extract.sample_pages import AT, SITE, a_page, skimmed, some_items

PINNED = '<li><b>置顶</b><a href="{url}">{title}</a><span>{day}</span></li>'
LATER = '<li><a href="/zwgk/later{url}">{title}</a><span>{day}</span></li>'


def test_the_second_page_below_pinned_items_counts_though_the_browser_opens_the_first_alone() -> None:
    pinned = some_items("2024-03-01", "2023-05-09", "2022-01-04", row=PINNED)
    first = a_page(f"<ul>{pinned}</ul><a href='index_1.html'>下一页</a>")
    page = skimmed(first)
    second = a_page(f"<ul>{some_items('2021-11-20', '2021-11-02', row=LATER)}</ul>")
    plain = settle(with_loaded(page, second, page.loaders[0], content_type=""))
    shown = Opened(
        Shown(Fetch(f"{SITE}/zwgk/tzgg/", AT)), skim(first, url=f"{SITE}/zwgk/tzgg/", at=AT, rendered=True)
    )

    found = shown.beside(plain)

    assert (str(found.newest), found.newer_elsewhere) == ("2024-03-01", False)
