"""Where the crawler never goes: addresses inside our own house, checked when the socket is made, on every hop.

The check sits below redirects and name resolution, so that neither a redirect nor a name that changes its mind
(DNS rebinding), nor any way of writing an address, leads to a private, loopback, link-local, shared or metadata address.
Plain requests (crawler/spiders/handler.py) and the browser's way out (crawler/egress.py) ask the same guard.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection
from typing import Any

NOT_OUTSIDE = tuple(
    ipaddress.ip_network(each)
    for each in (
        "100.64.0.0/10",  # carrier-grade NAT, with the metadata address of Alibaba Cloud in it
        "192.0.0.0/24",  # protocol assignments, with the metadata address of Oracle Cloud in it
        "192.88.99.0/24",  # 6to4 relays, given up since
        "168.63.129.16/32",  # the machine that an Azure host talks to about itself
        "3fff::/20",  # documentation
    )
)
"""Addresses that `is_global` takes for public ones, in this or another version of Python."""
UNICAST = ipaddress.ip_network("2000::/3")
"""The only IPv6 addresses that were ever given out to the world."""
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 addresses behind a translator (NAT64): the last four bytes are what is reached."""
ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""The third quarter of an IPv6 address whose last four bytes are the IPv4 address that is reached."""


class ForbiddenAddress(OSError):
    """The address lies where the settings do not let the crawler go."""


def is_public(address: str) -> bool:
    """Whether this IP address is out in the world; IPv4 hidden in IPv6 is looked at as IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return _is_public_v4(ip)
    if ip.ipv4_mapped:
        return _is_public_v4(ip.ipv4_mapped)
    last = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip in TRANSLATED:
        return _is_public_v4(last)
    hidden = [last] if (int(ip) >> 32) & 0xFFFFFFFF in ISATAP else []
    if ip.sixtofour:  # Pythons differ on whether such an address is a global one; what it stands for decides
        return all(map(_is_public_v4, (ip.sixtofour, *hidden)))
    return ip in UNICAST and _is_outside(ip) and all(map(_is_public_v4, hidden))


def _is_public_v4(ip: ipaddress.IPv4Address) -> bool:
    return _is_outside(ip) and not ip.is_multicast


def _is_outside(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return ip.is_global and not any(ip in network for network in NOT_OUTSIDE)


def guarded_sockets(own: Collection[tuple[str, int]] = ()) -> Callable[[tuple[Any, ...]], socket.socket]:
    """Makes the socket for one answer of `getaddrinfo`, as aiohttp's connector wants it; raises ForbiddenAddress where
    that is not public. `own`: (address, port) pairs of this very program that it may visit nevertheless, and no other
    port beside them (自检站点)."""
    allowed = frozenset(own)

    def open_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if not is_public(address[0]) and tuple(address[:2]) not in allowed:
            raise ForbiddenAddress(f"{address[0]} is not a public address (crawler.allow_private_addresses)")
        return socket.socket(family=family, type=kind, proto=protocol)

    return open_socket


public_socket = guarded_sockets()
"""Only out into the world."""
