"""Where the crawler never goes: addresses inside our own house, checked when the socket is made, on every hop.

The check sits below redirects and name resolution, so that neither a redirect nor a name that changes its mind
(DNS rebinding) leads to a private, loopback, link-local, shared or metadata address.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection
from typing import Any

SHARED = ipaddress.ip_network("100.64.0.0/10")
"""Carrier-grade NAT, which `is_private` does not name."""
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 addresses behind a translator (NAT64): the last four bytes are what is reached."""
TRANSLATED_AT_HOME = ipaddress.ip_network("64:ff9b:1::/48")


class ForbiddenAddress(OSError):
    """The address lies where the settings do not let the crawler go."""


def is_public(address: str) -> bool:
    """Whether this IP address is out in the world; IPv4 hidden in IPv6 is looked at as IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip in TRANSLATED:
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    elif isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (ip, ip))[1]
    if ip.version == 6 and ip in TRANSLATED_AT_HOME:
        return False
    return ip.is_global and not ip.is_multicast and not (ip.version == 4 and ip in SHARED)


def guarded_sockets(own: Collection[tuple[str, int]] = ()) -> Callable[[tuple[Any, ...]], socket.socket]:
    """A socket factory for aiohttp's connector: refuses addresses that are not public. `own`: (address, port) pairs of this
    very program that it may visit nevertheless, and no other port beside them (自检站点)."""
    allowed = frozenset(own)

    def open_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if not is_public(address[0]) and tuple(address[:2]) not in allowed:
            raise ForbiddenAddress(f"{address[0]} is not a public address (crawler.allow_private_addresses)")
        return socket.socket(family=family, type=kind, proto=protocol)

    return open_socket


public_socket = guarded_sockets()
"""Only out into the world."""
