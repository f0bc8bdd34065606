"""Where columns hang, whatever the pages of a website say about it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.column_places import FoundLink, Place, Places
from crawler.observations import ColumnLink, Fetch
from tests.builders import NOW

HOME = "http://www.yunze.gov.cn/"
NAMES = ("要闻", "新闻", "动态", "公告")


def a_link(name: str, *parents: str, at: str = "") -> ColumnLink:
    return ColumnLink(name, f"{HOME}{at or name}/", "navigation", parents)


def say(place: Place, *above: str) -> FoundLink:
    """Its own page says where it hangs."""
    place.fetch = Fetch(place.url, NOW, place.url)
    return FoundLink(ColumnLink(place.names[-1], place.url, "mark", above), place)


def test_what_was_found_on_a_columns_page_hangs_below_it_wherever_its_own_words_hang_it() -> None:
    places = Places((), HOME)
    menu = [a_link("新闻"), a_link("动态", "新闻"), a_link("要闻")]
    *_, headlines = places.add(map(FoundLink, menu))
    (below,) = places.add([FoundLink(a_link("国内"), headlines)])

    places.hang_by_own_words([say(headlines, "新闻", "动态")])

    assert places.paths()[below] == ("新闻", "动态", "要闻", "国内")


def test_two_columns_that_each_claim_to_hang_below_the_other_do_not_both() -> None:
    places = Places((), HOME)
    news, notices = places.add(map(FoundLink, [a_link("新闻"), a_link("公告")]))
    below_news, below_notices = places.add(
        [FoundLink(a_link("新闻一"), news), FoundLink(a_link("公告一"), notices)]
    )

    places.hang_by_own_words([say(news, *below_notices.names), say(notices, *below_news.names)])

    paths = places.paths()
    assert paths[news] == ("公告", "公告一", "新闻")
    assert paths[below_news] == ("公告", "公告一", "新闻", "新闻一")
    assert paths[notices] == ("公告",)


SOME_NAMES = st.lists(st.sampled_from(NAMES), max_size=3).map(tuple)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), SOME_NAMES), min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 7)), max_size=8),
    st.lists(SOME_NAMES, max_size=16),
)
def test_whatever_pages_say_of_themselves_every_column_has_a_path_and_none_is_its_own_child(
    menu: list[tuple[str, tuple[str, ...]]],
    below: list[tuple[str, int]],
    trails: list[tuple[str, ...]],
) -> None:
    places = Places((), HOME)
    top = places.add(FoundLink(a_link(name, *above, at=f"a{n}")) for n, (name, above) in enumerate(menu))
    places.add(FoundLink(a_link(name, at=f"b{n}"), top[of % len(top)]) for n, (name, of) in enumerate(below))

    places.hang_by_own_words([say(place, *trail) for place, trail in zip(places, trails, strict=False)])

    paths = places.paths()
    assert paths.keys() == set(places) == places.children(paths).keys()
    assert not any(paths[place] in children for place, children in places.children(paths).items())
