"""Real servers on loopback for tests that need real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from tests.harness.ports import free_port

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(talk: Talk) -> AsyncIterator[str]:
    """A server that says exactly the bytes it likes; yields its address."""
    talks: set[Any] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        for talking in talks:
            talking.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def listening(app: Any, protocol: Any) -> AsyncIterator[int]:
    """An application whose lifespan runs already, by a protocol of its own; yields its port.

    uvicorn's server without its loop of ticks, which ends only at the next one: hundreds of tests would wait for it.
    """
    config = uvicorn.Config(
        app, "127.0.0.1", free_port(), http=protocol, lifespan="off", proxy_headers=False, log_config=None
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield config.port
    finally:
        await server.shutdown()


@asynccontextmanager
async def served(app: Any, origin: str | None = None, protocol: Any = "httptools") -> AsyncIterator[str]:
    """An ASGI application on uvicorn, on the port of `origin` or a free one; yields its address.

    `protocol`: what uvicorn makes for each connection; one of the gateway's own comes with its lifespan running.
    """
    port = int(origin.rpartition(":")[2]) if origin else free_port()
    lifespan: Any = "auto" if protocol == "httptools" else "off"
    config = uvicorn.Config(
        app, "127.0.0.1", port, http=protocol, lifespan=lifespan, proxy_headers=False, log_config=None
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


async def exchange(address: str, request: bytes, *, until_close: bool = True) -> bytes:
    """Send raw bytes; return what comes back until the server closes or is silent for a second."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(request)
        await writer.drain()
        received = b""
        async with asyncio.timeout(10):
            while True:
                try:
                    chunk = await asyncio.wait_for(reader.read(65536), 10 if until_close else 1)
                except TimeoutError:
                    return received
                if not chunk:
                    return received
                received += chunk
    finally:
        writer.close()
