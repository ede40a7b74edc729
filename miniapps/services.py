"""The mini-services that are live, as the rest of the city sees them."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from core.bodies import Localized
from core.database import rows
from core.ids import DepartmentId, ServiceId, UpstreamId
from miniapps.changes import number_of
from miniapps.departments import Departments, localized
from miniapps.manifest import Manifest, Scope
from miniapps.models import Release

_LIVE = """
    SELECT service.id, service.live_release_id, department.name
    FROM miniapps_service service LEFT JOIN miniapps_department department ON department.id = service.department_id
    WHERE service.live_release_id IS NOT NULL
"""

READ_SECONDS = 60.0
"""So often the tables are read even though nobody said that they changed."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class MiniHosts:
    """How a service's host is made: `scheme` and the domain below which each has its own."""

    scheme: str
    domain: str

    def origin(self, service_id: ServiceId) -> str:
        return f"{self.scheme}://{service_id}.{self.domain}"


@dataclass(frozen=True, slots=True)
class LiveService:
    """A service by its live release."""

    id: ServiceId
    department: DepartmentId
    department_name: Localized
    release: str
    origin: str
    manifest: Manifest
    files: Mapping[str, str]
    published_at: datetime

    @property
    def name(self) -> Localized:
        return self.manifest.name

    @property
    def icon(self) -> str:
        return f"{self.origin}/{quote(self.manifest.icon)}"

    @property
    def start_url(self) -> str:
        return f"{self.origin}/{quote(self.manifest.first_page)}"

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return self.manifest.scopes

    @property
    def upstreams(self) -> Mapping[UpstreamId, frozenset[str]]:
        return self.manifest.upstreams


class Services:
    """All live services, kept in memory and read again when a release changed; at most `cache_seconds` behind."""

    def __init__(self, departments: Departments, hosts: MiniHosts, cache_seconds: float) -> None:
        self._departments = departments
        self._hosts = hosts
        self._cache_seconds = cache_seconds
        self._live: dict[ServiceId, LiveService] = {}
        self._marks: dict[ServiceId, tuple[str, str]] = {}
        self._number = -1
        self._reading = asyncio.Lock()
        self._looked_at = float("-inf")
        self._read_at = float("-inf")
        self._changed_at = float("-inf")
        self.generation = 0
        """Grows whenever what is live changed."""

    async def live(self, service_id: ServiceId) -> LiveService | None:
        return (await self.all()).get(service_id)

    async def all(self) -> Mapping[ServiceId, LiveService]:
        """Every live service by its id."""
        if not self.fresh:
            async with self._reading:  # one looks for all who ask meanwhile
                if not self.fresh:
                    await self._look()
        return self._live

    def known(self, service_id: ServiceId) -> LiveService | None:
        """From memory; None where it must be looked for: it is not live, or nobody looked lately.

        The same object as long as its release is.
        """
        return self._live.get(service_id) if self.fresh else None

    def changed(self) -> None:
        """What is live changed at this moment: the next who asks looks."""
        self._changed_at = time.monotonic()

    @property
    def fresh(self) -> bool:
        """Whether somebody looked lately, and since the last change that this process knows of."""
        return time.monotonic() - self._looked_at < self._cache_seconds and self._looked_at > self._changed_at

    async def refresh(self) -> None:
        """Look now, so that what is live goes on being known; call it once a second."""
        async with self._reading:
            await self._look()

    async def newest(self, service_id: ServiceId) -> LiveService | None:
        """The service by its live release or, where none is live, by the newest there is."""
        live = await self.live(service_id)
        if live:
            return live
        row = await Release.filter(service_id=service_id).order_by("-version_code").first()
        return await self._service(row) if row else None

    async def _look(self) -> None:
        """Read what is live where anything changed, and now and then anyhow, for what was changed by hand."""
        began = time.monotonic()
        number = await number_of("services")
        if number != self._number or began - self._read_at >= READ_SECONDS:
            await self._read(began, number)
        self._looked_at = max(began, self._looked_at)

    async def _read(self, began: float, number: int) -> None:
        """Build anew the services whose release or department's name changed.

        Many requests may look at once: each works on what it found here, and one that began before another that has
        already finished knows nothing newer.
        """
        live, known = self._live, self._marks
        found = {ServiceId(row["id"]): row for row in await rows(_LIVE)}
        marks = {service: (str(row["live_release_id"]), str(row["name"])) for service, row in found.items()}
        changed = {mark[0]: found[service] for service, mark in marks.items() if known.get(service) != mark}
        fresh: dict[ServiceId, LiveService] = {}
        for releases in _batched(list(changed), _AT_ONCE):
            for row in await Release.filter(id__in=releases):
                fresh[ServiceId(row.service_id)] = self._live_service(row, _name(changed[row.id]["name"], row))
        if began < self._read_at:
            return
        if marks != known:
            self._live = {
                service: made for service in marks if (made := fresh.get(service) or live.get(service)) is not None
            }
            self._marks = marks
            self.generation += 1
        self._number, self._read_at = number, began

    async def _service(self, row: Release) -> LiveService:
        return self._live_service(row, await self._departments.name(DepartmentId(row.department_id)))

    def _live_service(self, row: Release, department_name: Localized) -> LiveService:
        service = ServiceId(row.service_id)
        return LiveService(
            service,
            DepartmentId(row.department_id),
            department_name,
            row.id,
            self._hosts.origin(service),
            Manifest(row.manifest),
            row.files,
            row.published_at or row.created_at,
        )


def _name(stored: Any, row: Release) -> Localized:
    """The department's name as the register has it; its id where it was never entered."""
    if stored is None:
        return {"zh-CN": row.department_id}
    return localized(json.loads(stored) if isinstance(stored, str) else stored)


def _batched(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """As `itertools.batched` of Python 3.12."""
    return (items[start : start + size] for start in range(0, len(items), size))
