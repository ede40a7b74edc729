"""Where the parts of the department meet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

import anyio
import httpx2
from starlette.applications import Starlette
from starlette.types import ASGIApp

from mock_services.playground import notes
from mock_services.playground.operations import OPERATIONS, UPSTREAM, document
from mock_services.playground.signed import SignedByTheCity
from mock_services.shared.app import department_app, gateway_client
from mock_services.shared.assertions import Assertions
from mock_services.shared.clock import Clock, system_clock
from mock_services.shared.database import Database, create_tables
from mock_services.shared.idempotency import forget_old_answers
from mock_services.shared.jwks import PublishedKeys
from mock_services.shared.settings import DepartmentSettings
from mock_services.shared.upkeep import repeat

SCHEMAS = (
    files("mock_services.shared").joinpath("schema.sql").read_text(encoding="utf-8"),
    files("mock_services.playground").joinpath("schema.sql").read_text(encoding="utf-8"),
)
UPKEEP_SECONDS = 600.0


def create_app(
    settings: DepartmentSettings,
    *,
    clock: Clock = system_clock,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> ASGIApp:
    """The department over its store; `transport` leads to the gateway."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        create_tables(settings.database, *SCHEMAS)
        database = Database(settings.database)

        async def tidy() -> None:
            await database.write(lambda store: notes.forget_old(store, clock()))
            await database.write(lambda store: forget_old_answers(store, clock()))

        async with gateway_client(transport) as client, anyio.create_task_group() as tasks:
            keys = PublishedKeys(settings.keys_at, client, clock)
            tasks.start_soon(repeat, tidy, UPKEEP_SECONDS)
            yield {
                "assertions": Assertions(keys, issuer=settings.issuer, upstream=UPSTREAM),
                "clock": clock,
                "database": database,
                "issuer": settings.issuer,
                "signed": SignedByTheCity(keys, issuer=settings.issuer),
            }
            tasks.cancel_scope.cancel()
        database.close()

    return department_app(settings.issuer, OPERATIONS, document(), lifespan)
