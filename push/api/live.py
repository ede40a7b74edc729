"""The live stream as server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import re
from collections.abc import AsyncIterator

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from core.access import resident_of
from core.ids import ID_PATTERN
from core.telemetry import log
from push.api.schemas import Unread, notice_of
from push.api.state import PushState
from push.live import Event, LiveStream, NoticeCame, SignedOut, UnreadIs

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_MEDIA = "text/event-stream"
_RETRY = "retry: 2000\n\n"


async def stream_live(request: Request[PushState]) -> Response:
    """Unread count and notices as they come, after the Last-Event-ID."""
    if request.method == "HEAD":
        return Response(headers=_HEADERS, media_type=_MEDIA)
    streams = request.state["live_streams"]
    return LiveResponse(streams.open(resident_of(request), _last_id(request)), streams.slow_seconds)


def _last_id(request: Request[PushState]) -> str | None:
    """Where the browser stopped; what is no id of ours counts as none, for a browser cannot correct it."""
    last = request.headers.get("last-event-id", "")
    return last if re.fullmatch(ID_PATTERN, last) else None


class LiveResponse(StreamingResponse):
    """Writes a stream's events; drops a reader who does not take them, and closes the stream whatever happens."""

    def __init__(self, stream: LiveStream, slow_seconds: float) -> None:
        super().__init__(_lines(stream), headers=_HEADERS, media_type=_MEDIA)
        self._stream = stream
        self._slow_seconds = slow_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(self._slow_seconds):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except TimeoutError:
            log(__name__).info("slow live reader dropped")
        finally:
            self._stream.close()


async def _lines(stream: LiveStream) -> AsyncIterator[str]:
    yield _RETRY
    async for event in stream.events():
        yield written(event)


def written(event: Event) -> str:
    """One event as the browser's EventSource reads it; a comment for one that says nothing."""
    match event:
        case NoticeCame(message):
            return f"id: {message.notice.id}\n{_event('notice', notice_of(message))}"
        case UnreadIs(count):
            return _event("unread", Unread(count=count))
        case SignedOut():
            return "event: signed-out\ndata: {}\n\n"
        case _:
            return ":\n\n"


def _event(name: str, data: BaseModel) -> str:
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"
