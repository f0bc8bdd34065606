"""Where the seed puts faults and traps. Every placement keeps clear of limits and of the other placements."""

from collections.abc import Callable, Iterable, Mapping
from random import Random

from demo import menu
from demo.manners import SHUT
from demo.menu import DUTIES, Sort
from demo.plan import FAMILIES
from demo.site import Column, Site

PER_44_SITES = {"blank": 8, "stale": 14}
"""Planted column faults in a city of the usual size; home-stale sites bring some more stale columns with them."""
ROLES = (
    "refuses",
    "always-503",
    "waf-412",
    "waf-200",
    "no-dns",
    "home-stale",
    "home-stale",
    "vue",
    "vue",
    "mislabelled",
)
"""What is wrong with a whole website, for every 44 of them."""
CLASSED: tuple[Sort, ...] = ("news", "notice", "policy", "reading", "staff", "plan")
"""Sorts of columns whose limit is certain by their name."""
TRICKS: dict[str, tuple[Sort, ...]] = {
    "pinned": ("news", "notice"),
    "future": ("notice",),
    "undated": ("news", "notice"),
    "no-dates": ("plan", "policy"),
    "hidden-empty-text": ("news", "notice", "reading"),
    "wechat-links": ("news", "reading"),
    "pdf-links": ("plan", "policy"),
    "month-day": ("notice",),
    "hidden-tab": ("notice", "staff"),
    "exempt": ("plan", "staff"),
    "leads-away": ("reading", "policy"),
    "soft-404": ("plan", "reading"),
    "http-500": ("plan", "reading"),
    "redirect-loop": ("plan", "staff"),
    "redirected-home": ("plan", "policy"),
    "login": ("plan", "staff"),
    "no-class": ("other",),
}
"""Traps in single columns, with the sorts of columns they are put into. Each stands twice in every 44 websites."""
NEEDS_STATIC_LIST = ("hidden-tab", "month-day", "hidden-empty-text", "undated", "no-dates")
"""Tricks of the list's own HTML: not for families that load the list from elsewhere."""
LOADED = ("hanweb", "jpaas", "iframe")


def plant(sites: list[Site], seed: int, faults: Mapping[str, int] = PER_44_SITES) -> None:
    """Give roles to websites, then faults and tricks to columns of the others; `faults` says how many for 44 sites."""
    chance = Random(f"faults/{seed}")
    give_roles(sites, chance)
    for site in sites:
        if site.role == "home-stale":
            let_home_go_stale(site, chance)
    open_sites = readable(sites)
    scale = len(sites) / 44
    families = chance.sample(FAMILIES, len(FAMILIES))
    for kind, number in faults.items():
        for turn in range(max(1, round(number * scale))):
            same = [site for site in open_sites if site.family == families[turn % len(families)]]
            plant_column_fault(kind, turn, same, chance) or plant_column_fault(kind, turn, open_sites, chance)
    for turn in range(max(1, round(2 * scale))):
        for trick, sorts in TRICKS.items():
            plant_trick(trick, sorts, open_sites, chance, turn)
    archives(open_sites, scale, chance)
    empty_a_script_list(sites, chance)
    lead_away(sites, chance)


def readable(sites: list[Site]) -> list[Site]:
    return [site for site in sites if site.role in ("", "mislabelled") and site.manner not in SHUT]


