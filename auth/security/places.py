"""Where a session was opened, as far as its network address says, and no further: no address is kept whole."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from typing import Protocol

_IPV6_SHOWN = 48
"""What one connection has, at the most; the rest would tell a person's devices apart."""


class Places(Protocol):
    """Knows what to call the place of a network address."""

    def of(self, address: str) -> str:
        """At most 80 characters for a list of devices; empty for what is no address."""
        ...


class NetworkPlaces:
    """Names of networks out of the settings, the narrowest that fits; a masked address for all others."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` by network, like `203.0.113.0/24`; raises ValueError for what is no network."""
        named = [(ip_network(network), name) for network, name in names.items()]
        self._named: list[tuple[IPv4Network | IPv6Network, str]] = sorted(named, key=lambda each: -each[0].prefixlen)

    def of(self, address: str) -> str:
        try:
            asked = ip_address(address.partition("%")[0])
        except ValueError:
            return ""
        if not isinstance(asked, IPv4Address) and asked.ipv4_mapped:
            asked = asked.ipv4_mapped
        found = (name for network, name in self._named if asked.version == network.version and asked in network)
        return next(found, "") or _masked(str(asked), v4=isinstance(asked, IPv4Address))


def _masked(address: str, *, v4: bool) -> str:
    """`203.0.113.*`, or `2001:db8:7::/48`."""
    if v4:
        return f"{address.rpartition('.')[0]}.*"
    return str(ip_network(f"{address}/{_IPV6_SHOWN}", strict=False))
