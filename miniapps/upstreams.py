"""The register of upstreams: where departments' systems are, and what they can do. Only operators enter them."""

import ipaddress
import socket
import time
from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from core.clock import Clock
from core.database import transaction
from core.ids import DepartmentId, UpstreamId
from miniapps.errors import RegisterRefused
from miniapps.models import Upstream as UpstreamRow
from miniapps.operations import Contract, contract_of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, to the first byte of the answer, and to its end."""

    connect: float = 2.0
    first_byte: float = 10.0
    total: float = 30.0


@dataclass(frozen=True, slots=True)
class Upstream:
    """A department's system as the gateway calls it."""

    id: UpstreamId
    department: DepartmentId
    address: str
    allow: tuple[Network, ...]
    timeouts: Timeouts
    contract: Contract

    async def permits(self) -> bool:
        """Whether the address leads, right now, only where the operator allows: names may have moved."""
        return all(any(found in network for network in self.allow) for found in await _addresses(self.address))


class Upstreams:
    """Entering and finding upstreams; what is found may be `cache_seconds` old."""

    def __init__(self, clock: Clock, cache_seconds: float) -> None:
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._known: dict[UpstreamId, tuple[float, Upstream | None]] = {}

    async def register(  # noqa: PLR0913 - a register's entry has these members
        self,
        upstream_id: UpstreamId,
        *,
        department: DepartmentId,
        address: str,
        openapi: Mapping[str, Any],
        allow: Sequence[str],
        timeouts: Timeouts,
    ) -> None:
        """Enter an upstream, or change it; raises RegisterRefused and changes nothing."""
        contract_of(openapi)
        upstream = Upstream(upstream_id, department, _checked(address), _networks(allow), timeouts, Contract(()))
        if not await upstream.permits():
            raise RegisterRefused(f"address: {address} leads outside of allow; add its network, or correct it")
        async with transaction():
            await UpstreamRow.update_or_create(
                {
                    "department_id": department,
                    "address": upstream.address,
                    "allow": list(allow),
                    "openapi": dict(openapi),
                    "connect_ms": int(timeouts.connect * 1000),
                    "first_byte_ms": int(timeouts.first_byte * 1000),
                    "total_ms": int(timeouts.total * 1000),
                    "updated_at": self._clock.now(),
                },
                id=upstream_id,
            )
        self._known.pop(upstream_id, None)

    async def find(self, upstream_id: UpstreamId) -> Upstream | None:
        read_at, known = self._known.get(upstream_id, (float("-inf"), None))
        if time.monotonic() - read_at < self._cache_seconds:
            return known
        row = await UpstreamRow.get_or_none(id=upstream_id)
        found = _upstream(row) if row else None
        if found or upstream_id in self._known:
            self._known[upstream_id] = (time.monotonic(), found)
        return found


def _upstream(row: UpstreamRow) -> Upstream:
    return Upstream(
        UpstreamId(row.id),
        DepartmentId(row.department_id),
        row.address,
        _networks(row.allow),
        Timeouts(row.connect_ms / 1000, row.first_byte_ms / 1000, row.total_ms / 1000),
        contract_of(row.openapi),
    )


def _checked(address: str) -> str:
    parts = urlsplit(address)
    try:
        parts.port  # noqa: B018 - reading it checks it
    except ValueError as error:
        raise RegisterRefused("address: the port is no number from 0 to 65535") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise RegisterRefused("address: give http://host:port or https://host, with a path if there is one")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise RegisterRefused("address: leave out user, password, query and fragment")
    return address.rstrip("/")


def _networks(allow: Sequence[str]) -> tuple[Network, ...]:
    try:
        networks = tuple(ipaddress.ip_network(each) for each in allow)
    except ValueError as error:
        raise RegisterRefused(f"allow: {error}") from error
    if not networks:
        raise RegisterRefused('allow: name the networks that the system may be in, like "10.1.2.0/24"')
    return networks


async def _addresses(url: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Every address that the URL's host has; raises RegisterRefused when it has none."""
    parts = urlsplit(url)
    try:
        found = await to_thread(socket.getaddrinfo, parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise RegisterRefused(f"address: {parts.hostname} has no address") from error
    return [ipaddress.ip_address(each[4][0]) for each in found]
