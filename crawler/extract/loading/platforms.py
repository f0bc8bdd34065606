"""The list interfaces of platforms that many offices run: Hanweb's two generations and Guangdong's gkmlpt."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from crawler.extract.addresses import Addresses
from crawler.extract.answers import RECORD
from crawler.extract.loading.loader import Loader
from crawler.extract.outline import Outline

PROXY = re.compile(r"[\"'=]\s{0,9}([^\"'\s<>=]{0,300}dataproxy\.jsp[^\"'\s<>]{0,900})", re.I)
PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*['\"]([^'\"]*)['\"]")
NO_LIST = re.compile(
    r"导航|菜单|位置|面包屑|头部|底部|页头|页脚|友情|搜索|轮播|nav|menu|position|crumb|head|foot|search", re.I
)
"""Units of a page that are not its list."""


def jpaas(page: Outline, addresses: Addresses) -> Iterator[Loader]:
    for _, attributes, _ in page.scripts:
        where, query = attributes.get("url"), attributes.get("querydata")
        if not where or not query or "build/unit" not in where:
            continue
        values = dict(PAIR.findall(query))
        if not NO_LIST.search(values.get("tagId", "")):
            yield Loader(addresses.absolute(f"{where}?{urlencode(values)}"), kind="jpaas")


def jpage(markup: str, addresses: Addresses) -> Iterator[Loader]:
    """Hanweb's data proxy, if the page holds no records itself."""
    if "dataproxy" not in markup or RECORD.search(markup):
        return
    if found := PROXY.search(markup):
        yield Loader(addresses.absolute(found[1].replace("&amp;", "&")), kind="jpage")


def gkmlpt(markup: str, addresses: Addresses) -> Iterator[Loader]:
    """政府信息公开平台: the column number stands after # in the address or in the page's settings."""
    if "gkmlpt" not in markup:
        return
    site = re.search(r"[\"']?(?:SID|SITE_ID)[\"']?\s*[:=]\s*[\"']?(\d+)", markup)
    column = re.search(r"#(\d+)$", addresses.base) or re.search(
        r"[\"']?COLUMN(?:_ID)?[\"']?\s*[:=]\s*[\"']?(\d+)", markup
    )
    if site and column:
        yield Loader(addresses.absolute(f"/gkmlpt/api/all/{column[1]}?page=1&sid={site[1]}"), kind="gkmlpt")
