"""A client of plain sockets, for what wrk does not do."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.load import Target


@contextmanager
def opened(port: int) -> Iterator[Callable[[], socket.socket]]:
    """Something that makes connections, which are closed at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(socket.create_connection(("127.0.0.1", port), 20))


def answered(connection: socket.socket, request: bytes) -> bool:
    """Send one request and read its answer of 200."""
    with contextlib.suppress(OSError):
        connection.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got or len(got) < got.index(b"\r\n\r\n") + 4 + length_in(got):
            piece = connection.recv(65536)
            if not piece:
                return False
            got += piece
        return got.startswith(b"HTTP/1.1 200")
    return False


def length_in(head: bytes) -> int:
    """Content-Length of an answer's head."""
    fields = head.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
    return next((int(each[15:]) for each in fields if each.startswith(b"content-length:")), 0)


def request_of(target: Target, method: str = "GET", more: str = "") -> bytes:
    """A request's head with a good token; `more` are lines of its own."""
    token = target.tokens.read_text().split()[0]
    head = f"{method} {target.path} HTTP/1.1\r\nHost: {target.host}\r\nAuthorization: Bearer {token}\r\n"
    return f"{head}{more}\r\n".encode()
