"""Carrying a call that was let through: streaming both ways, nothing kept, cancelled when the client leaves.

This is plain ASGI over the general HTTP client. What it promises: the upstream is dialled only at its registered
address; a body is never held whole; an answer cut short by the upstream reaches the client cut short (the server closes
a connection whose answer was not ended); the last byte of an answer goes out only after `before_the_end` has come back,
which is where the ledger writes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import httpx2
from starlette.types import Receive, Send

from core.outbound import AnswerBroken, ConnectionFailed, DeadlineExceeded, Outbound, PoolExhausted, translated
from core.problems import BadGateway, GatewayTimeout, Problem, Unavailable
from core.telemetry import log
from gateway.proxy.headers import Pairs, to_client

CLIENT_GONE = 499
"""The ledger's outcome for a call whose client left before the answer's end (nginx's number)."""
_NO_BODY = frozenset({204, 304})


class UpstreamUnreachable(BadGateway):
    title = "The department's system cannot be reached"


class UpstreamBroken(BadGateway):
    title = "The department's system broke off its answer"


class UpstreamTimeout(GatewayTimeout):
    title = "The department's system took too long"


class UpstreamBusy(Unavailable):
    title = "The department's system has as many calls as it may have at once"


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The call as the upstream gets it; times in seconds."""

    method: str
    url: str
    headers: Pairs
    has_body: bool
    connect: float
    first_byte: float
    total: float


Ending = Callable[[int], Awaitable[None]]
"""Called once with the outcome, before the client has the whole answer."""


async def carry(client: Outbound, outgoing: Outgoing, receive: Receive, send: Send, before_the_end: Ending) -> None:
    """Send the call and stream its answer back.

    Raises UpstreamUnreachable, UpstreamBusy, UpstreamBroken or UpstreamTimeout while nothing has been answered yet;
    after that the connection breaks off, so that the client sees a cut answer as cut.
    """
    journey = _Journey(outgoing, receive, send, before_the_end)
    try:
        await _carried(journey, client)
    except asyncio.CancelledError:  # the process shuts down: the call was made all the same
        await asyncio.shield(journey.end(CLIENT_GONE))
        raise


async def _carried(journey: "_Journey", client: Outbound) -> None:
    failure: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as both:
            watcher = both.create_task(journey.watch())
            await journey.exchange(client)
            watcher.cancel()
    except* ClientGone:
        await journey.end(CLIENT_GONE)
    except* Problem as failures:
        failure = failures.exceptions[0]
        log(__name__).warning("call failed on its way", problem=getattr(failure, "slug", ""), answered=journey.started)
        await journey.end(getattr(failure, "status", Problem.status))
    if failure and not journey.started:
        raise failure  # here and not in the clause above, where some releases of Python would wrap it into a group


class _Journey:
    """One call on its way; `watch` and `exchange` run side by side."""

    def __init__(self, outgoing: Outgoing, receive: Receive, send: Send, before_the_end: Ending) -> None:
        self._outgoing = outgoing
        self._receive = receive
        self._send = send
        self._before_the_end = before_the_end
        self._ended = False
        self.started = False
        self._sent = asyncio.Event()
        if not outgoing.has_body:
            self._sent.set()

    async def watch(self) -> None:
        """Raise ClientGone when the client leaves after its body is through."""
        await self._sent.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        raise ClientGone

    async def exchange(self, client: Outbound) -> None:
        try:
            async with asyncio.timeout(self._outgoing.total), self._stream(client) as response:
                await self._answer(response)
        except ConnectionFailed as error:
            raise UpstreamUnreachable("Try again in a moment.", hop="upstream") from error
        except PoolExhausted as error:
            raise UpstreamBusy("Try again in a moment.", hop="gateway") from error
        except (DeadlineExceeded, TimeoutError) as error:
            raise UpstreamTimeout("Try again later.", hop="upstream") from error
        except AnswerBroken as error:
            raise UpstreamBroken("Try again in a moment.", hop="upstream") from error

    def _stream(self, client: Outbound) -> AbstractAsyncContextManager[httpx2.Response]:
        outgoing = self._outgoing
        return client.stream(
            outgoing.method,
            outgoing.url,
            headers=outgoing.headers,
            content=self._body() if outgoing.has_body else None,
            timeout=httpx2.Timeout(outgoing.first_byte, connect=outgoing.connect, pool=outgoing.connect),
        )

    async def _body(self) -> AsyncIterator[bytes]:
        """The client's body as it comes; the upstream's pace is the client's."""
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            yield message.get("body", b"")
            more = message.get("more_body", False)
        self._sent.set()

    async def _answer(self, response: httpx2.Response) -> None:
        if response.is_informational:
            raise AnswerBroken("an interim status as the last word")
        with translated():
            if self._outgoing.method == "HEAD" or response.status_code in _NO_BODY:
                await self.end(response.status_code)
                await self._start(response)
            else:
                await self._start(response)
                await self._relay(response)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _relay(self, response: httpx2.Response) -> None:
        """Pass each piece on as it comes; the one that completes a known length waits for the ledger."""
        length = response.headers.get("content-length")
        remaining = int(length) if length else -1
        async for chunk in response.aiter_raw():
            remaining -= len(chunk)
            if remaining == 0:
                await self.end(response.status_code)
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self.end(response.status_code)

    async def _start(self, response: httpx2.Response) -> None:
        self.started = True
        headers = to_client(response.headers.raw)
        await self._send({"type": "http.response.start", "status": response.status_code, "headers": headers})

    async def end(self, outcome: int) -> None:
        if not self._ended:
            self._ended = True
            await self._before_the_end(outcome)
