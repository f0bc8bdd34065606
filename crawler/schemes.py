"""A website that answers on the other scheme only: the register says http://, and nobody but https answers, or the reverse.

Who opens its address in a browser of today arrives; so it is read, and the difference is noted.
"""

from urllib.parse import urlsplit

from crawler.observations import Problem

NO_ANSWER = frozenset({Problem.REFUSED, Problem.RESET, Problem.TLS, Problem.TIMEOUT})
"""With these it may be that only this port is shut; a firewall that lets nothing through looks like a timeout."""
KEPT_OUT = frozenset({Problem.HTTP_ERROR, Problem.WAF, Problem.LOGIN})
"""With these somebody is there, if only a wall: nobody may say of the website that no one answers."""
OTHER = {"http": "https", "https": "http"}
USUAL_PORTS = {"http": 80, "https": 443}


def tells_more(there: Problem | None, here: Problem) -> bool:
    """Whether what came back on the other scheme is to be believed, and not `here`, that nobody answers on the registered
    one. Failed TLS is an answer of a kind, and the same port may then refuse plain words."""
    return there is None or (there in KEPT_OUT and here is not Problem.TLS)


def other_scheme(url: str) -> str:
    """The same address with https instead of http, or the reverse; empty if there is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in OTHER or not host:
        return ""
    name = f"[{host}]" if ":" in host else host
    place = name if port in (None, USUAL_PORTS[parts.scheme]) else f"{name}:{port}"
    return parts._replace(scheme=OTHER[parts.scheme], netloc=place).geturl()
