"""The departments, each in this process with a gateway of the tests' own."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mock_services.appointments.app import create_app as create_appointments
from mock_services.appointments.catalogue import SHANGHAI_CATALOGUE, Catalogue
from mock_services.appointments.settings import AppointmentSettings
from mock_services.licences.app import create_app as create_licences
from mock_services.playground.app import create_app as create_playground
from mock_services.queries.app import create_app as create_queries
from mock_services.shared.settings import DepartmentSettings
from tests.unit.mock_services.platform_twin import ISSUER, Gateway, ManualClock, new_key


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def catalogue() -> Catalogue:
    """Two districts are enough."""
    whole = SHANGHAI_CATALOGUE
    sites = [site for site in whole.all_sites if site.district in {"huangpu", "xuhui"}]
    return Catalogue(whole.districts[:2], whole.services, sites)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "department.pem"
    path.write_bytes(new_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture
def settings(tmp_path: Path, key_file: Path) -> AppointmentSettings:
    return AppointmentSettings(
        issuer=ISSUER, port=1, database=tmp_path / "store" / "a.sqlite", client_id="gov-services", client_key=key_file
    )


@asynccontextmanager
async def running(app: Any, headers: dict[str, str]) -> AsyncIterator[httpx2.AsyncClient]:
    async with LifespanManager(app) as manager:
        transport = httpx2.ASGITransport(manager.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://department", headers=headers) as client:
            yield client


@pytest.fixture
async def client(
    settings: AppointmentSettings, clock: ManualClock, catalogue: Catalogue, gateway: Gateway
) -> AsyncIterator[httpx2.AsyncClient]:
    """Appointments, as resident-1 with both scopes, a name and a phone number."""
    app = create_appointments(settings, clock=clock, catalogue=catalogue, transport=gateway.transport)
    async with running(app, gateway.bearer(name="李秀英", phone="13800000002")) as ready:
        yield ready


@pytest.fixture
async def queries(tmp_path: Path, clock: ManualClock, gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    """Queries, without an assertion."""
    settings = DepartmentSettings(issuer=ISSUER, port=1, database=tmp_path / "q.sqlite")
    app = create_queries(settings, clock=clock, transport=gateway.transport)
    async with running(app, {}) as ready:
        yield ready


@pytest.fixture
async def licences(tmp_path: Path, clock: ManualClock, gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    """Licences, without an assertion."""
    settings = DepartmentSettings(issuer=ISSUER, port=1, database=tmp_path / "l.sqlite")
    app = create_licences(settings, clock=clock, transport=gateway.transport)
    async with running(app, {}) as ready:
        yield ready


@pytest.fixture
async def playground(tmp_path: Path, clock: ManualClock, gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    """The playground, as resident-1."""
    settings = DepartmentSettings(issuer=ISSUER, port=1, database=tmp_path / "p.sqlite")
    app = create_playground(settings, clock=clock, transport=gateway.transport)
    scopes = "playground:note:read playground:note:write"
    async with running(app, gateway.bearer("playground", scope=scopes)) as ready:
        yield ready


@pytest.fixture
def key() -> Callable[[], dict[str, str]]:
    """A fresh Idempotency-Key header."""
    return lambda: {"Idempotency-Key": str(uuid.uuid4())}
