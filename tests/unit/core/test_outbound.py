"""The client towards the outside never waits for ever, and its errors are ours."""

import asyncio

import httpx2
import pytest

from core.outbound import AnswerBroken, ConnectionFailed, DeadlineExceeded, Outbound, OutboundError, PoolExhausted
from tests.harness.servers import raw_server


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (httpx2.ConnectError("x"), ConnectionFailed),
        (httpx2.ConnectTimeout("x"), ConnectionFailed),
        (httpx2.PoolTimeout("x"), PoolExhausted),
        (httpx2.ReadTimeout("x"), DeadlineExceeded),
        (httpx2.WriteTimeout("x"), DeadlineExceeded),
        (httpx2.RemoteProtocolError("x"), AnswerBroken),
        (httpx2.ReadError("x"), AnswerBroken),
    ],
)
async def test_each_error_is_translated(error: Exception, ours: type[OutboundError]) -> None:
    def fail(_: httpx2.Request) -> httpx2.Response:
        raise error

    async with Outbound(httpx2.MockTransport(fail)) as client:
        with pytest.raises(ours):
            await client.request("GET", "https://push.example/")


async def test_an_error_of_ours_passes_through() -> None:
    def fail(_: httpx2.Request) -> httpx2.Response:
        raise LookupError

    async with Outbound(httpx2.MockTransport(fail)) as client:
        with pytest.raises(LookupError):
            await client.request("GET", "https://push.example/")


async def test_a_redirect_is_not_followed() -> None:
    def redirect(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(302, headers={"location": "http://169.254.169.254/"})

    async with Outbound(httpx2.MockTransport(redirect)) as client:
        assert (await client.request("GET", "https://push.example/")).status_code == 302


async def test_it_sends_nothing_that_the_caller_did_not_ask_for() -> None:
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with raw_server(talk) as address, Outbound() as client:
        await client.request("GET", f"{address}/", headers={"x-one": "1"})
    names = {line.split(b":")[0].lower() for line in seen[0].split(b"\r\n")[1:] if line}
    assert names == {b"host", b"x-one"}


async def test_a_stream_is_read_piece_by_piece() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")

    async with (
        raw_server(talk) as address,
        Outbound() as client,
        client.stream("GET", f"{address}/") as response,
    ):
        assert b"".join([piece async for piece in response.aiter_raw()]) == b"abc"
