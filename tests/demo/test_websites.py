"""The pages: all reachable by their links, in the charset they ought to have, with dates clear of every limit."""

import ast
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo.city import City
from demo.families.all import FAMILIES
from demo.families.base import Family
from demo.menu import DUTIES
from demo.site import EXTRA_DAY, UNREAD, Column, Site

LIMITS = {
    "news": 14,
    "notice": 180,
    "policy": 180,
    "reading": 180,
    "staff": 365,
    "plan": 365,
    "data": 90,
    "letters": 60,
}
"""Days: the shortest limit that a reading of the regulations gives to the sort."""
LONGEST = LIMITS | {"policy": 365, "reading": 365}
PROGRAM = {"crawler", "checks", "tracker", "reports", "scheduler", "console"}


def open_sites(city: City) -> list[Site]:
    return [site for site in city.sites if site.role in ("", "home-stale", "script-lists", "mislabelled")]


def text_of(city: City, site: Site, path: str) -> str:
    encoding = "gb18030" if site.role == "mislabelled" else FAMILIES[site.family].encoding
    return city.answer(site.address, path).body.decode(encoding)


def paths_of(family: Family, site: Site, column: Column) -> list[str]:
    lists = (
        [family.page_path(column, page) for page in range(family.pages(column))] if column.has_list else []
    )
    return lists + [family.article_path(site, column, number) for number in column.numbers]


def test_the_city_imports_nothing_of_the_program_that_inspects_it() -> None:
    imported = set()
    for path in Path("demo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").split(".")[0])

    assert not imported & PROGRAM


def test_every_template_family_is_in_use(city: City) -> None:
    assert {site.family for site in open_sites(city)} == set(FAMILIES)


@pytest.mark.parametrize("seed", [7, 8])
def test_every_list_page_and_article_stands_at_its_address(seed: int, now: datetime) -> None:
    city = City(seed, now=now, articles_per_column=50)

    for site in open_sites(city):
        for column in site.columns:
            if column.trick not in (*UNREAD, "leads-away"):
                for path in paths_of(FAMILIES[site.family], site, column):
                    assert city.answer(site.address, path).status == 200, (site.family, column.trick, path)


def test_every_link_of_a_home_page_within_the_website_leads_somewhere(city: City) -> None:
    for site in open_sites(city):
        broken = {
            FAMILIES[site.family].column_path(column) for column in site.columns if column.trick == "http-500"
        }
        for path in set(re.findall(r"""(?:href|HREF|src|SRC)=["']?(/[^"' >]*)""", text_of(city, site, "/"))):
            path = path.replace("&amp;", "&")
            assert path in broken or city.answer(site.address, path).status < 400, (site.family, path)


def test_every_column_can_be_found_from_the_home_page(city: City) -> None:
    for site in open_sites(city):
        family = FAMILIES[site.family]
        seen = text_of(city, site, "/")
        for column in site.columns:  # two levels: the menu, or the page of its parent
            below = text_of(city, site, family.column_path(column.parent)) if column.parent else ""
            address = family.href(site, column)
            assert address in seen or address in below, (site.family, column.name)


def test_lists_of_different_columns_share_no_article(city: City) -> None:
    for site in open_sites(city):
        family = FAMILIES[site.family]
        rows = [row.url for column in site.lists for row in family.rows(site, column)]
        assert len(set(rows)) == len(rows)


@pytest.mark.parametrize("articles", [12, 200])
def test_titles_of_one_column_differ(articles: int, now: datetime) -> None:
    city = City(7, now=now, articles_per_column=articles)

    for site in city.sites:
        for column in site.lists:
            if column.sort != "staff":
                titles = [site.title(column, number) for number in column.numbers]
                assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("seed", range(8))
