"""The one HTTP client towards the outside: every call has timeouts, and errors are translated here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx2

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 10.0


class OutboundError(Exception):
    """A call to the outside that brought no whole answer.

    OutboundError
    ├── ConnectionFailed   nothing was sent
    ├── PoolExhausted      nothing was sent: every connection is busy with another call
    ├── DeadlineExceeded   the other side was too slow
    └── AnswerBroken       the other side broke off, or does not speak HTTP
    """


class ConnectionFailed(OutboundError): ...


class PoolExhausted(OutboundError): ...


class DeadlineExceeded(OutboundError): ...


class AnswerBroken(OutboundError): ...


class Outbound:
    """An HTTP client that follows no redirect, reads no proxy from the environment, and never waits for ever.

    `transport` is the seam for tests.
    """

    def __init__(self, transport: httpx2.AsyncBaseTransport | None = None, *, connections: int = 100) -> None:
        self._client = httpx2.AsyncClient(
            transport=transport,
            timeout=httpx2.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections // 2),
            follow_redirects=False,
            trust_env=False,
        )
        self._client.headers.clear()  # nothing is sent that the caller did not ask for

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.aclose()

    async def request(self, method: str, url: str, **options: Any) -> httpx2.Response:
        """Send and read the whole answer; raises OutboundError. `options` are httpx2's (headers, content, …)."""
        with translated():
            return await self._client.request(method, url, **options)

    @asynccontextmanager
    async def stream(self, method: str, url: str, **options: Any) -> AsyncIterator[httpx2.Response]:
        """Send and read the answer piece by piece; raises OutboundError, also while the pieces are read."""
        with translated():
            request = self._client.build_request(method, url, **options)
            response = await self._client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()


class translated:  # noqa: N801 - reads as a word at the `with`
    """Turns the client's errors into ours, around any part of a call."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, httpx2.PoolTimeout):
            raise PoolExhausted(str(error)) from error
        if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
            raise ConnectionFailed(str(error)) from error
        if isinstance(error, httpx2.TimeoutException):
            raise DeadlineExceeded(str(error)) from error
        if isinstance(error, httpx2.HTTPError | httpx2.InvalidURL):
            raise AnswerBroken(str(error)) from error
