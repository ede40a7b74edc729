"""The register of upstreams: where departments' systems are, and what they can do. Only operators enter them."""

import asyncio
import ipaddress
import re
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from core.clock import Clock
from core.database import rows, transaction
from core.ids import LABEL_PATTERN, DepartmentId, UpstreamId, new_id
from miniapps.changes import announce
from miniapps.errors import RegisterRefused
from miniapps.models import Upstream as UpstreamRow
from miniapps.operations import Ceilings, Contract, contract_of
from miniapps.resolver import BELIEVED_SECONDS, Address, NameUnresolved, Resolver, literal_address
from miniapps.traffic import Certificates, Rate, Timeouts, Traffic

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MAX_BODY = 16 * 2**20
_ADDRESS_LENGTH, _MOST_ADDRESSES = 500, 16
_LOOK = (
    "SELECT (SELECT number FROM miniapps_change WHERE id = 'upstreams') AS number, "
    "(SELECT count(*) FROM miniapps_upstream) AS count, {revision} AS revision"
)
_Mark = tuple[int, int]
"""How often the register changed, and how many entries it has: the same, and it is the same."""
_SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect, and as whom to speak: `ip` is dialled and nothing else, whatever the name leads to by then.

    `host` is the value of the Host header; `name` the host alone, for TLS (server name and certificate).
    """

    ip: str
    port: int
    tls: bool
    host: str
    name: str


@dataclass(frozen=True, eq=False)
class Upstream:
    """A department's system as the gateway calls it; never changed: another register entry is another object.

    `addresses` are base URLs of the same system, all with one scheme and one `path`.
    """

    id: UpstreamId
    department: DepartmentId
    addresses: tuple[str, ...]
    allow: tuple[Network, ...]
    timeouts: Timeouts
    contract: Contract
    traffic: Traffic = field(default_factory=Traffic)
    certificates: Certificates | None = None
    resolver: Resolver = field(default_factory=Resolver, repr=False)
    _endpoints: "_Endpoints" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_endpoints", _Endpoints(self))

    @property
    def address(self) -> str:
        """The first of its addresses."""
        return self.addresses[0]

    @property
    def path(self) -> str:
        """What stands before every path, without a slash at the end."""
        return urlsplit(self.addresses[0]).path.rstrip("/")

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Where its addresses lead at this time (at most two seconds old), only where the operator allows.

        Empty where no address has a name that resolves, or each leads outside. A name that leads outside with one of
        its addresses is left out with all of them. The same tuple as long as nothing moved.
        """
        return await self._endpoints.found()

    def known_endpoints(self) -> tuple[Endpoint, ...] | None:
        """The same from memory; None where a name must be looked up first."""
        return self._endpoints.known()

    @property
    def has_names(self) -> bool:
        """Whether any of its addresses must be looked up."""
        return not self._endpoints.literal

    async def look_ahead(self) -> None:
        """Look its names up again before what is known of them is too old, where they are in use."""
        await self._endpoints.look_ahead()

    def tls_context(self) -> ssl.SSLContext:
        """For connections to it, made once; raises RegisterRefused where the files are gone."""
        return self._endpoints.tls_context()

    async def permits(self) -> bool:
        """Whether an address leads only where the operator allows: names may have moved or gone."""
        return bool(await self.endpoints())

    def permits_address(self, address: Address) -> bool:
        """Whether the operator allows this one."""
        return any(address in network for network in self.allow)


