"""The seam to uvicorn: its own protocol, living inside a lane's connection.

Leaned on: the constructor's arguments, `connection_made`, `data_received`, `pause_writing`, `resume_writing`,
`connection_lost`, `shutdown`, `on_response_complete`, `_unset_keepalive_if_required`, `connections`, and `cycle` with
`response_started` and `response_complete`. tests/unit/gateway/proxy/test_app_side.py fails when one of them moved.
"""

import asyncio
from typing import Protocol

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Host(Protocol):
    """The lane's connection."""

    def app_done(self) -> None:
        """The application answered."""
        ...


class AppSide(HttpToolsProtocol):
    """uvicorn's half of a connection; it closes the connection itself where it must, and tells when it is done."""

    def attach(self, host: Host, transport: asyncio.Transport) -> None:
        self._host = host
        self.connection_made(transport)
        self.connections.discard(self)  # the lane's connection stands there

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._unset_keepalive_if_required()  # the lane knows the deadlines
        self._host.app_done()

    @property
    def started(self) -> bool:
        """Whether the newest request's answer has begun."""
        return self.cycle.response_started

    @property
    def complete(self) -> bool:
        """Whether the newest request was answered to the end."""
        return self.cycle.response_complete
