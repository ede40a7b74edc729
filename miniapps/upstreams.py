"""The register of upstreams: where departments' systems are, and what they can do. Only operators enter them."""

import ipaddress
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from core.clock import Clock
from core.database import rows, transaction
from core.ids import LABEL_PATTERN, DepartmentId, UpstreamId, new_id
from miniapps.errors import RegisterRefused
from miniapps.models import Upstream as UpstreamRow
from miniapps.operations import Contract, contract_of
from miniapps.resolver import Address, NameUnresolved, Resolver

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_ADDRESS_LENGTH = 500
_SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


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
    resolver: Resolver = field(default_factory=Resolver, compare=False, repr=False)

    async def permits(self) -> bool:
        """Whether the address leads only where the operator allows: names may have moved or gone.

        What it does not promise: a name is looked up again when the connection is made, and may have moved between the
        two. A carrier that must be sure asks `permits_address` about the peer it has connected to.
        """
        try:
            return all(map(self.permits_address, await self.resolver.addresses(_host(self.address))))
        except NameUnresolved:
            return False

    def permits_address(self, address: Address) -> bool:
        """Whether the operator allows this one, for a carrier that asks about the peer it has connected to."""
        return any(address in network for network in self.allow)


class Upstreams:
    """Entering and finding upstreams; what is found may be `cache_seconds` old."""

    def __init__(self, clock: Clock, cache_seconds: float) -> None:
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._known: dict[UpstreamId, _Read] = {}
        self._resolver = Resolver()

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
        if not re.fullmatch(LABEL_PATTERN, upstream_id):
            raise RegisterRefused("id: 3 to 40 of a-z, 0-9 and hyphen, a letter first")
        contract_of(openapi)
        upstream = Upstream(upstream_id, department, _checked(address), _networks(allow), timeouts, Contract(()))
        await self._check_leads_inside(upstream)
        async with transaction():
            await UpstreamRow.update_or_create(
                {
                    "department_id": department,
                    "address": upstream.address,
                    "allow": list(allow),
                    "openapi": dict(openapi),
                    "revision": new_id(self._clock.now()),
                    "connect_ms": int(timeouts.connect * 1000),
                    "first_byte_ms": int(timeouts.first_byte * 1000),
                    "total_ms": int(timeouts.total * 1000),
                    "updated_at": self._clock.now(),
                },
                id=upstream_id,
            )
        self._known.pop(upstream_id, None)

    async def _check_leads_inside(self, upstream: Upstream) -> None:
        try:
            found = await self._resolver.addresses(_host(upstream.address))
        except NameUnresolved as error:
            raise RegisterRefused(f"address: {error}") from error
        if not all(map(upstream.permits_address, found)):
            raise RegisterRefused(f"address: {upstream.address} leads outside of allow; add its network, or correct it")

    async def find(self, upstream_id: UpstreamId) -> Upstream | None:
        """The upstream; its document is compiled anew only when the register changed."""
        read = self._known.get(upstream_id)
        if read and time.monotonic() - read.at < self._cache_seconds:
            return read.upstream
        found = await rows("SELECT revision FROM miniapps_upstream WHERE id = ?", upstream_id)
        revision = str(found[0]["revision"]) if found else None
        if not read or read.revision != revision:
            row = await UpstreamRow.get_or_none(id=upstream_id) if revision else None
            read = _Read(row.revision if row else None, self._upstream(row) if row else None)
        self._known.pop(upstream_id, None)
        if read.upstream:  # names that do not exist are not kept: anybody may make them up
            self._known[upstream_id] = _Read(read.revision, read.upstream)
        return read.upstream

    def _upstream(self, row: UpstreamRow) -> Upstream:
        return Upstream(
            UpstreamId(row.id),
            DepartmentId(row.department_id),
            row.address,
            _networks(row.allow),
            Timeouts(row.connect_ms / 1000, row.first_byte_ms / 1000, row.total_ms / 1000),
            contract_of(row.openapi),
            self._resolver,
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """What the register said, and when."""

    revision: str | None
    upstream: Upstream | None
    at: float = field(default_factory=time.monotonic)


def _checked(address: str) -> str:
    if len(address) > _ADDRESS_LENGTH or _SPACE_OR_CONTROL.search(address):
        raise RegisterRefused(f"address: {_ADDRESS_LENGTH} characters at the most, no spaces and no backslash")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise RegisterRefused("address: the host or the port cannot be read; a port is 1 to 65535") from error
    if port == 0:
        raise RegisterRefused("address: a port is 1 to 65535")
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


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
