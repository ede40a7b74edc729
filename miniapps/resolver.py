"""Where names lead, without letting one name's slow server hold up the others.

getaddrinfo blocks a thread for as long as the name servers like. So it gets threads of its own (files are read in the
common ones), each host at most one of them at a time, each caller an answer within a second or none; and an answer is
believed for a second, since it is asked for with every call. An address that is written as one needs no look-up.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[[str], Sequence[str]]
SECONDS = 1.0
BELIEVED_SECONDS = 1.0
_THREADS = 16


class NameUnresolved(Exception):
    """The host has no address, or none was to be had in time."""


def literal_address(host: str) -> Address | None:
    """The address that the text is, if it is one."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def system_look_up(host: str) -> Sequence[str]:
    """As the machine resolves names; raises OSError, and UnicodeError for what is no host name."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


class Resolver:
    """`look_up` is the seam for tests; it runs in a thread."""

    def __init__(self, look_up: LookUp = system_look_up, seconds: float = SECONDS) -> None:
        self._look_up = look_up
        self._seconds = seconds
        self._threads: ThreadPoolExecutor | None = None
        self._known: dict[str, tuple[float, list[Address]]] = {}
        self._asked: dict[str, Future[Sequence[str]]] = {}

    async def addresses(self, host: str) -> list[Address]:
        """Every address of the host; raises NameUnresolved."""
        literal = literal_address(host)
        if literal is not None:
            return [literal]
        at, known = self._known.get(host, (0.0, []))
        if known and time.monotonic() - at < BELIEVED_SECONDS:
            return known
        found = await self._found(host)
        self._known[host] = (time.monotonic(), found)
        return found

    async def _found(self, host: str) -> list[Address]:
        try:
            answer = asyncio.wrap_future(self._question(host))
            found = [
                ipaddress.ip_address(each) for each in await asyncio.wait_for(asyncio.shield(answer), self._seconds)
            ]
        except TimeoutError as error:
            raise NameUnresolved(f"the address of {host} was not to be had in {self._seconds:g} s") from error
        except (OSError, UnicodeError) as error:
            raise NameUnresolved(f"{host} has no address") from error
        if not found:
            raise NameUnresolved(f"{host} has no address")
        return found

    def _question(self, host: str) -> Future[Sequence[str]]:
        """The look-up under way, or a new one."""
        question = self._asked.get(host)
        if question is None or question.done():
            self._threads = self._threads or ThreadPoolExecutor(_THREADS, "resolver")
            question = self._asked[host] = self._threads.submit(self._look_up, host)
        return question
