"""The city's register as one file: departments, their systems and clients, residents known beforehand.

`onecity apply city.json` enters all of it; applied again it changes what changed and adds what is new, and takes
nothing away.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from auth.jwk import KeyUnusable
from core.bodies import Localized
from core.ids import LABEL_PATTERN, DepartmentId, UpstreamId
from core.problems import Problem
from gateway.composition import City
from miniapps.errors import RegisterRefused
from miniapps.traffic import Certificates, Rate, Timeouts, Traffic

Label = Annotated[str, StringConstraints(pattern=LABEL_PATTERN)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RateEntry(Entry):
    """So many calls in so many seconds."""

    calls: int = Field(ge=1, le=1_000_000)
    seconds: float = Field(gt=0, le=86_400)


class LimitsEntry(Entry):
    """Of one resident in one mini-service, of one mini-service, of all together; left out: the city's own."""

    resident: RateEntry | None = None
    service: RateEntry | None = None
    upstream: RateEntry | None = None


class CertificatesEntry(Entry):
    """Files in PEM form, beside the register."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def certificates(self, folder: Path) -> Certificates:
        files = (folder / file if file else None for file in (self.ca, self.certificate, self.key))
        return Certificates(*(file and file.resolve() for file in files))


class UpstreamEntry(Entry):
    """`openapi` is a file beside the register; times in seconds; `addresses` for one system with several of them."""

    department: Label
    address: str | None = None
    addresses: list[str] = Field(default_factory=list)
    allow: list[str]
    openapi: Path
    concurrency: int = Field(100, ge=1, le=100_000)
    queue: int = Field(100, ge=0, le=100_000)
    limits: LimitsEntry = Field(default_factory=LimitsEntry)
    max_body_bytes: int | None = Field(None, ge=1)
    tls: CertificatesEntry | None = None
    connect_seconds: float = Field(2, gt=0, le=30)
    first_byte_seconds: float = Field(10, gt=0, le=300)
    total_seconds: float = Field(30, gt=0, le=3600)

    @model_validator(mode="after")
    def _has_addresses(self) -> Self:
        if bool(self.address) is bool(self.addresses):
            raise ValueError("give address, or addresses where there are several")
        return self

    def traffic(self) -> Traffic:
        limits = self.limits
        return Traffic(
            self.concurrency,
            self.queue,
            _rate(limits.resident),
            _rate(limits.service),
            _rate(limits.upstream),
            self.max_body_bytes,
        )


class ClientEntry(Entry):
    """`public_key` is a P-256 key as PEM or JWK."""

    department: Label
    public_key: str | dict[str, Any]
    scopes: list[str]


class ResidentEntry(Entry):
    phone: str
    name: str
    id_number: str
    loa: int = Field(2, ge=1, le=4)


def _rate(entry: RateEntry | None) -> Rate | None:
    return Rate(entry.calls, entry.seconds) if entry else None


class Register(Entry):
    departments: dict[Label, Localized] = Field(default_factory=dict)
    upstreams: dict[Label, UpstreamEntry] = Field(default_factory=dict)
    clients: dict[str, ClientEntry] = Field(default_factory=dict)
    residents: list[ResidentEntry] = Field(default_factory=list)


class RegisterUnusable(Exception):
    """The file cannot be applied; the text says where and what to change."""


async def apply(file: Path, city: City) -> Register:
    """Enter everything the file holds; raises RegisterUnusable."""
    register = _read(file)
    for department, name in register.departments.items():
        await city.hosting.departments.add(DepartmentId(department), name)
    for upstream_id, upstream in register.upstreams.items():
        await _apply_upstream(city, upstream_id, upstream, file.parent)
    for client_id, client in register.clients.items():
        try:
            await city.identity.clients.register(
                client_id, DepartmentId(client.department), client.public_key, client.scopes
            )
        except KeyUnusable as error:
            raise RegisterUnusable(f"clients/{client_id}/public_key: {error}") from error
    for resident in register.residents:
        try:
            await city.identity.accounts.register(
                resident.phone, name=resident.name, id_number=resident.id_number, loa=resident.loa
            )
        except Problem as error:
            raise RegisterUnusable(f"residents: {error.detail}") from error
    return register


async def _apply_upstream(city: City, upstream_id: str, entry: UpstreamEntry, folder: Path) -> None:
    where = f"upstreams/{upstream_id}"
    try:
        openapi = json.loads((folder / entry.openapi).read_text(encoding="utf-8"))
        await city.hosting.upstreams.register(
            UpstreamId(upstream_id),
            department=DepartmentId(entry.department),
            address=entry.address or entry.addresses,
            openapi=openapi,
            allow=entry.allow,
            timeouts=Timeouts(entry.connect_seconds, entry.first_byte_seconds, entry.total_seconds),
            traffic=entry.traffic(),
            certificates=entry.tls.certificates(folder) if entry.tls else None,
        )
    except (OSError, json.JSONDecodeError) as error:
        raise RegisterUnusable(f"{where}/openapi: {entry.openapi} cannot be read: {error}") from error
    except RegisterRefused as error:
        raise RegisterUnusable(f"{where}/{error}") from error


def _read(file: Path) -> Register:
    try:
        return Register.model_validate_json(file.read_bytes())
    except OSError as error:
        raise RegisterUnusable(f"{file} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        lines = ["/".join(map(str, each["loc"])) + f": {each['msg']}" for each in error.errors()]
        raise RegisterUnusable("\n".join(lines)) from error
