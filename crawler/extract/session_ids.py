"""Session ids in addresses: written in by a server that cannot be sure of cookies, another on every visit.

A page is the same page whatever stands there. What is called so only by its name has to look like one, too: `sid=12` may as
well be the number of a column.
"""

import re

MAYBE = re.compile(r"[;?&](?:jsessionid|phpsessid|aspsessionid|session_?id|sid|cftoken)", re.I)
IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.I)
IN_QUERY = re.compile(
    r"(?<=[?&])(?:(?:jsessionid|phpsessid|aspsessionid\w*|cftoken)=[^&#]*"
    r"|(?:session_?id|sid)=(?=[^&#]*\d)(?=[^&#]*[a-z])[\w,.!-]{16,}(?=[&#]|$))&?",
    re.I,
)
LEFT_OVER = re.compile(r"[?&](?=#|$)")


def without_session_id(url: str) -> str:
    if not MAYBE.search(url):
        return url
    return LEFT_OVER.sub("", IN_QUERY.sub("", IN_PATH.sub("", url)))
