"""Where the pages of a template family stand: paths from columns and articles, and back."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date

from demo.site import Column, Site

ID_BASE, ID_FIRST = 100_000, 11
"""An article's id has seven digits and tells its column and its number: no table of all pages is needed."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a path of a website means: the home page, a column's list page, or an article."""

    column: Column | None = None
    page: int = 0
    number: int | None = None


def article_id(column: Column, number: int) -> int:
    return (column.index + ID_FIRST) * ID_BASE + number


class Addresses(ABC):
    """The paths of one content management system."""

    page_size = 20
    extension = "html"
    first_page = 1
    """The number that stands in the address of the second list page."""

    @abstractmethod
    def column_path(self, column: Column) -> str: ...

    @abstractmethod
    def dated_article_path(self, column: Column, number: int, day: date) -> str: ...

    @abstractmethod
    def column_at(self, site: Site, path: str) -> Column | None: ...

    def page_path(self, column: Column, page: int) -> str:
        stem = self.column_path(column).removesuffix(f"index.{self.extension}")
        if stem.endswith("/"):
            stem += "index"
        stem = stem.removesuffix(f".{self.extension}")
        return f"{stem}_{page + self.first_page - 1}.{self.extension}" if page else self.column_path(column)

    def article_path(self, site: Site, column: Column, number: int, day: date | None = None) -> str:
        if (
            column.trick in ("undated", "no-dates") or column.shape == "dates-in-articles"
        ):  # an address that betrays no date either
            folder = self.column_path(column).rpartition("/")[0].partition("?")[0]
            return f"{folder}/content_{article_id(column, number)}.{self.extension}"
        if column.shape == "dates-in-addresses":
            day = day or site.day(column, number)
            return f"/{column.slug}/{day:%Y%m}/t{day:%Y%m%d}_{article_id(column, number)}.{self.extension}"
        return self.dated_article_path(column, number, day or site.day(column, number))

    def pages(self, column: Column) -> int:
        rows = len(column.numbers)
        return max(1, -(-rows // self.page_size))

    def place(self, site: Site, path: str) -> Place | None:
        """Which page a path means; None: there is none."""
        if path in ("/", f"/index.{self.extension}"):
            return Place()
        if column := self.column_at(site, path):
            return Place(column)
        return self.article_place(site, path) or self.later_page(site, path)

    def article_place(self, site: Site, path: str) -> Place | None:
        for each in re.findall(r"(?<!\d)\d{7}(?!\d)", path):
            index, number = divmod(int(each), ID_BASE)
            for column in (*site.columns, site.hot_list):
                if column.index == index - ID_FIRST and number in column.numbers:
                    right = self.article_path(site, column, number) == path
                    return Place(column, number=number) if right else None
        return None

    def later_page(self, site: Site, path: str) -> Place | None:
        for column in site.lists:
            count = self.pages(column)
            if count > 1 and path.startswith(self.column_path(column).rpartition("/")[0]):
                digits = re.search(r"(\d+)(?:\.\w+)?$", path)
                page = int(digits[1]) - self.first_page + 1 if digits else 0
                if 0 < page < count and self.page_path(column, page) == path:
                    return Place(column, page)
        return None