class _Endpoints:
    """What is known of the places where an upstream is."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._parts = tuple(map(urlsplit, upstream.addresses))
        self.literal = all(literal_address(parts.hostname or "") for parts in self._parts)
        self._led: tuple[tuple[Address, ...], ...] = ()
        self._last: tuple[Endpoint, ...] = ()
        self._until = float("-inf")
        self._context: ssl.SSLContext | None = None

    async def found(self) -> tuple[Endpoint, ...]:
        known = self.known()
        return await self.look() if known is None else known

    def known(self) -> tuple[Endpoint, ...] | None:
        return self._last if time.monotonic() < self._until else None

    async def look(self) -> tuple[Endpoint, ...]:
        """Ask where the names lead now; what leads nowhere is not believed, and asked for again."""
        began = time.monotonic()
        led = tuple(await asyncio.gather(*map(self._addresses, self._parts)))
        if led != self._led:
            self._led = led
            self._last = tuple(self._endpoints())
        if self._last:
            self._until = float("inf") if self.literal else began + BELIEVED_SECONDS
        return self._last

    async def look_ahead(self) -> None:
        """The same for names that somebody asked for lately, so that no call has to wait for it."""
        if not self.literal and self._until > time.monotonic() - BELIEVED_SECONDS:
            await self.look()

    def tls_context(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = (self._upstream.certificates or Certificates()).context()
        return self._context

    async def _addresses(self, parts: SplitResult) -> tuple[Address, ...]:
        try:
            return tuple(await self._upstream.resolver.addresses(parts.hostname or ""))
        except NameUnresolved:
            return ()

    def _endpoints(self) -> Iterator[Endpoint]:
        for parts, addresses in zip(self._parts, self._led, strict=True):
            if all(map(self._upstream.permits_address, addresses)):
                yield from (_endpoint(parts, address) for address in addresses)


class Upstreams:
    """Entering and finding upstreams; what is found may be `cache_seconds` old. `max_body`: the city's own ceiling."""

    def __init__(self, clock: Clock, cache_seconds: float, max_body: int = MAX_BODY) -> None:
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._max_body = max_body
        self._known: dict[UpstreamId, _Read] = {}
        self._resolver = Resolver()
        self._mark: _Mark = (-1, -1)
        self._looked_at = float("-inf")

    async def register(  # noqa: PLR0913 - a register's entry has these members
        self,
        upstream_id: UpstreamId,
        *,
        department: DepartmentId,
        address: str | Sequence[str],
        openapi: Mapping[str, Any],
        allow: Sequence[str],
        timeouts: Timeouts,
        traffic: Traffic | None = None,
        certificates: Certificates | None = None,
    ) -> None:
        """Enter an upstream, or change it; `address` is one, or several of the same system.

        Raises RegisterRefused and changes nothing.
        """
        if not re.fullmatch(LABEL_PATTERN, upstream_id):
            raise RegisterRefused("id: 3 to 40 of a-z, 0-9 and hyphen, a letter first")
        addresses = _addresses(address)
        traffic = traffic or Traffic()
        contract_of(openapi).check_within(self._ceilings(timeouts, traffic))
        if certificates:
            certificates.context()
        upstream = Upstream(upstream_id, department, addresses, _networks(allow), timeouts, Contract(()), traffic)
        await self._check_leads_inside(upstream)
        async with transaction():
            await UpstreamRow.update_or_create(
                {
                    "department_id": department,
                    "address": upstream.address,
                    "more_addresses": list(addresses[1:]),
                    "allow": list(allow),
                    "openapi": dict(openapi),
                    "revision": new_id(self._clock.now()),
                    "connect_ms": int(timeouts.connect * 1000),
                    "first_byte_ms": int(timeouts.first_byte * 1000),
                    "total_ms": int(timeouts.total * 1000),
                    "updated_at": self._clock.now(),
                    "concurrency": traffic.concurrency,
                    "queue": traffic.queue,
                    "limits": _stored_limits(traffic),
                    "max_body_bytes": traffic.max_body,
                    "tls": _stored_tls(certificates),
                },
                id=upstream_id,
            )
            await announce("upstreams")
        self._known.pop(upstream_id, None)

    async def _check_leads_inside(self, upstream: Upstream) -> None:
        for address in upstream.addresses:
            try:
                found = await self._resolver.addresses(urlsplit(address).hostname or "")
            except NameUnresolved as error:
                raise RegisterRefused(f"address: {error}") from error
            if not all(map(upstream.permits_address, found)):
                raise RegisterRefused(f"address: {address} leads outside of allow; add its network, or correct it")

    async def find(self, upstream_id: UpstreamId) -> Upstream | None:
        """The upstream; its document is compiled anew only when the register changed."""
        known = self.known(upstream_id)
        if known is not None:
            return known
        began = time.monotonic()
        found = (
            await rows(_LOOK.format(revision="(SELECT revision FROM miniapps_upstream WHERE id = ?)"), upstream_id)
        )[0]
        revision, mark, read = found["revision"], _mark(found), self._known.get(upstream_id)
        if read is None or revision is None or read.revision != revision:
            return await self._read(upstream_id, mark, began)
        read.mark, read.at = mark, max(read.at, began)
        return read.upstream

    def known(self, upstream_id: UpstreamId) -> Upstream | None:
        """From memory; None where it must be looked for: it was not, or not lately. The same object while unchanged."""
        read = self._known.get(upstream_id)
        if read is None:
            return None
        looked_at = max(read.at, self._looked_at) if read.mark == self._mark else read.at
        return read.upstream if time.monotonic() - looked_at < self._cache_seconds else None

    async def refresh(self) -> None:
        """See, in one small query, whether what is known still holds, so that it goes on being known; names as well.

        Call it once a second: then no call has to wait for the register or for a name.
        """
        began = time.monotonic()
        mark = _mark((await rows(_LOOK.format(revision="''")))[0])
        if mark != self._mark:
            await self._compare(mark, began)
        self._mark, self._looked_at = mark, max(began, self._looked_at)
        named = [read.upstream for read in self._known.values() if read.upstream.has_names]
        await asyncio.gather(*(upstream.look_ahead() for upstream in named))

    async def _compare(self, mark: _Mark, began: float) -> None:
        """Something changed: read anew what of it is known."""
        found = await rows("SELECT id, revision FROM miniapps_upstream")
        revisions = {UpstreamId(row["id"]): str(row["revision"]) for row in found}
        for upstream_id, read in list(self._known.items()):
            if revisions.get(upstream_id) != read.revision:
                await self._read(upstream_id, mark, began)
            else:
                read.mark, read.at = mark, max(read.at, began)

    async def _read(self, upstream_id: UpstreamId, mark: _Mark, began: float) -> Upstream | None:
        """Read the entry anew and compile it, in a thread: a large document takes its time."""
        row = await UpstreamRow.get_or_none(id=upstream_id)
        if row is None:  # names that do not exist are not kept: anybody may make them up
            self._known.pop(upstream_id, None)
            return None
        known = self._known.get(upstream_id)
        if known is None or known.revision != row.revision:
            upstream = await asyncio.to_thread(self._upstream, row)
            known = self._known.get(upstream_id)  # somebody else may have been quicker
            if known is None or known.at <= began:
                known = self._known[upstream_id] = _Read(row.revision, upstream, mark, began)
        return known.upstream

    def _upstream(self, row: UpstreamRow) -> Upstream:
        timeouts = Timeouts(row.connect_ms / 1000, row.first_byte_ms / 1000, row.total_ms / 1000)
        traffic = Traffic(
            row.concurrency,
            row.queue,
            **{name: Rate(int(each["calls"]), float(each["seconds"])) for name, each in row.limits.items()},
            max_body=row.max_body_bytes,
        )
        return Upstream(
            UpstreamId(row.id),
            DepartmentId(row.department_id),
            (row.address, *row.more_addresses),
            _networks(row.allow),
            timeouts,
            contract_of(row.openapi).within(self._ceilings(timeouts, traffic)),
            traffic,
            Certificates(**{name: Path(each) for name, each in row.tls.items()}) if row.tls else None,
            self._resolver,
        )

    def _ceilings(self, timeouts: Timeouts, traffic: Traffic) -> Ceilings:
        return Ceilings(traffic.max_body or self._max_body, timeouts.first_byte, timeouts.total)


