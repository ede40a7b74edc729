"""Where the parts of the department meet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

import httpx2
from starlette.applications import Starlette
from starlette.types import ASGIApp

from mock_services.population.authority import open_authority
from mock_services.population.faces import Faces
from mock_services.population.operations import OPERATIONS, UPSTREAM, document
from mock_services.population.register import Register
from mock_services.population.settings import PopulationSettings
from mock_services.shared.app import department_app, gateway_client
from mock_services.shared.assertions import Assertions
from mock_services.shared.clock import Clock, system_clock
from mock_services.shared.database import Database, create_tables
from mock_services.shared.jwks import PublishedKeys

SCHEMA = files("mock_services.population").joinpath("schema.sql").read_text(encoding="utf-8")


def create_app(
    settings: PopulationSettings,
    *,
    clock: Clock = system_clock,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> ASGIApp:
    """The department over its file and its store; `transport` leads to the gateway, for its keys."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        create_tables(settings.database, SCHEMA)
        database = Database(settings.database)
        async with gateway_client(transport) as client:
            yield {
                "assertions": Assertions(
                    PublishedKeys(settings.keys_at, client, clock), issuer=settings.issuer, upstream=UPSTREAM
                ),
                "database": database,
                "register": Register(),
                "faces": Faces(database, clock),
                "authority": open_authority(settings.authority, clock()),
                "clock": clock,
            }
        database.close()

    return department_app(settings.issuer, OPERATIONS, document(), lifespan)
