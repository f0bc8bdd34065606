"""Addresses that the crawler never connects to, in all their disguises."""

import socket

import pytest

from crawler.guard import ForbiddenAddress, is_public, public_socket

INSIDE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "0.0.0.0", "255.255.255.255", "224.0.0.1"),
    *("169.254.169.254", "100.64.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b:1::1", "64:ff9b::7f00:1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_when_the_socket_is_made(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(ForbiddenAddress, match="allow_private_addresses"):
        public_socket((family, socket.SOCK_STREAM, 6, "", (address, 80)))


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"])
def test_an_address_out_in_the_world_is_not(address: str) -> None:
    assert is_public(address)
