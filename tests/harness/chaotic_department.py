"""A department's system that misbehaves by plan, as a process of its own, so that it can be killed.

    python -m tests.harness.chaotic_department PORT LOG [SEED]

What it does stands first in the path: `/slow`, `/wrong`, `/silent`, `/dying`, `/mixed`; all else answers at once. A
POST with an Idempotency-Key has its effect once, however often it comes: LOG keeps a line for each arrival and each
effect, and is read again after a kill.
"""

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

from tests.harness.raw import Request, Unreadable, request_in

WRONG = (
    b"hello\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
)


class Broken(Exception):
    """The connection ends here."""


class Department:
    def __init__(self, log: Path, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a plan, no secret
        self._log = log.open("a", buffering=1, encoding="ascii")
        lines = [line.split() for line in log.read_text().splitlines()]
        self._done = {key: int(number) for kind, key, number in lines if kind == "E"}
        self._arrived = Counter(key for kind, key, _ in lines if kind == "A")

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received = b""
        try:
            while more := await reader.read(65536):
                received += more
                while found := request_in(received):
                    received = received[found[1] :]
                    await self._answer(found[0], writer)
        except (Unreadable, Broken, ConnectionError):
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        mode = request.target.split(b"/")[1].decode()
        if mode == "mixed":
            mode = self._random.choice(("well", "well", "well", "well", "slow", "wrong", "dying", "resetting"))
        number, arrival = self._effect(request)
        body = b'{"target":"%b","number":%d,"arrival":%d}' % (request.target, number, arrival)
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
            len(body),
            body,
        )
        await self._behave(mode, answer, writer)

    async def _behave(self, mode: str, answer: bytes, writer: asyncio.StreamWriter) -> None:
        if mode == "slow":
            await asyncio.sleep(self._random.choice((0.05, 0.3, 0.8, 2.5)))
        elif mode == "silent":
            await asyncio.sleep(3600)
        elif mode == "wrong":
            answer = self._random.choice(WRONG)
        elif mode == "resetting":
            raise Broken
        if mode == "dying":
            writer.write(answer[: self._random.randint(0, len(answer) - 1)])
            await writer.drain()
            await asyncio.sleep(self._random.choice((0, 0.01, 0.1)))
            raise Broken
        writer.write(answer)
        await writer.drain()

    def _effect(self, request: Request) -> tuple[int, int]:
        """What the call changes, once for each key, and how often it came; each arrival is written down."""
        keys = request.all("idempotency-key")
        if not keys or request.method != b"POST":
            return 0, 0
        key = keys[0].decode()
        self._arrived[key] += 1
        self._log.write(f"A {key} {self._arrived[key]}\n")
        if key not in self._done:
            self._done[key] = len(self._done) + 1
            self._log.write(f"E {key} {self._done[key]}\n")
        return self._done[key], self._arrived[key]


async def main(port: int, log: Path, seed: int) -> None:
    server = await asyncio.start_server(Department(log, seed).talk, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    Path(sys.argv[2]).touch()
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0))
