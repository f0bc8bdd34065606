"""Is a page only a notice (gone, blocked, broken, log in), or does it hold content that may well speak of such things?

A notice is told from an article about notices by what stands around the words: a notice is a short statement to the
visitor and has nothing beside it but the frame of the site. A line with the date of publication, dated items, a paragraph,
a form to fill in: each of these is content, and then words prove nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from crawler.extract.outline import Outline
from crawler.extract.regions import FOOT_TEXT, FRAME

LONGEST_STATEMENT, LONGEST_STATEMENT_BARE = 100, 150
"""Characters, within the site's frame and outside it. What is longer is a paragraph."""
FEW_LINKS = 12
"""Links up to which a page without a foot stands outside the frame of the site."""
MUCH_BESIDE, MUCH_BESIDE_BARE = 200, 700
"""Characters beside the notice that make it content: within the site's frame, and on a page that is nothing else."""
ASIDE = FRAME | {"head", "hot", "side"}

PUBLISHED = re.compile(
    r"(?:发布|发表|公开|公布|上传|录入|发文|更新)\s*(?:日\s*期|时\s*间)?\s*[:：]?\s*(?:19|20)\d\d\s*[-/.年]|来源\s*[:：]\s*\S"
)
DATED = re.compile(r"(?:日\s*期|时\s*间)\s*[:：]\s*(?:19|20)\d\d\s*[-/.年]")
DATE = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}|^\W*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\W*$")
NOTHING_YET = re.compile(r"^\W*(?:暂无|没有相关|没有找到相关|未找到相关|无相关)\S{0,8}\W*$")
"""An empty list says so: it works."""
QUOTED = re.compile(r"“[^”]*”|「[^」]*」|《[^》]*》|\"[^\"]*\"")
NAMES_A_TEXT = re.compile(
    r"(?:怎么办|怎么回事|如何处理|(?:的|情况)(?:通知|公告|通报|说明|情况|报告|问题|办法|规定|意见|函|批复|公示))\W*$"
)
TITLE_END = re.compile(r"\s*[-_|—–]{1,2}\s*")
LEADS_BACK = re.compile(r"返回|首页|主页|上一页|点击|重新|刷新|反馈|帮助|地图|登录|注册|密码|^https?:")
ARTICLE_METAS = frozenset({"articletitle", "pubdate"})
TEXT_FIELDS = frozenset({"", "text", "tel", "email"})


@dataclass(frozen=True)
class Centre:
    """What a page says for itself: no menu, head, foot or side list, and no words of links."""

    page: Outline
    is_bare: bool
    """The page stands outside the frame of the site."""
    statements: tuple[str, ...]

    @cached_property
    def short(self) -> tuple[str, ...]:
        """The statements that can be notices, without the words that they only quote."""
        return tuple(
            QUOTED.sub("", each)
            for each in self.statements
            if len(each) <= LONGEST_STATEMENT and not NAMES_A_TEXT.search(each)
        )

    @property
    def title(self) -> str:
        """The first part of the page's title, as far as it can be a notice."""
        title = TITLE_END.split(self.page.title, maxsplit=1)[0]
        return "" if len(title) > 40 or NAMES_A_TEXT.search(title) else QUOTED.sub("", title)

    @cached_property
    def is_published(self) -> bool:
        """It says when it was published."""
        said = " ".join(self.statements)
        return (
            bool(PUBLISHED.search(said))
            or (not self.is_bare and bool(DATED.search(said)))
            or any(
                meta.get("content") and (meta.get("name") or "").lower() in ARTICLE_METAS
                for meta in self.page.metas
            )
        )

    @cached_property
    def has_paragraphs(self) -> bool:
        longest = LONGEST_STATEMENT_BARE if self.is_bare else LONGEST_STATEMENT
        return any(len(each) > longest for each in self.statements)

    @cached_property
    def holds_items(self) -> bool:
        """It lists something, even if nothing yet, or is a form to fill in."""
        return self._is_form or any(map(NOTHING_YET.search, self.statements)) or any(self._items())

    def says_more_than(self, notice: re.Pattern[str]) -> bool:
        """Much text beside what the notice says."""
        much = MUCH_BESIDE_BARE if self.is_bare else MUCH_BESIDE
        if sum(map(len, self.statements)) <= much:
            return False
        return sum(len(each) for each in self.statements if not notice.search(each)) > much

    @property
    def _is_form(self) -> bool:
        kinds = [(each.get("#tag"), (each.get("type") or "").lower()) for each in self.page.fields]
        blanks = sum(1 for tag, kind in kinds if tag == "input" and kind in TEXT_FIELDS)
        return ("textarea", "") in kinds or (blanks >= 4 and ("input", "password") not in kinds)

    def _items(self) -> Iterator[int]:
        """The links of the centre that have a date beside them."""
        page = self.page
        for link in page.links:
            box = page.boxes[link]
            if box.chain.region in ASIDE or box.chain.hidden or box.end == box.start:
                continue
            words = page.text(box.start, box.end)
            around = (*page.texts[max(0, box.start - 2) : box.start], *page.texts[box.end : box.end + 3])
            if len(words) >= 6 and not LEADS_BACK.search(words) and any(map(_is_date, around)):
                yield link


def _is_date(text: str) -> bool:
    return len(text) <= 24 and bool(DATE.search(text))


def centre_of(page: Outline, text: str) -> Centre:
    """`text` is what a reader sees of the page."""
    is_bare = len(page.links) <= FEW_LINKS and not FOOT_TEXT.search(text)
    return Centre(page, is_bare, tuple(_statements(page, frozenset() if is_bare else ASIDE)))


def _statements(page: Outline, aside: frozenset[str]) -> Iterator[str]:
    """Pieces of text that stand in one box, put together."""
    said, box = "", -1
    for text, owner, place in zip(page.texts, page.owner, page.places, strict=True):
        if place.in_link or place.hidden or place.region in aside or FOOT_TEXT.search(text):
            continue
        if owner != box and said:
            yield said
            said = ""
        said, box = said + text, owner
    if said:
        yield said