def give_roles(sites: list[Site], chance: Random) -> None:
    """At most half of the websites have a role; the city's portal never has one."""
    roles = [role for _ in range(max(1, round(len(sites) / 44))) for role in ROLES]
    others = [site for site in chance.sample(sites[1:], len(sites) - 1) if not site.manner]
    for site, role in zip(others[: len(sites) // 2], roles, strict=False):
        if role == "vue":
            site.family, site.role = "vue", "script-lists"
        else:
            site.role = role
            if role == "mislabelled":
                site.family = "cards"
    for site in others[len(roles) : len(roles) + max(1, len(sites) // 15)]:
        site.hot = "shared"


def let_home_go_stale(site: Site, chance: Random) -> None:
    """Nothing on the home page may be newer than three weeks: news columns are past their limit, others only old."""
    site.hot = "old"
    if site.family == "kaipu":  # prints no years on its home page: a row of last November would look new
        site.family = "vsb"
    flatten_news(site)
    for column in site.columns:
        low, high = DUTIES[column.sort].fresh
        column.newest = chance.randint(22, max(30, min(high, 50))) if column.has_list else column.newest
        if column.sort == "letters":
            column.newest = 22 + low
        if column.sort == "news":
            column.newest, column.stale = chance.randint(21, 60), True


def flatten_news(site: Site) -> None:
    """Without a parent above the stale columns nobody can argue whether the parent is stale too."""
    for column in site.columns:
        if column.parent and column.parent.name == "新闻中心":
            column.parent = None
    site.columns = [column for column in site.columns if column.name != "新闻中心"]


def plant_column_fault(kind: str, turn: int, sites: list[Site], chance: Random) -> bool:
    """Whether there was a column to plant it in."""
    sorts: Iterable[Sort] = CLASSED if kind == "blank" else ("news",) if turn % 2 else CLASSED[1:]
    found = pick(sites, chance, lambda site, column: column.sort in sorts and keeps_home_fresh(site, column))
    if found is None:
        return False
    _, column = found
    stale = DUTIES[column.sort].stale
    if kind == "blank" or stale is None:
        column.trick = "blank"
    else:
        column.newest, column.stale = chance.randint(*stale), True
    return True


def keeps_home_fresh(site: Site, column: Column) -> bool:
    """A column fault leaves at least one sound news column on the home page, or the home page would be a fault too."""
    others = [one for one in site.columns if one.sort == "news" and one is not column and one.may_be_planted]
    return column.sort != "news" or bool(others)


def plant_trick(trick: str, sorts: Iterable[Sort], sites: list[Site], chance: Random, turn: int) -> None:
    def fits(site: Site, column: Column) -> bool:
        if trick in NEEDS_STATIC_LIST and site.family in LOADED:
            return False
        return column.sort in sorts and keeps_home_fresh(site, column)

    found = pick(sites, chance, fits)
    if found is None:
        return
    _, column = found
    column.trick = trick
    if trick in ("exempt", "no-class"):
        column.newest = chance.randint(600, 1100)
    elif trick == "month-day":
        column.newest, column.step = 2 + turn % 5, 34
    elif trick in ("pinned", "future", "undated", "wechat-links", "hidden-tab"):
        column.newest = min(column.newest, 5)


def pick(
    sites: list[Site], chance: Random, fits: Callable[[Site, Column], bool]
) -> tuple[Site, Column] | None:
    """A column that nothing is planted in yet, on a website with as few placements as can be."""
    for site in sorted(chance.sample(sites, len(sites)), key=lambda site: site.planted // 2):
        for column in chance.sample(site.columns, len(site.columns)):
            if column.may_be_planted and fits(site, column):
                site.planted += 1
                return site, column
    return None


def archives(sites: list[Site], scale: float, chance: Random) -> None:
    """A historical topic (历史专题): old by nature, its name says so."""
    for site in chance.sample(sites, min(len(sites), max(1, round(2 * scale)))):
        age = chance.randint(*DUTIES["past"].fresh)
        count = max(column.count for column in site.columns)
        site.columns.append(
            Column(len(site.columns), "历史专题", menu.SLUGS["历史专题"], "past", None, age, 9, count)
        )


def empty_a_script_list(sites: list[Site], chance: Random) -> None:
    """Of the websites whose lists a script fills, one has an empty list: without a browser nobody can know."""
    scripted = [site for site in sites if site.role == "script-lists"]
    for site in scripted[:1]:
        column = chance.choice(
            [one for one in site.lists if one.sort in ("policy", "reading", "staff", "plan")]
        )
        column.trick = "script-empty"


def lead_away(sites: list[Site], chance: Random) -> None:
    """Columns that send their readers on to another website of the city."""
    hosts = [site for site in sites if site.role == "" and not site.manner]
    for site in sites:
        others = [host for host in hosts if host is not site]
        if others:
            site.elsewhere = chance.choice(others).key
