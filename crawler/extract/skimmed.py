"""What one look at a page keeps: rows, text and signs, no DOM, so that 150 siblings wait in little memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crawler.extract.article import Published
from crawler.extract.blocks import Block
from crawler.extract.loaders import Loader
from crawler.extract.signals import Signals
from crawler.observations import ABOVE, ColumnLink, Quality


@dataclass(frozen=True, slots=True)
class Skim:
    """A page between parsing and reading. `names`: its breadcrumb, top first; `texts`: content that is no link and no row."""

    url: str
    today: date
    quality: Quality
    charset: str
    flaw: str = ""
    title: str = ""
    article_title: str = ""
    names: tuple[str, ...] = ()
    columns: tuple[ColumnLink, ...] = ()
    site_map: str = ""
    """Where the page says that all columns are listed (网站地图)."""
    menu_files: tuple[str, ...] = ()
    """What may hold the menu of a home page that shows none itself."""
    loaders: tuple[Loader, ...] = ()
    meta_refresh: str = ""
    blocks: tuple[Block, ...] = ()
    texts: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    """Text below the breadcrumb in boxes called menu, tool or foot: a builder may have called the content so."""
    published: Published | None = None
    is_home: bool = False
    signals: Signals = field(default_factory=Signals)
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def sends_on(self) -> str:
        """Where a page leads that does nothing else; empty if it shows anything."""
        return "" if self.blocks or self.columns else self.meta_refresh

    @property
    def name(self) -> str:
        """What tells this page's column from others."""
        return ABOVE.join(self.names) if self.names else self.title
