"""Signs that a script fills the page, whatever system it is of: none of them leans on a known name.

Two grades. A call that nobody has made for the page yet certainly brings something (`has_unmade_call`); an empty box that
a script speaks of, a template, words like 加载中 only say that a list may come (`signs_of_filling`). Counters, weather, font
sizes and search boxes stand on every page and say nothing: what counts is whether the content can be filled.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice

from crawler.extract.addresses import PAPER, Addresses
from crawler.extract.loading.calls import COUNTERS, LIST_WORDS, SCRIPT_READ, Call, asks, calls, loaders
from crawler.extract.loading.frames import ASIDE, is_of_sites_frame, is_ornament
from crawler.extract.loading.hooks import HOLDERS, NO_HOOKS, hooks_of, names_of, speaks_of
from crawler.extract.loading.loader import Loader
from crawler.extract.loading.written import writes_items
from crawler.extract.outline import Outline
from crawler.extract.signals import AT_WORK

FILLS = re.compile(
    r"\.(html|append|prepend|innerHTML|render|insertAdjacentHTML|tmpl|setState|load|innerText|appendChild)\b|template\(|laytpl|juicer|createElement|vm\.\w+\s*=|that\.\w+\s*=|"
    r"this\.\w+\s*=\s*(res|data|r)\b|elem\s*:",
    re.I,
)
FILLED = re.compile(
    r"\(\s*[\"']#?\.?([\w-]{1,60}+)[^\"']{0,200}[\"']\s{0,9}\)\s{0,9}(?:\[0\]\s*)?\.\s*(?:html|append|prepend|text|val|after|before|load|replaceWith|innerHTML|innerText|value)\b"
)
AN_ITEM = re.compile(r"<(?:li|tr|dd|a)\b|createElement\(\s*[\"'](?:li|tr|dd|a)[\"']", re.I)
RECORDS = re.compile(r"\s*\[\s*\{\s*[\"']")
"""A list of records in the value of an attribute or of a field that nobody sees."""
LISTS_BY_NAME = re.compile(
    r"(?<![\w$])(?:load|get|init|query|show|render|fetch|find|bind|build|search|ajax|request)\w{0,30}"
    r"(?:List|Data|News|Info|Article|Content|Column|Record|Table|Doc)\w{0,30}\s{0,9}\(",
)
NOT_BY_NAME = re.compile(
    r"weather|visit|count|user|login|hot|search|site|page|date|time|screen|element|style|client", re.I
)
TEMPLATES = re.compile(r"text/(?:html|template|ng-template|x-.*|tmpl|tpl)$|^template$", re.I)
CODE = re.compile(r"^(?:text/|application/)?(?:x-)?(?:java|ecma)script|^module$|^text/babel|^$", re.I)
TEMPLATE_TAG = re.compile(r"<template\b[^<>]*>", re.I)
OF_A_ROW = re.compile(r"<li|<tr|<a\b|\{\{|<%|\$\{", re.I)
TEMPLATES_READ, TEMPLATE_LENGTH = 20, 2000
LOADING = re.compile(
    r"^\W*(数据|内容|页面|列表|信息|努力|拼命|正在|玩命)*(加载|载入|读取)(数据|内容|中|更多)+\W*(请稍[候等后])?\W*$|^\W*(点击|上拉|滑动)?加载更多\W*$"
    rf"|{AT_WORK}",
    re.I,
)
OWN_ELEMENT = re.compile(r"<([a-z]\w{0,30}-[\w-]{1,60}+)[^<>]{0,900}+>\s{0,200}</[a-z]\w{0,30}-")
"""An empty element of an application's own making."""
ROOTS = frozenset({"app", "root", "__next", "__nuxt", "vue-app", "react-root", "main-app", "vueapp"})
LATER = frozenset(
    [
        "ng-controller",
        "ng-include",
        "ui-view",
        "v-cloak",
        "lay-data",
        "w3-include-html",
        "data-api",
        "data-load",
        "data-url",
        "data-src",
        "data-bind",
        "data-component",
        "data-reactroot",
        "x-data",
        "hx-get",
        "data-source",
        "data-ajax",
        "data-options",
        "data-include",
        "include-html",
        "data-tpl",
        "data-template",
        "router-view",
    ]
)
"""Attributes that say where the inside of an empty box is to come from."""
PACKED = re.compile(r"\beval\s*\(\s*(?:function\s*\(p\s*,\s*a\s*,|unescape\(|atob\()")
"""A script that nobody is to read: whatever it does."""
PASTED = 150_000
"""Characters of inline script: more is an application pasted into the page, no list's small script."""


