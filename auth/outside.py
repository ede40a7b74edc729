"""Calls to addresses that others gave us: never into a private network, unless the settings name that network.

The name is resolved first, every address is looked at, and the call goes to the very address that was looked at, so
that a name which leads elsewhere a moment later leads nowhere (DNS rebinding). No redirect is followed (core.outbound).
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from urllib.parse import urlsplit

from core.outbound import Outbound, OutboundError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LookUp = Callable[[str, int], Awaitable[Sequence[str]]]
_ANSWER_LIMIT = 4096


class AddressForbidden(Exception):
    """An address that is not to be called."""


async def system_look_up(host: str, port: int) -> Sequence[str]:
    """As the machine resolves names; raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class Outside:
    """Posts forms; `networks` are private ones that may be called, `seconds` bound a whole call."""

    def __init__(
        self,
        outbound: Outbound,
        networks: Collection[Network],
        seconds: float,
        look_up: LookUp = system_look_up,
    ) -> None:
        self._outbound = outbound
        self._networks = tuple(networks)
        self._seconds = seconds
        self._look_up = look_up

    async def post(self, url: str, form: bytes) -> int:
        """The status of the answer; raises AddressForbidden, OutboundError and TimeoutError."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        async with asyncio.timeout(self._seconds):
            address = await self._allowed(host, port)
            pinned = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IPv6
            target = parts._replace(netloc=f"{pinned}:{port}").geturl()
            headers = {"Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded"}
            extensions = {"sni_hostname": host}
            async with self._outbound.stream(
                "POST", target, headers=headers, content=form, extensions=extensions
            ) as response:
                await _drained(response.aiter_raw())
                return response.status_code

    async def _allowed(self, host: str, port: int) -> Address:
        try:
            found = [ipaddress.ip_address(each) for each in await self._look_up(host, port)]
        except (OSError, UnicodeError, ValueError) as error:
            raise OutboundError("the host has no address") from error
        for address in found:
            if not self._may_be_called(address):
                raise AddressForbidden("the host leads into a network that is not to be called")
        if not found:
            raise OutboundError("the host has no address")
        return found[0]

    def _may_be_called(self, address: Address) -> bool:
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        real = mapped or address
        public = real.is_global and not real.is_multicast
        return public or any(real in network for network in self._networks if network.version == real.version)


async def _drained(pieces: AsyncIterator[bytes]) -> None:
    """A short answer is read, so that the connection can be used again; a long one is left."""
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > _ANSWER_LIMIT:
            return
