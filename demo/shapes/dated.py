"""Lists whose dates are hard to read: written in an unusual way, standing elsewhere, or beside others that mean nothing."""

from abc import abstractmethod
from datetime import date

from demo.families.trs import PAGER
from demo.shapes.shape import EVERY_SORT, Listed, Shape, link
from demo.site import Row

DIGITS = "〇一二三四五六七八九"
DAYS_OF_A_MONTH = 30


def in_words(number: int) -> str:
    """1 to 31 as they are spoken: 十一, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


class Dated(Shape):
    """A plain list in which only the date is written otherwise."""

    suits_empty = False

    def area(self, listed: Listed, page: int) -> str:
        return self.list_of(listed, page)

    def list_of(self, listed: Listed, page: int) -> str:
        items = "".join(f"<li>{self.row(listed, row)}</li>\n" for row in self.rows(listed, page))
        return f'<ul class="xxlb">\n{items}</ul>'

    def rows(self, listed: Listed, page: int) -> list[Row]:
        return listed.rows(page)

    def row(self, listed: Listed, row: Row) -> str:
        written = self.written(row.day, listed.site.today) if row.day else ""
        return f"{link(row)}<span>{written}</span>"

    @abstractmethod
    def written(self, day: date, today: date) -> str: ...


class SplitDate(Dated):
    """The day large, the month small above or below it."""

    name = "split-date"

    def row(self, listed: Listed, row: Row) -> str:
        assert row.day is not None
        return f'<div class="time"><b>{row.day.day:02d}</b><i>{row.day:%Y-%m}</i></div><h3>{link(row)}</h3>'

    def written(self, day: date, today: date) -> str:
        return day.isoformat()


class TwoDigitYear(Dated):
    name = "two-digit-years"

    def written(self, day: date, today: date) -> str:
        return f"[{day:%y-%m-%d}]"


class ChineseDigits(Dated):
    name = "chinese-digits"

    def written(self, day: date, today: date) -> str:
        year = "".join(DIGITS[int(each)] for each in str(day.year))
        return f"{year}年{in_words(day.month)}月{in_words(day.day)}日"


class RelativeDate(Dated):
    """Only news: of what is older than a year, such a date tells too little for any limit."""

    name = "relative-dates"
    sorts = ("news",)

    def written(self, day: date, today: date) -> str:
        age = (today - day).days
        if age <= 2:
            return ("今天", "昨天", "前天")[max(age, 0)]
        return f"{age}天前" if age < DAYS_OF_A_MONTH else f"{age // DAYS_OF_A_MONTH}个月前"


class Undated(Dated):
    """No date in the list, nor in the addresses: the articles tell it."""

    name = "dates-in-articles"

    def row(self, listed: Listed, row: Row) -> str:
        return link(row)

    def written(self, day: date, today: date) -> str:
        return ""


class AddressDate(Undated):
    """No date anywhere but in the articles' addresses."""

    name = "dates-in-addresses"
    families = ("trs", "tabs", "avalon", "cards", "hanweb", "kaipu", "jpaas", "iframe", "vsb", "vue")
    """Those that can put a date into an address: numbered ones (`Show.asp?ArticleID=`) tell none."""


class DeadlineInTitle(Dated):
    """Every title names a day years ahead, until which the thing is valid."""

    name = "deadline-in-title"
    sorts = ("notice", "policy")

    def written(self, day: date, today: date) -> str:
        return day.isoformat()


class Ascending(Dated):
    """The oldest first: the newest rows stand at the end of the last page."""

    name = "newest-on-last-page"
    sorts = EVERY_SORT
    articles = 41
    """More than two pages of any family."""

    def rows(self, listed: Listed, page: int) -> list[Row]:
        size = listed.family.page_size
        numbers = listed.column.numbers[::-1][page * size : (page + 1) * size]
        return [listed.family.row(listed.site, listed.column, number) for number in numbers]

    def area(self, listed: Listed, page: int) -> str:
        family, column = listed.family, listed.column
        links = "".join(
            f'<a href="{family.page_path(column, number)}">{number + 1}</a> '
            for number in range(family.pages(column))
        )
        return self.list_of(listed, page) + f'<div class="pages">共{family.pages(column)}页 {links}</div>'

    def written(self, day: date, today: date) -> str:
        return day.isoformat()


class AscendingBehindScript(Ascending):
    """The same with the page bar of TRS: no link in the page says that there are more, only the call of a script."""

    name = "newest-behind-page-bar"
    families = ("trs",)

    def area(self, listed: Listed, page: int) -> str:
        count = listed.family.pages(listed.column)
        bar = f'{PAGER}createPageHTML({count}, {page}, "index", "{listed.family.extension}");\n</script>'
        return self.list_of(listed, page) + f'<div class="page">{bar}</div>'
