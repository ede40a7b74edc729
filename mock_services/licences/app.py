"""Where the parts of the department meet."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files

import anyio
import httpx2
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from mock_services.licences.endpoints import check_reference
from mock_services.licences.operations import OPERATIONS, UPSTREAM, document
from mock_services.licences.upkeep import Upkeep
from mock_services.shared.app import department_app, gateway_client
from mock_services.shared.assertions import Assertions
from mock_services.shared.clock import Clock, system_clock
from mock_services.shared.database import Database, create_tables
from mock_services.shared.jwks import PublishedKeys
from mock_services.shared.residents import DemoResident, demo_residents
from mock_services.shared.settings import DepartmentSettings

SCHEMAS = (
    files("mock_services.shared").joinpath("schema.sql").read_text(encoding="utf-8"),
    files("mock_services.licences").joinpath("schema.sql").read_text(encoding="utf-8"),
)
NEIGHBOURS = (Route("/references/{reference}", check_reference, name="checkReference"),)


def create_app(
    settings: DepartmentSettings,
    *,
    clock: Clock = system_clock,
    residents: Sequence[DemoResident] | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> ASGIApp:
    """The department over its store; `transport` leads to the gateway."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        create_tables(settings.database, *SCHEMAS)
        database = Database(settings.database)
        upkeep = Upkeep(database, demo_residents() if residents is None else residents, clock)
        await upkeep.fill()
        async with gateway_client(transport) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(upkeep.run)
            yield {
                "assertions": Assertions(
                    PublishedKeys(settings.keys_at, client, clock), issuer=settings.issuer, upstream=UPSTREAM
                ),
                "clock": clock,
                "database": database,
                "issuer": settings.issuer,
            }
            tasks.cancel_scope.cancel()
        database.close()

    return department_app(settings.issuer, OPERATIONS, document(), lifespan, neighbours=NEIGHBOURS)
