"""Releases: a package submitted, and made the one that residents get.

Promise: files are on disk before the release's row exists; publishing is one transaction, so that exactly one release
of a service is live; both may be repeated with the same outcome.
"""

import hashlib
from asyncio import to_thread
from dataclasses import dataclass

from core.clock import Clock
from core.database import rows, transaction
from core.ids import DepartmentId, new_id
from core.problems import FieldError
from miniapps.errors import (
    ManifestRefused,
    NotYourService,
    ReleaseSuperseded,
    ReleaseUnknown,
    VersionNotNewer,
)
from miniapps.manifest import Manifest, missing_files, read_manifest
from miniapps.models import Release, Service
from miniapps.package import Package, open_package
from miniapps.settings import PackageLimits
from miniapps.store import Store
from miniapps.upstreams import Upstreams

_TEXT = frozenset({"html", "css", "js", "mjs", "json", "txt", "svg"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A package that may become a release."""

    manifest: Manifest
    package: Package
    digest: str
    warnings: list[FieldError]


class Releases:
    def __init__(self, clock: Clock, store: Store, upstreams: Upstreams, limits: PackageLimits) -> None:
        self._clock = clock
        self._store = store
        self._upstreams = upstreams
        self._limits = limits

    async def submit(self, content: bytes, department: DepartmentId) -> Release:
        """Take a package in; the same package again gives the same release.

        Raises PackageTooLarge, PackageRefused, ManifestRefused, NotYourService, VersionNotNewer.
        """
        checked = await to_thread(self._check, content)
        manifest = checked.manifest
        if manifest.department != department:
            raise NotYourService(f"onecity.department is {manifest.department}, and your token is {department}'s.")
        if errors := await self._contract_errors(manifest):
            raise ManifestRefused("Correct the members named in `errors`.", errors=errors)
        files = await to_thread(self._keep, checked.package)
        async with transaction():
            await self._claim_service(manifest, department)
            return await self._enter(checked, department, files)

    async def find(self, release_id: str, department: DepartmentId) -> Release:
        """The department's own release; raises ReleaseUnknown."""
        release = await Release.get_or_none(id=release_id, department_id=department)
        if release is None:
            raise ReleaseUnknown("Take the id that the submission answered.")
        return release

    async def publish(self, release_id: str, department: DepartmentId) -> Release:
        """Make it the live release, and supersede the one before; raises ReleaseUnknown, ReleaseSuperseded."""
        async with transaction():
            release = await self.find(release_id, department)
            if release.status == "superseded":
                raise ReleaseSuperseded("Submit it under a new version code.")
            if release.status != "live":
                await self._make_live(release)
        return release

    async def _make_live(self, release: Release) -> None:
        # The service's row is written first: it is the lock of two publishers at once.
        await rows("UPDATE miniapps_service SET live_release_id = ? WHERE id = ?", release.id, release.service_id)
        await Release.filter(service_id=release.service_id, status="live").update(status="superseded")
        release.status, release.published_at = "live", self._clock.now()
        await release.save(update_fields=["status", "published_at"])

    def _check(self, content: bytes) -> Checked:
        package = open_package(content, self._limits)
        manifest, warnings = read_manifest(package.manifest)
        if missing := missing_files(manifest, package.files):
            raise ManifestRefused("Correct the members named in `errors`.", errors=missing)
        return Checked(manifest, package, _digest(package), [*warnings, *self._size_warnings(package)])

    def _size_warnings(self, package: Package) -> list[FieldError]:
        size = sum(len(content) for content in package.files.values())
        if size <= self._limits.first_page:
            return []
        detail = f"{size} bytes in all: the first page may be slow on a thin network, {self._limits.first_page} is good"
        return [{"pointer": "", "detail": detail}]

    def _keep(self, package: Package) -> dict[str, str]:
        return {
            name: self._store.put(content, compressible=name.rpartition(".")[2].lower() in _TEXT)
            for name, content in package.files.items()
        }

    async def _contract_errors(self, manifest: Manifest) -> list[FieldError]:
        """Operations it names that do not exist, and scopes it would need and does not ask for."""
        errors: list[FieldError] = []
        asked = {scope.name for scope in manifest.scopes}
        for index, (upstream_id, operations) in enumerate(manifest.upstreams.items()):
            upstream = await self._upstreams.find(upstream_id)
            where = f"/onecity/upstreams/{index}"
            if upstream is None:
                errors.append({"pointer": f"{where}/id", "detail": f"no upstream {upstream_id!r} is registered"})
                continue
            known = upstream.contract.operations
            errors += [
                {"pointer": f"{where}/operations", "detail": f"{upstream_id} has no operation {name!r}"}
                for name in sorted(operations - known.keys())
            ]
            needed = {known[name].scope for name in operations & known.keys()} - {None}
            errors += [
                {"pointer": "/onecity/scopes", "detail": f"ask for {scope!r}, with a reason: its operations need it"}
                for scope in sorted(str(each) for each in needed - asked)
            ]
        return errors

    async def _claim_service(self, manifest: Manifest, department: DepartmentId) -> None:
        await rows(
            "INSERT INTO miniapps_service (id, department_id, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            manifest.service,
            department,
            self._clock.now(),
        )
        service = await Service.get(id=manifest.service)
        if service.department_id != department:
            raise NotYourService(f"The service {manifest.service} belongs to {service.department_id}.")

    async def _enter(self, checked: Checked, department: DepartmentId, files: dict[str, str]) -> Release:
        manifest = checked.manifest
        newest = await Release.filter(service_id=manifest.service).order_by("-version_code").first()
        if newest and newest.digest == checked.digest:
            return newest
        if newest and newest.version_code >= manifest.version_code:
            raise VersionNotNewer(f"Give a version.code above {newest.version_code}.", newest=newest.version_code)
        now = self._clock.now()
        return await Release.create(
            id=new_id(now),
            service_id=manifest.service,
            department_id=department,
            version_code=manifest.version_code,
            version_name=manifest.version_name,
            status="approved",
            digest=checked.digest,
            manifest=dict(manifest.content),
            files=files,
            warnings=checked.warnings,
            created_at=now,
        )


def _digest(package: Package) -> str:
    """The same for the same files, however they were zipped."""
    lines = sorted(f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in package.files.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