@dataclass(slots=True)
class _Read:
    """What the register said, and when."""

    revision: str
    upstream: Upstream
    mark: _Mark
    at: float


def _mark(found: Mapping[str, Any]) -> _Mark:
    return int(found["number"] or 0), int(found["count"])


def _endpoint(parts: SplitResult, address: Address) -> Endpoint:
    tls = parts.scheme == "https"
    name = parts.hostname or ""
    bracketed = f"[{name}]" if ":" in name else name
    host = bracketed if parts.port is None else f"{bracketed}:{parts.port}"
    return Endpoint(str(address), parts.port or (443 if tls else 80), tls, host, name)


def _stored_limits(traffic: Traffic) -> dict[str, dict[str, float]]:
    limits = {"resident": traffic.resident, "service": traffic.service, "upstream": traffic.upstream}
    return {name: {"calls": rate.calls, "seconds": rate.seconds} for name, rate in limits.items() if rate is not None}


def _stored_tls(certificates: Certificates | None) -> dict[str, str] | None:
    if certificates is None:
        return None
    files = {"ca": certificates.ca, "certificate": certificates.certificate, "key": certificates.key}
    return {name: str(file) for name, file in files.items() if file is not None}


def _addresses(address: str | Sequence[str]) -> tuple[str, ...]:
    given = (address,) if isinstance(address, str) else tuple(address)
    if not 0 < len(given) <= _MOST_ADDRESSES:
        raise RegisterRefused(f"addresses: give 1 to {_MOST_ADDRESSES}")
    addresses = tuple(map(_checked, given))
    if len(set(addresses)) != len(addresses):
        raise RegisterRefused("addresses: one stands twice")
    if len({(urlsplit(each).scheme, urlsplit(each).path) for each in addresses}) > 1:
        raise RegisterRefused("addresses: all have the same scheme and the same path: they are one system")
    return addresses


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
