"""Where the parts of the department meet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

import anyio
import httpx2
from starlette.applications import Starlette
from starlette.types import ASGIApp

from mock_services.appointments.bookings import Bookings
from mock_services.appointments.catalogue import SHANGHAI_CATALOGUE, Catalogue
from mock_services.appointments.operations import OPERATIONS, UPSTREAM, document
from mock_services.appointments.settings import AppointmentSettings
from mock_services.appointments.slots import Slots
from mock_services.appointments.upkeep import Upkeep
from mock_services.shared.app import department_app, gateway_client
from mock_services.shared.assertions import Assertions
from mock_services.shared.clock import Clock, system_clock
from mock_services.shared.database import Database, create_tables
from mock_services.shared.jwks import PublishedKeys
from mock_services.shared.notices import NoticeSender
from mock_services.shared.tokens import DepartmentTokens

SCHEMAS = (
    files("mock_services.shared").joinpath("schema.sql").read_text(encoding="utf-8"),
    files("mock_services.appointments").joinpath("schema.sql").read_text(encoding="utf-8"),
)


def create_app(
    settings: AppointmentSettings,
    *,
    clock: Clock = system_clock,
    catalogue: Catalogue = SHANGHAI_CATALOGUE,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> ASGIApp:
    """The department over its store; `transport` leads to the gateway."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        create_tables(settings.database, *SCHEMAS)
        database = Database(settings.database)
        upkeep = Upkeep(database, catalogue, clock)
        await upkeep.sweep()
        async with gateway_client(transport) as client, anyio.create_task_group() as tasks:
            sender = NoticeSender(database, client, DepartmentTokens(settings, client, clock), settings.issuer, clock)
            tasks.start_soon(upkeep.run)
            tasks.start_soon(sender.run)
            yield {
                "assertions": Assertions(
                    PublishedKeys(settings.keys_at, client, clock), issuer=settings.issuer, upstream=UPSTREAM
                ),
                "bookings": Bookings(database, catalogue, clock, settings.hold_for, sender.wake),
                "catalogue": catalogue,
                "database": database,
                "issuer": settings.issuer,
                "slots": Slots(database, catalogue, clock),
            }
            tasks.cancel_scope.cancel()
        database.close()

    return department_app(settings.issuer, OPERATIONS, document(), lifespan)
