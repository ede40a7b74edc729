"""Carrying a call over real sockets: streaming, cutting, leaving, deadlines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from starlette.types import Receive, Scope, Send

from core.outbound import Outbound
from core.problems import Problem
from gateway.problems import problem_response
from gateway.proxy.carry import CLIENT_GONE, Outgoing, carry
from tests.harness.servers import Talk, exchange, raw_server, served

GET = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@dataclass
class Door:
    """A gateway with nothing but the carrying, towards one upstream."""

    outgoing: Outgoing
    outcomes: list[int] = field(default_factory=list)
    ended_after: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        has_body = any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])
        outgoing = replace(self.outgoing, method=scope["method"], has_body=has_body)
        sent = b""

        async def send_noted(message: dict[str, object]) -> None:
            nonlocal sent
            sent += message.get("body", b"")  # type: ignore[operator]  # bytes in a body message
            await send(message)

        async def ending(outcome: int) -> None:
            self.outcomes.append(outcome)
            self.ended_after.append(sent)

        async with Outbound() as client:
            try:
                await carry(client, outgoing, receive, send_noted, ending)
            except Problem as problem:
                await problem_response(problem, "http://a", "id")(scope, receive, send)


@asynccontextmanager
async def carrying(talk: Talk, **times: float) -> AsyncIterator[tuple[str, Door]]:
    async with raw_server(talk) as upstream:
        outgoing = Outgoing("GET", f"{upstream}/x", [], has_body=False, connect=1, first_byte=1, total=5)
        door = Door(replace(outgoing, **times))  # type: ignore[arg-type]  # the times are floats
        async with served(door) as address:
            yield address, door


def says(answer: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return talk


async def test_an_answer_crosses_and_its_last_byte_waits_for_the_ledger() -> None:
    async with carrying(says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) as (address, door):
        answered = await exchange(address, GET)
    assert answered.endswith(b"\r\n\r\nhello")
    assert door.outcomes == [200]
    assert door.ended_after == [b""]


async def test_an_answer_of_unknown_length_is_ended_after_the_ledger() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    async with carrying(says(chunked)) as (address, door):
        answered = await exchange(address, GET)
    assert b"hello" in answered
    assert answered.endswith(b"0\r\n\r\n")
    assert door.outcomes == [200]


async def test_events_pass_as_they_come() -> None:
    released = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"9\r\ndata: 1\n\n\r\n")
        await writer.drain()
        await released.wait()
        writer.write(b"0\r\n\r\n")

    async with carrying(talk) as (address, _):
        first = await exchange(address, GET, until_close=False)
        released.set()
    assert b"data: 1" in first


async def test_an_answer_cut_short_is_seen_as_cut_short() -> None:
    async with carrying(says(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")) as (address, door):
        answered = await exchange(address, GET)
    assert b"content-length: 50" in answered.lower()
    assert answered.endswith(b"hello")
    assert door.outcomes == [502]


async def test_a_chunked_answer_cut_short_has_no_clean_end() -> None:
    async with carrying(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")) as (
        address,
        door,
    ):
        answered = await exchange(address, GET)
    assert b"hello" in answered
    assert not answered.endswith(b"0\r\n\r\n")
    assert door.outcomes == [502]


@pytest.mark.parametrize(
    "answer",
    [b"not http at all\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhello", b"HTTP/1.1 999999 OK"],
)
async def test_an_answer_that_is_none_is_a_bad_gateway(answer: bytes) -> None:
    async with carrying(says(answer)) as (address, door):
        answered = await exchange(address, GET)
    assert answered.startswith(b"HTTP/1.1 502")
    assert b'"hop":"upstream"' in answered
    assert door.outcomes == [502]


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
async def test_an_answer_that_may_have_no_body_has_none(status: bytes) -> None:
    async with carrying(says(b"HTTP/1.1 " + status + b"\r\nETag: a\r\n\r\nsmuggled")) as (address, door):
        answered = await exchange(address, GET)
    assert b"smuggled" not in answered
    assert door.outcomes == [int(status[:3])]


async def test_head_has_the_length_and_no_body() -> None:
    async with carrying(says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) as (address, _):
        answered = await exchange(address, GET.replace(b"GET", b"HEAD"))
    assert b"content-length: 5" in answered.lower()
    assert answered.endswith(b"\r\n\r\n")


async def test_a_body_crosses_as_it_comes() -> None:
    got = asyncio.get_running_loop().create_future()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        got.set_result(await reader.readexactly(5))
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    async with carrying(talk) as (address, door):
        door.outgoing = replace(door.outgoing, headers=[(b"content-length", b"5")])
        answered = await exchange(
            address, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
        )
    assert answered.startswith(b"HTTP/1.1 201")
    assert got.result() == b"hello"


async def test_a_slow_department_is_told_from_a_dead_one() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with carrying(talk, first_byte=0.2) as (address, door):
        answered = await exchange(address, GET)
    assert answered.startswith(b"HTTP/1.1 504")
    assert door.outcomes == [504]


async def test_a_dripping_department_ends_at_the_total_deadline() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with carrying(talk, total=0.5) as (address, door):
        answered = await exchange(address, GET)
    assert answered.count(b".") < 100
    assert door.outcomes == [504]


async def test_a_department_that_is_down_is_unreachable() -> None:
    door = Door(Outgoing("GET", "http://127.0.0.1:1/x", [], has_body=False, connect=1, first_byte=1, total=2))
    async with served(door) as address:
        answered = await exchange(address, GET)
    assert answered.startswith(b"HTTP/1.1 502")
    assert b"upstream-unreachable" in answered
    assert door.outcomes == [502]


@pytest.mark.parametrize("body", [b"", b"Content-Length: 100\r\n"])
async def test_a_client_that_leaves_cancels_the_upstream(body: bytes) -> None:
    left = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while await reader.read(100):
            pass
        left.set()

    async with carrying(talk) as (address, door):
        door.outgoing = replace(door.outgoing, headers=[(b"content-length", b"100")] if body else [])
        host, port = address.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n" + body + b"\r\n" + (b"part" if body else b""))
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
        async with asyncio.timeout(3):
            await left.wait()
    assert door.outcomes == [CLIENT_GONE]