def code_of(page: Outline) -> list[str]:
    """The inline scripts that are small enough to belong to the page."""
    return [
        text
        for _, attributes, text in page.scripts
        if text
        and not attributes.get("src")
        and len(text) <= SCRIPT_READ
        and CODE.match(attributes.get("type") or "")
    ]


def may_be_filled(
    page: Outline,
    zones: Sequence[str],
    span: tuple[int, int],
    markup: str,
    addresses: Addresses,
    known: Mapping[str, str],
    made: Sequence[Loader],
) -> bool:
    """A script that none of the `made` loaders stands for may still put a list into the content."""
    if sum(len(text) for _, _, text in page.scripts) > PASTED:
        return True
    empty = list(empty_boxes(page, zones, span))
    return has_unmade_call(page, zones, markup, addresses, known, made) or signs_of_filling(
        page, zones, span, markup, empty, made
    )


def has_unmade_call(
    page: Outline,
    zones: Sequence[str],
    markup: str,
    addresses: Addresses,
    known: Mapping[str, str],
    made: Sequence[Loader],
) -> bool:
    """A script asks for something that none of the `made` loaders brings, and may put it into the content."""
    for text in code_of(page):
        if not asks(text):
            continue
        found = calls(text, known)
        unmade = _unmade(found, addresses, made)
        if (unmade or not found) and FILLS.search(text) and _fills_content(text, page, zones, markup):
            return True
        if any(_names_list(call) for call in unmade) and _fills_content(text, page, zones, markup):
            return True
    return False


def fills_empty_box(
    page: Outline,
    zones: Sequence[str],
    span: tuple[int, int],
    addresses: Addresses,
    known: Mapping[str, str],
    made: Sequence[Loader],
) -> bool:
    """A script puts what none of the `made` loaders brings into an empty box of the content: beside an old list a new one
    may come (the tabs of a box that is filled when the page opens)."""
    asking = [text for text in code_of(page) if _unmade(calls(text, known), addresses, made)]
    hooks = hooks_of(page, list(empty_boxes(page, zones, span))) if asking else ()
    return any(True for text in asking for name in hooks for _ in speaks_of(text, name))


def _unmade(found: Iterable[Call], addresses: Addresses, made: Sequence[Loader]) -> list[Call]:
    return [
        call for call in found if not call.only_counts and not set(loaders((call,), addresses)) & set(made)
    ]


def _names_list(call: Call) -> bool:
    return bool(LIST_WORDS.search(call.said))


def _fills_content(script: str, page: Outline, zones: Sequence[str], markup: str) -> bool:
    """False if all that the script writes goes into heads, menus, feet and single words, or to boxes of other pages."""
    targets = set(FILLED.findall(script))
    return not targets or any(_holds_content(name, page, zones, markup) for name in targets)


def _holds_content(name: str, page: Outline, zones: Sequence[str], markup: str) -> bool:
    if not re.search(
        rf"(?:id|class)\s*=\s*[\"']?[^\"'<>=]{{0,200}}(?<![\w-]){re.escape(name)}(?![\w-])", markup, re.I
    ):
        return False
    if re.search(
        rf"<(?:span|b|i|em|font|strong|label|input|img|a)\b[^<>]{{0,300}}?\bid\s*=\s*[\"']?{re.escape(name)}[\"'\s>]",
        markup,
        re.I,
    ):
        return False
    places = [zones[index] for index, box in enumerate(page.boxes) if name in names_of(box.attributes)]
    return not places or any(zone not in ASIDE for zone in places)


def empty_boxes(page: Outline, zones: Sequence[str], span: tuple[int, int]) -> Iterator[int]:
    """Boxes of the content that show no text."""
    for index, box in enumerate(page.boxes):
        if (
            box.start == box.end
            and index
            and span[0] <= box.start <= span[1]
            and box.tag != "a"
            and zones[index] not in ASIDE
            and zones[index] != "hot"
        ):
            yield index


def signs_of_filling(
    page: Outline,
    zones: Sequence[str],
    span: tuple[int, int],
    markup: str,
    empty: Sequence[int],
    made: Sequence[Loader],
) -> bool:
    """A list may come into what is empty yet. Loaders that were made are no signs: their answers tell."""
    return (
        any(_comes_later(page, index) for index in (*empty, *_tables(page, zones)))
        or any(_is_loading(page, zones, index) for index in range(*span))
        or any(not NO_HOOKS.search(tag) for tag in OWN_ELEMENT.findall(markup))
        or _scripts_fill(page, zones, empty, has_calls=any(loader.kind == "json" for loader in made))
        or _has_template(markup)
        or _has_frame(page, zones, made)
        or any(
            entry.get("#tag") == "embed" and not PAPER.search(entry.get("src") or "") for entry in page.fields
        )
        or _holds_records(page, empty)
    )


