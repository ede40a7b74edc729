"""What lives as long as the process: the database, the services, the workers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from prometheus_client import start_http_server
from starlette.applications import Starlette

from core.clock import Clock
from core.database import database
from core.outbound import Outbound
from core.telemetry import Metrics, log
from gateway.composition import City, compose, open_door
from gateway.identity.attempts_figures import AttemptsCollector
from gateway.identity.notices import OwnNotices
from gateway.proxy.door import Door
from gateway.proxy.exposition import DoorCollector
from gateway.settings import Settings
from gateway.state import State, state_of
from gateway.tables import APPS

_SWEEP_SECONDS = 3600

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[State]]


@dataclass(slots=True)
class Parts:
    """What the application outside of Starlette needs of the running city; filled when it is up."""

    city: City | None = None
    door: Door | None = None


def lifespan_of(
    settings: Settings, clock: Clock, metrics: Metrics, openapi: Callable[[], Mapping[str, Any]], parts: Parts
) -> Lifespan:
    """The lifespan of one process of this city."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[State]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(database(settings.database_url, APPS))
            outbound = await stack.enter_async_context(Outbound())
            city = compose(settings, clock, outbound)
            await city.identity.keys.ensure()
            await city.hosting.services.refresh()  # before the first call: there may be thousands
            await stack.enter_async_context(city.ledger.open(settings.database_url))
            door = open_door(settings, clock, city)
            stack.push_async_callback(door.close)
            metrics.registry.register(DoorCollector(door))
            metrics.registry.register(AttemptsCollector(city.identity.rooms.guard.attempts.figures))
            stack.enter_context(_figures(settings, metrics))
            parts.city, parts.door = city, door
            async with _workers(city, door):
                yield state_of(city, door, settings, openapi)

    return lifespan


@asynccontextmanager
async def _workers(city: City, door: Door) -> AsyncIterator[None]:
    """The tasks that run beside the requests; told to stop, then awaited."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(city.messages.hub.run(stop))
        group.create_task(city.messages.deliveries.run(stop))
        group.create_task(city.identity.freshness.run(stop))
        group.create_task(city.identity.rooms.proofing.evidence.run(stop))
        group.create_task(city.identity.rooms.security.telling.run(stop, OwnNotices(city.messages.notices)))
        group.create_task(city.identity.rooms.lifecycle.worker.run(stop))
        group.create_task(door.run(stop))
        group.create_task(city.identity.rooms.provider.logout_deliveries.run(stop))
        group.create_task(_sweep(city, stop))
        try:
            yield
        finally:
            city.messages.streams.end()
            stop.set()


async def _sweep(city: City, stop: asyncio.Event) -> None:
    """Remove what has run out, and rotate keys that are due, every hour."""
    while not stop.is_set():
        try:
            await city.identity.rooms.provider.logout_queue.fill()  # before sessions that ended are cleared away
            await city.identity.leftovers.remove()
            await city.identity.rooms.provider.leftovers.remove()
            await city.identity.rooms.staff.sessions.remove_ended()
            await city.identity.rooms.credentials.leftovers.remove()
            await city.identity.rooms.proofing.leftovers.remove()
            await city.identity.rooms.external.sweep()
            await city.identity.rooms.guard.leftovers.remove()
            await city.identity.rooms.lifecycle.worker.sweep()
            await city.idempotency.remove_expired()
            await city.rooms.storage.remove_ended()
            await city.rooms.intents.remove_old()
            await city.identity.keys.ensure()
        except Exception:  # noqa: BLE001 - the next hour tries again, and nothing depends on it in between
            log(__name__).exception("sweep failed")
        await _at_most(_SWEEP_SECONDS, stop)


async def _at_most(seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


@contextmanager
def _figures(settings: Settings, metrics: Metrics) -> Iterator[None]:
    """Serve /metrics on its own port of 127.0.0.1, where one is set."""
    if settings.metrics_port is None:
        yield
        return
    server, thread = start_http_server(settings.metrics_port, "127.0.0.1", metrics.registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
