"""A gibibyte each way: how fast, and how much memory the gateway takes meanwhile."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from bench.load import Target
from bench.machine import resident_bytes
from bench.raw import length_in, opened, request_of

GIBI = 2**30
_SAMPLE_SECONDS = 0.02
_PIECE = bytes(256 * 1024)


@dataclass(frozen=True, slots=True)
class Body:
    """One large body: bytes that arrived, seconds, and the most memory that the gateway took meanwhile."""

    direction: str
    size: int
    arrived: int
    seconds: float
    grew: int


def download(target: Target, size: int) -> Body:
    """An answer of `size` bytes, read as fast as it comes."""
    asked = request_of(replace(target, path=f"/svc/bench/download?bytes={size}"))
    return _carried("down", target, size, lambda connection: _read_all(connection, asked))


def upload(target: Target, size: int) -> Body:
    """A request of `size` bytes, sent as fast as it goes."""
    more = f"Content-Type: application/octet-stream\r\nContent-Length: {size}\r\n"
    asked = request_of(replace(target, path="/svc/bench/upload"), "PUT", more)
    return _carried("up", target, size, lambda connection: _send_all(connection, asked, size))


def _carried(direction: str, target: Target, size: int, carry: Callable[[socket.socket], int]) -> Body:
    with Peak(target.pid) as peak, opened(target.port) as connect:
        began, arrived = time.monotonic(), 0
        with contextlib.suppress(OSError):
            arrived = carry(connect())
        return Body(direction, size, arrived, time.monotonic() - began, peak.grown())


def _read_all(connection: socket.socket, request: bytes) -> int:
    """Bytes of the answer's body."""
    connection.sendall(request)
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(65536)
    if not head.startswith(b"HTTP/1.1 200"):
        return 0
    got, wanted = len(head.partition(b"\r\n\r\n")[2]), length_in(head)
    while got < wanted and (piece := connection.recv(1 << 20)):
        got += len(piece)
    return got


def _send_all(connection: socket.socket, request: bytes, size: int) -> int:
    """Bytes that were sent, when the answer says that they arrived."""
    connection.sendall(request)
    for place in range(0, size, len(_PIECE)):
        connection.sendall(_PIECE[: size - place])
    return size if connection.recv(65536).startswith(b"HTTP/1.1 200") else 0


class Peak:
    """Looks at a process's memory all the time."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = self._most = resident_bytes(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def grown(self) -> int:
        """Bytes above what the process had at first, at the worst moment."""
        return self._most - self._before

    def _look(self) -> None:
        while not self._stop.wait(_SAMPLE_SECONDS):
            self._most = max(self._most, resident_bytes(self._pid))
