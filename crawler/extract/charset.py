"""Bytes to text for pages whose label is often wrong.

Government pages say gb2312 and send UTF-8, or the reverse; saved copies say nothing. A clean strict UTF-8 decode is
better evidence than any label: real GBK text practically never is valid UTF-8 (libraries.md part 2, corpus part 3).
"""

import codecs
import re

LABEL = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
XML_LABEL = re.compile(rb"^\s*<\?xml[^>]{0,80}encoding\s*=\s*[\"']([\w-]{2,20})", re.I)
HEADER_LABEL = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
COMMENT = re.compile(rb"<!--.*?-->", re.S)
HEAD_BYTES = 8192
"""Where a label is looked for; some pages put five KB of scripts before it."""

GB_NAMES = {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "hz-gb-2312"}
OTHER_NAMES = {"big5", "big5-hkscs", "shift_jis", "euc-kr", "utf-16", "utf-16le", "utf-16be"}
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text and the charset it really is in. Never raises; what cannot be decoded becomes U+FFFD."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    label = declared(body, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as problem:
        return _not_clean(body, label, problem)
    if body.isascii():
        return text, "utf-8" if label else "ascii"
    if label in GB_NAMES and _looks_misread(text):
        return body.decode("gb18030", "replace"), "gb18030"
    return text, "utf-8"


def declared(body: bytes, content_type: str = "") -> str:
    """What the header, else the page's own meta, says. Labels on scripts or in comments do not count."""
    found = HEADER_LABEL.search(content_type)
    if found:
        return found[1].lower()
    head = body[:HEAD_BYTES]
    if b"<!--" in head:
        head = COMMENT.sub(b"", head)
    meta = LABEL.search(head) or XML_LABEL.search(head)
    return meta[1].decode("ascii", "ignore").lower() if meta else ""


def _not_clean(body: bytes, label: str, problem: UnicodeDecodeError) -> tuple[str, str]:
    if problem.start >= len(body) - 3:  # the last character was cut off
        return body.decode("utf-8", "ignore"), "utf-8"
    if label in OTHER_NAMES:
        try:
            return body.decode(label), label
        except (UnicodeDecodeError, LookupError):
            pass
    as_utf8 = body.decode("utf-8", "replace")
    holes = as_utf8.count("\ufffd")
    if holes * 20 < sum(
        1 for sign in as_utf8[:200_000] if sign > "\u2e80"
    ):  # UTF-8 with a few broken characters
        return as_utf8, "utf-8"
    as_gb = body.decode("gb18030", "replace")
    if as_gb.count("\ufffd") <= holes:
        return as_gb, "gb18030"
    return as_utf8, "utf-8"


def _looks_misread(text: str) -> bool:
    """A short GBK text can be valid UTF-8 by chance; it then reads as Latin or Greek, not as Chinese."""
    strange = [sign for sign in text if sign > "\x7f"]
    return len(strange) < 40 and not any("\u2e80" < sign < "\ufff0" for sign in strange)
