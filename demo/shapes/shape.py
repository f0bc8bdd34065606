"""How the list of one column comes into its page: what every shape must be able to write.

A shape is independent of what the column holds. A sound list, a silent one and an empty one are written alike, so a
fault hides behind the same difficulty as anything that is in order.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from demo.answer import Answer
from demo.families.base import Family
from demo.menu import Sort
from demo.site import Column, Row, Site

EVERY_SORT: tuple[Sort, ...] = ("news", "notice", "policy", "reading", "staff", "plan", "other")


@dataclass(frozen=True, slots=True)
class Listed:
    """The column of a website, with the templates that write its pages."""

    family: Family
    site: Site
    column: Column

    @property
    def path(self) -> str:
        return self.family.column_path(self.column)

    @property
    def slug(self) -> str:
        return self.column.slug

    def rows(self, page: int = 0) -> list[Row]:
        return self.family.rows(self.site, self.column, page)

    def html(self, page: int = 0) -> str:
        """The rows of a page in the family's own markup."""
        return self.family.rows_html(self.column, self.rows(page))

    def document(self, main: str) -> Answer:
        """A whole page of the website, with `main` where its list stands."""
        family = self.family
        text = family.document(
            self.site, self.column, None, family.column_middle(self.site, self.column, main)
        )
        return Answer(text.encode(family.encoding, "xmlcharrefreplace"), family.content_type)

    @property
    def records(self) -> list[dict[str, str]]:
        """The rows of the first page as an interface tells them."""
        return [
            {"title": row.title, "url": row.url, "pubDate": row.day.isoformat() if row.day else ""}
            for row in self.rows()
        ]


class Shape(ABC):
    """One way in which a list comes into its page."""

    name: str
    sorts: Sequence[Sort] = EVERY_SORT
    """The sorts of columns that it suits."""
    families: Sequence[str] = ()
    """The template families that it suits; none named: all."""
    suits_empty = True
    """Whether an empty list can have it: how dates are written cannot be seen where none is."""
    needs_browser = False
    """Whether only a browser can see the list: a program that has none must not judge it."""
    articles = 0
    """So many articles the column has at least."""

    @abstractmethod
    def area(self, listed: Listed, page: int) -> str:
        """What stands in the page where other pages have their list."""

    def instead(self, listed: Listed) -> Answer | None:
        """What the column's address answers instead of a page of the family."""
        return None

    def answer(self, listed: Listed, path: str, query: dict[str, str]) -> Answer | None:
        """What another address answers from which this list is made; None: there is nothing."""
        return None


def link(row: Row) -> str:
    return f'<a href="{row.url}" target="_blank" title="{escape(row.title)}">{escape(row.title)}</a>'
