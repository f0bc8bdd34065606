"""What makes a city difficult to read: shapes of lists and manners of servers, dealt out without a look at the faults.

The deal is a round-robin over all shapes that suit a column, so each stands before sound columns, silent and empty ones
in the share in which these are planted.
"""

from collections import Counter
from random import Random

from demo.manners import MANNERS
from demo.menu import Sort
from demo.planting import plant_trick, readable
from demo.shapes.all import SHAPES
from demo.shapes.shape import Shape
from demo.site import UNDATED, Column, Site

SHAPED_SHARE = 0.6
"""Of the columns that can have a shape, so many get one."""
PER_44_SITES = {"blank": 20, "stale": 32}
"""Planted column faults: more than in an easy city, so that several hide behind each kind of difficulty."""
UNREAD: dict[str, tuple[Sort, ...]] = {"soft-404-bare": ("plan", "reading"), "upkeep": ("plan", "staff")}
"""Tricks of columns that cannot be read, with the sorts that they are put into, beside those of an easy city."""
BARRED = "robots-disallow"
"""A manner of a website, and in its place the trick of the column that robots.txt closes."""


def give_manners(sites: list[Site], seed: int) -> None:
    """One website for each manner, in as much of the city as is free; the portal answers plainly."""
    chance = Random(f"manners/{seed}")
    others = chance.sample(sites[1:], len(sites) - 1)
    for site, manner in zip(others[: len(sites) // 2], MANNERS, strict=False):
        site.manner = manner
        if manner == BARRED:
            last = [column for column in site.lists if column.sort != "news"][-1]
            last.trick = BARRED


def give_shapes(sites: list[Site], seed: int) -> None:
    """After the faults are planted."""
    chance = Random(f"shapes/{seed}")
    for trick, sorts in UNREAD.items():
        plant_trick(trick, sorts, readable(sites), chance, 0)
    dealt: Counter[tuple[str, str]] = Counter()
    for site in chance.sample(readable(sites), len(readable(sites))):
        for column in chance.sample(site.columns, len(site.columns)):
            shape = rarest(site, column, dealt, chance)
            if shape is not None and chance.random() < SHAPED_SHARE:
                dealt[shape.name, fault_of(column)] += 1
                column.shape = shape.name
                column.count = max(column.count, shape.articles)


def fault_of(column: Column) -> str:
    return "stale" if column.stale else column.trick


def rarest(site: Site, column: Column, dealt: Counter[tuple[str, str]], chance: Random) -> Shape | None:
    """Of the shapes that suit the column the one that columns of its kind (sound, silent, empty) have least."""
    if not column.has_list or column.trick not in ("", "blank"):
        return None
    suiting = [shape for shape in SHAPES.values() if suits(shape, site, column)]
    if not suiting:
        return None
    fault = fault_of(column)
    return min(chance.sample(suiting, len(suiting)), key=lambda shape: dealt[shape.name, fault])


def suits(shape: Shape, site: Site, column: Column) -> bool:
    if column.sort not in shape.sorts or (column.trick == "blank" and not shape.suits_empty):
        return False
    if shape.families and site.family not in shape.families:
        return False
    return not (shape.name in UNDATED and column.sort == "news")
