"""The city's register as one file: departments, their systems and clients, residents known beforehand.

`onecity apply city.json` enters all of it; applied again it changes what changed and adds what is new, and takes
nothing away.
"""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from auth.jwk import KeyUnusable
from core.bodies import Localized
from core.ids import LABEL_PATTERN, DepartmentId, UpstreamId
from core.problems import Problem
from gateway.composition import City
from miniapps.errors import RegisterRefused
from miniapps.upstreams import Timeouts

Label = Annotated[str, StringConstraints(pattern=LABEL_PATTERN)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UpstreamEntry(Entry):
    """`openapi` is a file beside the register; times in seconds."""

    department: Label
    address: str
    allow: list[str]
    openapi: Path
    connect_seconds: float = Field(2, gt=0, le=30)
    first_byte_seconds: float = Field(10, gt=0, le=300)
    total_seconds: float = Field(30, gt=0, le=3600)


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
            address=entry.address,
            openapi=openapi,
            allow=entry.allow,
            timeouts=Timeouts(entry.connect_seconds, entry.first_byte_seconds, entry.total_seconds),
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
