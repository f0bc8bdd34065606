"""What a server's certificate says of itself. Nothing is refused for it: how good it is, is for a check to say."""

import contextlib
import ipaddress
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import NameOID

from crawler.observations import Certificate


@lru_cache(maxsize=1024)
def certificate_of(der: bytes, host: str) -> Certificate | None:
    """The facts of a certificate (DER) that was shown for this host; None if it cannot be read."""
    try:
        shown = x509.load_der_x509_certificate(der)
        names = _names(shown)
    except ValueError:  # old devices write certificates that no standard knows
        return None
    return Certificate(
        begins=shown.not_valid_before_utc,
        ends=shown.not_valid_after_utc,
        names_host=any(_is_for(name, host.lower()) for name in names),
    )


def _names(shown: x509.Certificate) -> list[str]:
    """Hosts and addresses that it is for; the common name counts only where there are none, as it did in old times."""
    with contextlib.suppress(x509.ExtensionNotFound):
        listed = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = map(str, listed.get_values_for_type(x509.IPAddress))
        return [*listed.get_values_for_type(x509.DNSName), *addresses]
    return [str(each.value) for each in shown.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def _is_for(name: str, host: str) -> bool:
    name = name.lower()
    if name == host:
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(name) == ipaddress.ip_address(host)
    star, _, domain = name.partition(".")
    return star == "*" and host.partition(".")[2] == domain