def _tables(page: Outline, zones: Sequence[str]) -> Iterator[int]:
    """Also those that show the heads of their columns already."""
    return (index for index, box in enumerate(page.boxes) if box.tag == "table" and zones[index] not in ASIDE)


def _holds_records(page: Outline, empty: Sequence[int]) -> bool:
    """A field, or the empty box itself, keeps a list of records that some script may show."""
    kept = (page.fields, (page.boxes[index].attributes for index in empty))
    return any(
        RECORDS.match(value or "") for each in kept for attributes in each for value in attributes.values()
    )


def _has_template(markup: str) -> bool:
    """A template of rows stands in the page."""
    return "<template" in markup and any(
        OF_A_ROW.search(markup[found.end() : found.end() + TEMPLATE_LENGTH].partition("</template")[0])
        for found in islice(TEMPLATE_TAG.finditer(markup), TEMPLATES_READ)
    )


def _comes_later(page: Outline, index: int) -> bool:
    box = page.boxes[index]
    if box.attributes.get("id") in ROOTS or box.tag == "router-view":
        return True
    names = LATER.intersection(box.attributes)
    return bool(names) and (names != {"data-options"} or "url" in box.attributes["data-options"])


def _is_loading(page: Outline, zones: Sequence[str], index: int) -> bool:
    text = page.texts[index]
    return (
        len(text) <= 24
        and any(word in text for word in ("载", "oading", "OADING", "取", "中", "正在"))
        and zones[page.owner[index]] not in ASIDE
        and not page.places[index].hidden
        and bool(LOADING.search(text))
    )


def _scripts_fill(page: Outline, zones: Sequence[str], empty: Sequence[int], *, has_calls: bool) -> bool:
    ids = [page.boxes[index].attributes.get("id") or "" for index in empty]
    ids = [name for name in ids if len(name) > 1 and not NO_HOOKS.search(name)]
    bare, hooks = set(empty), hooks_of(page, empty)
    mounted = {page.boxes[index].parent for index in empty if page.boxes[index].attributes.get("id") in ids}
    for box, attributes, text in page.scripts:
        source, kind = attributes.get("src") or "", attributes.get("type") or ""
        if zones[box] in ASIDE:
            continue
        if not source and not text.strip():
            if not {"id", "type", "charset", "language", "async", "defer", "class"}.issuperset(attributes):
                return True  # a tag that some other script works on
            continue
        if source:
            if page.boxes[box].tag in HOLDERS and box in bare:
                return True
            if box in mounted and not COUNTERS.search(source):
                return True  # a bundle beside the named empty box that it works on
            continue
        if TEMPLATES.search(kind):
            if "<" in text:
                return True
        elif not CODE.match(kind):
            if "json" not in kind.lower() or len(text) > 2000:
                return True  # data for some script
        elif (
            writes_items(text)
            or PACKED.search(text)
            or (
                len(text) <= SCRIPT_READ
                and not (has_calls and asks(text))
                and (_fills_by_name(text, ids, page) or _puts_items(text, hooks))
            )
        ):
            return True
    return any(
        _fills_by_name(page.boxes[index].attributes.get("onload") or "", (), page)
        for index in range(min(4, len(page.boxes)))
    )


def _puts_items(script: str, hooks: Set[str]) -> bool:
    """The script makes items of a list, or markup that it got elsewhere, and puts them into an empty box."""
    if not FILLS.search(script):
        return False
    if AN_ITEM.search(script):
        return any(True for name in hooks for _ in speaks_of(script, name))
    return not hooks.isdisjoint(FILLED.findall(script))


def _fills_by_name(script: str, ids: Sequence[str], page: Outline) -> bool:
    """The script speaks of an empty box, or calls what by its name gets a list and stands in another file."""
    if any(True for name in ids for _ in speaks_of(script, name)):
        return True
    for found in LISTS_BY_NAME.finditer(script):
        name = found[0].rstrip("( \t\r\n")
        if NOT_BY_NAME.search(name) or re.search(r"function\s*$", script[: found.start()]):
            continue
        if not any(
            re.search(
                rf"function\s+{re.escape(name)}\b|{re.escape(name)}\s*[=:]\s*(?:async\s*)?(?:function|\()",
                text,
            )
            for text in code_of(page)
        ):
            return True
    return False


def _has_frame(page: Outline, zones: Sequence[str], made: Sequence[Loader]) -> bool:
    """A page within the page that was not read."""
    if any(loader.kind == "iframe" for loader in made):
        return False
    return any(
        zones[box] not in ASIDE
        and not page.boxes[box].chain.hidden
        and (attributes.get("height") or "x").rstrip("px") not in ("0", "1", "")
        and not is_of_sites_frame(attributes.get("src") or "")
        and not is_ornament(attributes.get("src") or "")
        for box, attributes in page.frames
    )