def test_fresh_and_stale_columns_keep_clear_of_their_limits(seed: int, now: datetime) -> None:
    for site in City(seed, now=now).sites:
        for column in site.lists:
            limit = LIMITS.get(column.sort)
            if limit is None or not column.count or column.trick == "exempt":
                continue
            age = max(
                (site.today - site.day(column, number)).days
                for number in [0]
                if column.trick not in EXTRA_DAY or number < column.count
            )
            if column.stale:
                assert age >= 1.3 * (LIMITS["notice"] if column.sort == "notice" else LONGEST[column.sort])
            else:
                assert age <= 0.6 * limit, (column.name, column.trick)


@pytest.mark.parametrize("seed", range(8))
def test_a_home_page_is_fresh_unless_it_is_planted_to_be_stale(seed: int, now: datetime) -> None:
    city = City(seed, now=now)

    for site in open_sites(city):
        family = FAMILIES[site.family]
        shown = [row.day for column in family.home_columns(site) for row in family.rows(site, column, size=6)]
        if site.hot != "old" and site.role == "home-stale":
            shown += [row.day for row in family.hot_rows(site)]
        newest = max(day for day in shown if day)
        if site.role == "home-stale":
            assert newest < site.today - timedelta(days=18)
        else:
            assert newest >= site.today - timedelta(days=8)


def test_only_classes_that_are_certain_by_name_are_planted_stale() -> None:
    assert all(
        DUTIES[sort].stale is None for sort in DUTIES if sort not in LONGEST and sort not in ("other",)
    )


def test_the_old_table_site_sends_gbk_bytes_without_a_charset_in_its_header(city: City) -> None:
    sites = [site for site in open_sites(city) if site.family == "gbk_table"]

    assert sites
    for site in sites:
        answer = city.answer(site.address, "/")
        assert answer.content_type == "text/html"
        assert site.name in answer.body.decode("gbk")
        with pytest.raises(UnicodeDecodeError):
            answer.body.decode("utf-8")


def test_the_mislabelled_website_says_utf8_and_sends_gbk(city: City) -> None:
    (site,) = [site for site in city.sites if site.role == "mislabelled"]

    answer = city.answer(site.address, "/")

    assert "utf-8" in answer.content_type
    assert site.name in answer.body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_a_blank_column_lists_nothing_and_a_stale_one_shows_its_old_date(city: City) -> None:
    for site in open_sites(city):
        family = FAMILIES[site.family]
        for column in site.lists:
            if column.trick == "blank":
                assert family.rows(site, column) == []
            elif column.stale and site.family not in ("jpaas", "iframe", "cards"):
                day = family.date_text(column, site.day(column, 0))
                assert day in text_of(city, site, family.column_path(column))


def test_lists_that_are_loaded_come_from_the_interface_that_the_page_names(city: City) -> None:
    for site in open_sites(city):
        family = FAMILIES[site.family]
        column = next(one for one in site.lists if not one.trick and one.count)
        title = site.title(column, 0)
        page = text_of(city, site, family.column_path(column))
        if site.family == "iframe":
            source = re.search(r'<iframe src="([^"]+)"', page)
            assert source and title in text_of(city, site, source[1])
        elif site.family == "jpaas":
            assert "'parseType':'bulidstatic'" in page
            assert title in text_of(city, site, family.unit_address(site, column))  # type: ignore[attr-defined]
        elif site.family == "vue":
            assert title not in page
            assert title in text_of(city, site, f"/api/list?channel={column.slug}&page=1&limit=20")
        else:
            assert title in page


def test_columns_that_cannot_be_read_fail_in_the_way_they_are_named(city: City) -> None:
    for site in open_sites(city):
        for column in site.columns:
            path = FAMILIES[site.family].column_path(column)
            answer = city.answer(site.address, path)
            if column.trick == "http-500":
                assert answer.status == 500
            elif column.trick == "redirected-home":
                assert (answer.status, answer.location) == (302, "/")
            elif column.trick == "redirect-loop":
                assert city.answer(site.address, answer.location).location == path
            elif column.trick == "login":
                assert "password" in city.answer(site.address, answer.location).body.decode("gbk", "ignore")
            elif column.trick == "leads-away":
                assert site.base not in answer.location
            elif column.trick == "soft-404":
                assert (answer.status, "不存在" in text_of(city, site, path)) == (200, True)
