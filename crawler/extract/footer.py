"""What a page says of itself: the tags of 国办发〔2017〕47号 annex (regulations.md 4.D) and the words of its foot (4.C)."""

import re
from collections.abc import Iterable, Mapping

TAGS = (
    *(
        "SiteName",
        "SiteDomain",
        "SiteIDCode",
        "ColumnName",
        "ColumnDescription",
        "ColumnKeywords",
        "ColumnType",
    ),
    *("ArticleTitle", "PubDate", "ContentSource", "Keywords", "Description", "Author", "Url"),
)
CANONICAL = {tag.lower(): tag for tag in TAGS} | {
    "columnkeywods": "ColumnKeywords",
    "columndiscription": "ColumnDescription",
}

SITE_CODE = re.compile(r"(?:网站)?标[识志]码\s*[:：]?\s*((?:bm|N)?\d{8,12})", re.I)
ICP = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s*ICP\s*[备证]\s*\d{5,10}\s*号?(?:\s*[-－—]\s*\d+)?)",
    re.I,
)
POLICE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s*公网安备\s*(?:号)?\s*\d{10,14}\s*号?)"
)
HOST = re.compile(r"(?<!承)(?:主\s*办(?:单位|方)?|版权所有)\s*[:：]\s*([^\s|｜;；]{2,40})")
CONTACT = re.compile(r"((?:联系电话|电\s*话|联系方式|联系我们|邮\s*箱|地\s*址|热线)\s*[:：]\s*[^|｜]{4,40})")
PARTY_SIGN = re.compile(r"bszs\.conac\.cn|dcs\.conac\.cn", re.I)

FOOT = (
    ("网站标识码", "识码", SITE_CODE),
    ("ICP备案号", "ICP", ICP),
    ("公安备案号", "公网安备", POLICE),
    ("主办单位", "主办", HOST),
)

FOOT_LENGTH = 1500


def marks(metas: Iterable[Mapping[str, str | None]], text: str, markup: str) -> dict[str, str]:
    """Tag and foot words as found; a tag with an empty value is there and empty, a missing one is not there."""
    found: dict[str, str] = {}
    for meta in metas:
        name = CANONICAL.get((meta.get("name") or meta.get("property") or "").strip().lower())
        if name:
            value = " ".join((meta.get("content") or "").split())
            if value or name not in found:
                found[name] = found.get(name) or value
    for label, word, pattern in FOOT:
        place = text.rfind(word)
        if place >= 0 and (match := pattern.search(text, max(0, place - 12)) or pattern.search(text)):
            found[label] = " ".join(match[1].split())
    for word in ("电话", "地址", "邮箱", "联系方式", "热线"):
        place = text.find(word, len(text) - FOOT_LENGTH if len(text) > FOOT_LENGTH else 0)
        if place >= 0 and (match := CONTACT.search(text, max(0, place - 3), place + 60)):
            found["联系方式"] = " ".join(match[1].split())
            break
    if "conac.cn" in markup and ("bszs.conac.cn" in markup or PARTY_SIGN.search(markup)):
        found["党政机关标识"] = "有"
    return found
