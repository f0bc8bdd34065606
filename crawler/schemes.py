"""A website that answers on the other scheme only: the register says http://, and nobody but https answers, or the reverse.

Who opens its address in a browser of today arrives; so it is read, and the difference is noted.
"""

from urllib.parse import urlsplit

from crawler.observations import Problem

NO_ANSWER = frozenset({Problem.REFUSED, Problem.RESET, Problem.TLS, Problem.TIMEOUT})
"""With these it may be that only this port is shut; a firewall that lets nothing through looks like a timeout."""
ANSWERED = frozenset({None, Problem.HTTP_ERROR, Problem.WAF, Problem.LOGIN})
"""With these somebody is there, if only a wall that keeps us out: nobody may say that the website does not open."""
OTHER = {"http": "https", "https": "http"}
USUAL_PORTS = {"http": 80, "https": 443}


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
