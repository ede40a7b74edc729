"""A department that is slow holds up nobody's calls but its own."""

import asyncio

import pytest

from core.ids import UpstreamId
from gateway.proxy.carry import CLIENT_GONE, Outgoing, UpstreamBusy, carry
from gateway.proxy.pools import Pools
from tests.harness.servers import raw_server
from tests.unit.gateway.test_carry import says


async def never() -> dict[str, object]:
    return await asyncio.Future()


async def test_a_full_pool_is_busy_and_another_departments_is_not() -> None:
    outcomes: list[int] = []

    async def sleep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async def note(outcome: int) -> None:
        outcomes.append(outcome)

    async def send(message: object) -> None: ...

    async def call(address: str, name: str) -> None:
        outgoing = Outgoing("GET", f"{address}/", [], has_body=False, connect=0.3, first_byte=20, total=20)
        await carry(await pools.of(UpstreamId(name)), outgoing, never, send, note)  # type: ignore[arg-type]  # plain ASGI

    async with (
        raw_server(sleep) as slow,
        raw_server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as quick,
        Pools(connections=2) as pools,
    ):
        waiting = [asyncio.create_task(call(slow, "slow")) for _ in range(2)]
        await asyncio.sleep(0.2)
        with pytest.raises(UpstreamBusy) as caught:
            await call(slow, "slow")
        assert caught.value.headers["Retry-After"] == "1"
        await call(quick, "quick")
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert sorted(outcomes) == [200, CLIENT_GONE, CLIENT_GONE, 503]
