"""Releases: a package submitted, and made the one that residents get.

Promise: files are on disk before the release's row exists; publishing is one transaction, so that exactly one release
of a service is live; both may be repeated with the same outcome.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.clock import Clock
from core.database import after_commit, rows, transaction
from core.ids import ID_PATTERN, DepartmentId, new_id
from core.problems import FieldError
from miniapps import schema
from miniapps.changes import announce
from miniapps.checks import ContractChecks, department_of, intent_errors, missing_files, upstream_ids
from miniapps.errors import (
    ManifestRefused,
    NotYourService,
    ReleaseSuperseded,
    ReleaseUnknown,
    VersionNotNewer,
)
from miniapps.first_page import bytes_of_first_page
from miniapps.manifest import Manifest
from miniapps.models import Release, Service
from miniapps.package import Package, open_package, suffix_of
from miniapps.settings import PackageLimits
from miniapps.store import Store
from miniapps.upstreams import Upstreams

_AT_ONCE = 2
"""Packages unpacked at the same time: each may take the limit's worth of memory, and a processor."""
_MOST_UPSTREAMS = 50
_MOST_ERRORS = 100
_TEXT = frozenset({"html", "css", "js", "mjs", "json", "txt", "svg"})


@dataclass(frozen=True, slots=True)
class Intake:
    """A package that could be read, and what its manifest says."""

    package: Package
    digest: str
    content: Any
    errors: list[FieldError]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A package that may become a release."""

    manifest: Manifest
    digest: str
    files: dict[str, str]
    warnings: list[FieldError]


class Releases:
    def __init__(
        self,
        clock: Clock,
        store: Store,
        upstreams: Upstreams,
        limits: PackageLimits,
        published: Callable[[], None] = lambda: None,
    ) -> None:
        """`published` is told in this process as soon as another release is live; the others see it by themselves."""
        self._clock = clock
        self._store = store
        self._upstreams = upstreams
        self._limits = limits
        self._published = published
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def submit(self, content: bytes, department: DepartmentId) -> Release:
        """Take a package in; the same package again gives the same release.

        Raises PackageTooLarge, PackageRefused, ManifestRefused, NotYourService, VersionNotNewer.
        """
        async with self._room:
            accepted = await self._accepted(content, department)
        async with transaction():
            await self._claim_service(accepted.manifest, department)
            return await self._enter(accepted, department)

    async def find(self, release_id: str, department: DepartmentId) -> Release:
        """The department's own release; raises ReleaseUnknown."""
        known = re.fullmatch(ID_PATTERN, release_id)
        release = await Release.get_or_none(id=release_id, department_id=department) if known else None
        if release is None:
            raise ReleaseUnknown("Take the id that the submission answered.")
        return release

    async def publish(self, release_id: str, department: DepartmentId, *, by: str) -> Release:
        """Make it the live release, and supersede all before it; `by` is the client that asked.

        Raises ReleaseUnknown, ReleaseSuperseded.
        """
        async with transaction():
            await _lock((await self.find(release_id, department)).service_id)
            release = await self.find(release_id, department)
            if release.status == "superseded":
                raise ReleaseSuperseded("Submit it under a new version code.")
            if release.status != "live":
                await self._make_live(release, by)
                after_commit(self._published)
        return release

    async def _make_live(self, release: Release, by: str) -> None:
        await rows("UPDATE miniapps_service SET live_release_id = ? WHERE id = ?", release.id, release.service_id)
        older = Release.filter(service_id=release.service_id, version_code__lt=release.version_code)
        await older.update(status="superseded")  # those never published as well: no later step leads backwards
        release.status, release.published_at, release.published_by = "live", self._clock.now(), by
        await release.save(update_fields=["status", "published_at", "published_by"])
        await announce("services")

    async def _accepted(self, content: bytes, department: DepartmentId) -> Accepted:
        intake = await asyncio.to_thread(self._read, content)
        claimed = department_of(intake.content)
        if claimed is not None and claimed != department:
            raise NotYourService(f"onecity.department is {claimed}, and your token is {department}'s.")
        checks = await self._contract_checks(intake.content, department)
        if errors := [*intake.errors, *checks.errors()]:
            raise ManifestRefused("Correct the members named in `errors`.", errors=errors[:_MOST_ERRORS])
        manifest = Manifest(intake.content)
        await self._earlier(manifest, intake.digest, department)  # before a refused package takes room on the disk
        slow = await asyncio.to_thread(self._slow_start, intake, manifest)
        warnings = [*schema.unknown_members(intake.content), *checks.warnings(), *slow]
        return Accepted(manifest, intake.digest, await asyncio.to_thread(self._keep, intake.package), warnings)

    def _read(self, content: bytes) -> Intake:
        package = open_package(content, self._limits)
        said = schema.read(package.manifest)
        errors = [*schema.violations_of(said), *missing_files(said, package.files), *intent_errors(said, package.files)]
        return Intake(package, _digest(package), said, errors)

    async def _contract_checks(self, content: object, department: DepartmentId) -> ContractChecks:
        found = {each: await self._upstreams.find(each) for each in set(upstream_ids(content)[:_MOST_UPSTREAMS])}
        return ContractChecks(content, {id_: upstream for id_, upstream in found.items() if upstream}, department)

    def _slow_start(self, intake: Intake, manifest: Manifest) -> list[FieldError]:
        good = self._limits.first_page
        size = bytes_of_first_page(intake.package.files, manifest.first_page, good)
        detail = f"it needs {size} bytes before it shows: slow on a thin network, {good} is good"
        return [schema.error_at("/pages/0", detail)] if size > good else []

    def _keep(self, package: Package) -> dict[str, str]:
        return {
            name: self._store.put(content, compressible=suffix_of(name) in _TEXT)
            for name, content in package.files.items()
        }

    async def _claim_service(self, manifest: Manifest, department: DepartmentId) -> None:
        """The service's row, made at its first release, and held until the transaction ends."""
        await rows(
            "INSERT INTO miniapps_service (id, department_id, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            manifest.service,
            department,
            self._clock.now(),
        )
        await _lock(manifest.service)

    async def _earlier(self, manifest: Manifest, digest: str, department: DepartmentId) -> Release | None:
        """The release that this package already is; raises NotYourService, VersionNotNewer."""
        service = await Service.get_or_none(id=manifest.service)
        if service and service.department_id != department:
            raise NotYourService(f"The service {manifest.service} belongs to {service.department_id}.")
        newest = await Release.filter(service_id=manifest.service).order_by("-version_code").first()
        same = await Release.filter(service_id=manifest.service, digest=digest).first()  # read last: newest may be it
        if not same and newest and newest.version_code >= manifest.version_code:
            raise VersionNotNewer(f"Give a version.code above {newest.version_code}.", newest=newest.version_code)
        return same

    async def _enter(self, accepted: Accepted, department: DepartmentId) -> Release:
        manifest = accepted.manifest
        if same := await self._earlier(manifest, accepted.digest, department):
            return same
        now = self._clock.now()
        return await Release.create(
            id=new_id(now),
            service_id=manifest.service,
            department_id=department,
            version_code=manifest.version_code,
            version_name=manifest.version_name,
            status="approved",
            digest=accepted.digest,
            manifest=dict(manifest.content),
            files=accepted.files,
            warnings=accepted.warnings,
            created_at=now,
        )


async def _lock(service_id: str) -> None:
    """Hold the service's row until the transaction ends: releases of one service go one by one.

    An UPDATE, since SELECT … FOR UPDATE means nothing to SQLite.
    """
    await rows("UPDATE miniapps_service SET department_id = department_id WHERE id = ?", service_id)


def _digest(package: Package) -> str:
    """The same for the same files, however they were zipped."""
    lines = sorted(f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in package.files.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
