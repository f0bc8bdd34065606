"""A website of the city as data: its columns, how old their items are, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zlib import crc32

from demo.menu import Sort
from demo.titles import title

EXTRA_DAY = {"pinned": -900, "future": 25}
"""Tricks that put one more row on top of a list: its date, in days from today."""
UNREAD = ("soft-404", "http-500", "redirect-loop", "redirected-home", "login")
"""Tricks with which no list can be read at all."""


@dataclass(slots=True)
class Column:
    """One column. `newest` is the age in days of its newest item, `step` the mean distance to the next one."""

    index: int
    name: str
    slug: str
    sort: Sort
    parent: "Column | None" = None
    newest: int = 0
    step: int = 1
    count: int = 0
    trick: str = ""
    stale: bool = False

    @property
    def path(self) -> tuple["Column", ...]:
        return (*self.parent.path, self) if self.parent else (self,)

    @property
    def has_list(self) -> bool:
        return self.sort not in ("static", "parent")

    @property
    def numbers(self) -> Sequence[int]:
        """The articles of the column in the order of its list."""
        return [self.count, *range(self.count)] if self.trick in EXTRA_DAY else range(self.count)

    @property
    def may_be_planted(self) -> bool:
        return self.has_list and not self.trick and not self.stale


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list; `day` None: no date is printed beside it."""

    title: str
    url: str
    day: date | None
    pinned: bool = False


@dataclass(slots=True, eq=False, weakref_slot=True)
class Site:
    """One website. `role` is what is wrong with it as a whole, empty if nothing is."""

    index: int
    key: str
    name: str
    rank: str
    unit: str
    address: str
    now: datetime
    seed: int = 0
    family: str = ""
    role: str = ""
    hot: str = "fresh"
    contact: str = ""
    email: str = ""
    columns: list[Column] = field(default_factory=list)
    base: str = ""
    """Scheme, address and port, once it is known where the city is served."""
    elsewhere: str = ""
    """The key of another website, for the column that leads there, and that one's home page."""
    elsewhere_url: str = ""
    last_day: date = field(init=False)
    """The day of the newest items: what is published today is out by nine."""
    salts: dict[str, int] = field(default_factory=dict)
    planted: int = 0
    """How much is planted in its columns already: the next fault goes to a website with less."""

    def __post_init__(self) -> None:
        self.last_day = (self.now - timedelta(hours=9)).date()

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def short(self) -> str:
        """How the body calls itself in its own headlines."""
        return self.name.removesuffix("人民政府").removeprefix("云泽市") or "云泽市"

    @property
    def home_url(self) -> str:
        return f"http://www.yunze{self.index}.invalid/" if self.role == "no-dns" else f"{self.base}/"

    @property
    def lists(self) -> list[Column]:
        return [column for column in self.columns if column.has_list]

    def children(self, parent: Column) -> list[Column]:
        return [column for column in self.columns if column.parent is parent]

    @property
    def top(self) -> list[Column]:
        return [column for column in self.columns if column.parent is None]

    def salt(self, column: Column) -> int:
        """A number of the column's own: it tells its titles and dates from those of all other columns."""
        known = self.salts.get(column.slug)
        if known is None:
            own = (self.seed * 104_729 + self.index * 7919 + 13) % (1 << 32)
            known = self.salts[column.slug] = crc32(column.slug.encode(), own)
        return known

    def day(self, column: Column, number: int) -> date:
        """When article `number` of the column was published; 0 is the newest, `count` the extra row of a trick."""
        if number >= column.count and column.trick in EXTRA_DAY:
            return self.last_day + timedelta(days=EXTRA_DAY[column.trick])
        jitter = crc32(b"%d/%d" % (self.salt(column), number)) % column.step if number else 0
        return self.last_day - timedelta(days=column.newest + number * column.step + jitter)

    def clock(self, column: Column, number: int) -> str:
        """The time of day at which it was published, before the morning's round."""
        minutes = crc32(b"%d:%d" % (number, self.salt(column))) % 60
        return f"0{7 + minutes % 2}:{minutes:02d}"

    def title(self, column: Column, number: int, day: date | None = None) -> str:
        day = day or self.day(column, number)
        return title(column.sort, self.short, self.salt(column) % 90007, number, day)
