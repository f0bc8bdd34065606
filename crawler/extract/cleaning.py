"""Text as a reader sees it: no escapes, and one space where there are many."""

NO_WIDTH = str.maketrans({"\u200b": " ", "\ufeff": " "})
ESCAPES = (("&nbsp;", "\u00a0"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
"""What the parser escapes when it writes text and attributes; the ampersand comes last."""


def clean(text: str) -> str:
    if not text or text.isalnum():
        return text
    if "\u200b" in text or "\ufeff" in text:
        text = text.translate(NO_WIDTH)
    return " ".join(text.split())


def plain(text: str) -> str:
    if "&" in text:
        for written, sign in ESCAPES:
            text = text.replace(written, sign)
    return text
