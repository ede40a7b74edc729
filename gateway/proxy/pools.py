"""One pool of connections for each upstream, so that a department that is slow holds up nobody's calls but its own."""

from contextlib import AsyncExitStack
from typing import Self

from core.ids import UpstreamId
from core.outbound import Outbound

CONNECTIONS = 100


class Pools:
    """Clients by upstream, made at the first call and closed with the process."""

    def __init__(self, connections: int = CONNECTIONS) -> None:
        """`connections` at the most to each upstream; a call that gets none in time is refused."""
        self._connections = connections
        self._stack = AsyncExitStack()
        self._clients: dict[UpstreamId, Outbound] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def of(self, upstream: UpstreamId) -> Outbound:
        """The client of a registered upstream; there are as many as the register has entries."""
        client = self._clients.get(upstream)
        if client is None:
            client = self._clients[upstream] = Outbound(connections=self._connections)
            await self._stack.enter_async_context(client)
        return client
