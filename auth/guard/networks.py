"""Network addresses as subjects of a limit: what one household, office or tower has, and what is wider than that."""

from ipaddress import IPv6Address, IPv6Network, ip_address

_HOUSEHOLD, _SITE = 64, 48
"""A line is given a /64 at least, and a site up to a /48 (RFC 6177)."""


def network_of(address: str) -> str:
    """An IPv4 address as it is, of an IPv6 address its /64; what is neither (a socket's path) as it is."""
    return _network(address, _HOUSEHOLD) or address


def wide_network_of(address: str) -> str | None:
    """The /48 of an IPv6 address; None for IPv4, where addresses are scarce enough."""
    return _network(address, _SITE)


def _network(address: str, length: int) -> str | None:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if not isinstance(parsed, IPv6Address):
        return None
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped) if length == _HOUSEHOLD else None
    return str(IPv6Network((parsed, length), strict=False))
