"""Which websites the city has and which columns each carries, before anything is planted in them."""

from datetime import datetime
from random import Random

from demo import menu, names
from demo.menu import DUTIES, Item
from demo.site import Column, Site

FAMILIES = ("trs", "hanweb", "kaipu", "gbk_table", "cards", "avalon", "jpaas", "tabs", "vsb", "iframe")
"""Template families that every seed spreads evenly; the script-filled one (`vue`) is given to a few by planting."""


def plan_sites(seed: int, now: datetime, count: int, articles: int) -> list[Site]:
    """The websites with their columns, all in order. Which body gets which template is the seed's choice."""
    chance = Random(f"sites/{seed}")
    families = [FAMILIES[index % len(FAMILIES)] for index in range(count)]
    chance.shuffle(families)
    serials: dict[str, int] = {}
    sites = []
    for index, (rank, name, area) in enumerate(names.bodies(count, chance)):
        serials[area] = serials.get(area, 0) + 1
        site = Site(
            index=index,
            key=f"{area}{serials[area]:04d}",
            name=name,
            rank=rank,
            unit=names.office_of(name),
            address=f"127.10.{index // 250}.{index % 250 + 1}",
            now=now,
            seed=seed,
            family=families[index],
            hot=chance.choice(("fresh", "fresh", "old")),
            contact=names.person(chance),
        )
        site.email = f"wz{site.key}@yunze.example"
        site.columns = plan_columns(site, articles, chance)
        sites.append(site)
    return sites


def plan_columns(site: Site, articles: int, chance: Random) -> list[Column]:
    """News, notices, openness, interaction and static columns, in the two layouts that are usual."""
    columns: list[Column] = []

    def add(item: Item, parent: Column | None = None) -> Column:
        name, sort = item
        duty = DUTIES[sort]
        column = Column(
            index=len(columns),
            name=name,
            slug=menu.SLUGS[name],
            sort=sort,
            parent=parent,
            newest=chance.randint(*duty.fresh),
            step=chance.randint(*duty.step),
            count=0 if sort in ("static", "parent") else articles,
        )
        columns.append(column)
        return column

    pool = menu.PORTAL_NEWS if site.rank in ("portal", "district") else menu.NEWS
    news: list[Item] = [(name, "news") for name in chance.sample(pool, 3 if site.rank == "portal" else 2)]
    parent = add(("新闻中心", "parent")) if chance.random() < 0.4 else None
    for item in news:
        add(item, parent)
    notices: list[Item] = [
        (name, "notice") for name in chance.sample(menu.NOTICES, 1 + (site.rank == "portal"))
    ]
    first_level = chance.random() < 0.5
    if first_level:
        for item in notices:
            add(item)
    openness = add(("政务公开", "parent"))
    if not first_level:
        for item in notices:
            add(item, openness)
    for item in openness_items(site, chance):
        add(item, openness)
    talk = add(("互动交流", "parent"))
    add(("领导信箱", "letters"), talk)
    add(("民意征集", "survey"), talk)
    if chance.random() < 0.6:
        add((chance.choice(menu.OTHERS), "other"))
    return columns


def openness_items(site: Site, chance: Random) -> list[Item]:
    """What stands under 政务公开 besides the notices; the city's own portal has a little more of it."""
    lists = chance.sample(menu.OPENNESS, chance.randint(3, 5 + (site.rank == "portal")))
    return lists + [(name, "static") for name in chance.sample(menu.STATIC, chance.randint(1, 2))]
