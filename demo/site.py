"""A website of the city as data: its columns, how old their items are, and what is wrong with it.

Time passes for it: articles keep their number, title, address and day for ever, a column that is alive gets new ones
on top, and one that is silent grows old.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zlib import crc32

from demo.menu import Sort
from demo.titles import title

EXTRA_DAY = {"pinned": -900, "future": 25}
"""Tricks that put one more row on top of a list: its date, in days from the city's first day."""
UNREAD = (
    "soft-404",
    "http-500",
    "redirect-loop",
    "redirected-home",
    "login",
    "soft-404-bare",
    "upkeep",
    "robots-disallow",
)
"""Tricks with which no list can be read at all."""
EMPTY = ("blank", "script-empty")
"""Tricks that leave a list without anything."""
ASLEEP = (*EMPTY, "exempt", "no-class")
"""Tricks of columns in which nothing is published any more: they are empty, or must stay as old as they are."""
UNDATED = ("dates-in-articles", "dates-in-addresses")
"""Shapes of lists that print no dates beside their rows."""
LATER = 50_000
"""Articles published after the city's first day are numbered from here upwards, the earlier ones from 0 into the past."""


@dataclass(slots=True)
class Column:
    """One column. `newest` is the age in days of its newest item on the city's first day, `step` the mean distance to
    the next one, `stale` that it is silent and too old for it."""

    index: int
    name: str
    slug: str
    sort: Sort
    parent: "Column | None" = None
    newest: int = 0
    step: int = 1
    count: int = 0
    trick: str = ""
    shape: str = ""
    """How its list comes into its page, if not as its website's other lists do (demo/shapes)."""
    stale: bool = False
    later: list[date] = field(default_factory=list)
    """The days of what was published after the city's first day, the oldest first."""
    withdrawn: int = 0
    withdrawn_later: int = 0
    """How many of the first day's articles, and of the later ones, were taken down again: always the newest of the former,
    all of the latter up to then."""

    @property
    def path(self) -> tuple["Column", ...]:
        return (*self.parent.path, self) if self.parent else (self,)

    @property
    def has_list(self) -> bool:
        return self.sort not in ("static", "parent")

    @property
    def numbers(self) -> Sequence[int]:
        """The articles of the column in the order of its list."""
        if self.trick in EMPTY:
            return ()
        first = range(self.withdrawn, self.withdrawn + self.count)
        if self.trick not in EXTRA_DAY and not self.later:
            return first
        later = range(LATER + len(self.later) - 1, LATER + self.withdrawn_later - 1, -1)
        return [*([self.count] if self.trick in EXTRA_DAY else []), *later, *first]

    @property
    def may_be_planted(self) -> bool:
        return self.has_list and not self.trick and not self.stale

    @property
    def is_alive(self) -> bool:
        """Whether anything new is published in it."""
        return self.has_list and self.sort != "past" and not self.stale and self.trick not in ASLEEP


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
    manner: str = ""
    """How its server answers, if not plainly (demo/manners.py)."""
    hot: str = "fresh"
    contact: str = ""
    email: str = ""
    columns: list[Column] = field(default_factory=list)
    base: str = ""
    """Scheme, address and port, once it is known where the city is served."""
    elsewhere: str = ""
    """The key of another website, for the column that leads there, and that one's home page."""
    elsewhere_url: str = ""
    first_day: date = field(init=False)
    """The last day on the city's first morning: the ages of the columns count back from it."""
    salts: dict[str, int] = field(default_factory=dict)
    planted: int = 0
    """How much is planted in its columns already: the next fault goes to a website with less."""
    hot_lists: dict[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.first_day = self.last_day

    @property
    def last_day(self) -> date:
        """The day of the newest items: what is published today is out by nine."""
        return (self.now - timedelta(hours=9)).date()

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def short(self) -> str:
        """How the body calls itself in its own headlines."""
        return self.name.removesuffix("人民政府").removeprefix("云泽市") or "云泽市"

    @property
    def home_url(self) -> str:
        if self.role == "no-dns":
            return f"http://www.yunze{self.index}.invalid/"
        base = self.base.replace("http:", "https:") if self.manner == "https-in-register" else self.base
        return f"{base}/"

    @property
    def lists(self) -> list[Column]:
        return [column for column in self.columns if column.has_list]

    def children(self, parent: Column) -> list[Column]:
        return [column for column in self.columns if column.parent is parent]

    @property
    def top(self) -> list[Column]:
        return [column for column in self.columns if column.parent is None]

    @property
    def hot_list(self) -> Column:
        """The hot list (热点关注) beside every page. It is no column: nothing leads to it, its articles belong to none."""
        fresh = self.hot == "fresh"
        found = self.hot_lists.get(self.hot)
        if found is None:
            newest, step = (0, 1) if fresh else (430, 17)
            found = Column(80, "热点关注", "rdgz", "news", None, newest, step, 6, stale=not fresh)
            self.hot_lists[self.hot] = found
        return found

    def salt(self, column: Column) -> int:
        """A number of the column's own: it tells its titles and dates from those of all other columns."""
        known = self.salts.get(column.slug)
        if known is None:
            own = (self.seed * 104_729 + self.index * 7919 + 13) % (1 << 32)
            known = self.salts[column.slug] = crc32(column.slug.encode(), own)
        return known

    def day(self, column: Column, number: int) -> date:
        """When article `number` of the column was published; 0 is the newest of the first day, `count` the extra row of
        a trick."""
        if number >= LATER:
            return column.later[number - LATER]
        if number >= column.count and column.trick in EXTRA_DAY:
            return self.first_day + timedelta(days=EXTRA_DAY[column.trick])
        jitter = crc32(b"%d/%d" % (self.salt(column), number)) % column.step if number else 0
        return self.first_day - timedelta(days=column.newest + number * column.step + jitter)

    def pass_time(self, now: datetime) -> None:
        """Until `now` every column publishes in its own rhythm, unless it is silent; a stale home page is so by silence."""
        self.now = now
        for column in (*self.columns, self.hot_list):
            if column.is_alive and self.role != "home-stale":
                while (day := self.next_day(column)) <= self.last_day:
                    column.later.append(day)

    def next_day(self, column: Column) -> date:
        """When something is published in the column next, if nobody hinders it."""
        if column.later:
            return column.later[-1] + timedelta(days=column.step)
        return self.first_day + timedelta(days=1 + self.salt(column) % column.step)

    def publish(self, column: Column) -> None:
        """Something new in the column this morning."""
        column.later.append(self.last_day)

    def age(self, column: Column) -> int:
        """Days since the newest article that the column lists was published."""
        return (self.last_day - self.day(column, column.numbers[0])).days

    def clock(self, column: Column, number: int) -> str:
        """The time of day at which it was published, before the morning's round."""
        minutes = crc32(b"%d:%d" % (number, self.salt(column))) % 60
        return f"0{7 + minutes % 2}:{minutes:02d}"

    def title(self, column: Column, number: int, day: date | None = None) -> str:
        day = day or self.day(column, number)
        named = title(column.sort, self.short, self.salt(column) % 90007, number, day)
        return (
            f"{named}（有效期至{day.year + 3}年12月31日）" if column.shape == "deadline-in-title" else named
        )
