"""A department's system that answers with whatever bytes it is told to, case by case."""

import time
from collections.abc import Callable, Mapping

from tests.harness.raw import Connection, Request, plainly

Saying = Callable[[Connection], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"a":1}'


class Scripted:
    """Answers `/case/<id>` by the script of that id, and everything else plainly."""

    def __init__(self, scripts: Mapping[str, Saying]) -> None:
        self.scripts = dict(scripts)

    def __call__(self, connection: Connection, request: Request) -> None:
        name = request.target.partition(b"/case/")[2].partition(b"?")[0].decode()
        script = self.scripts.get(name)
        if script is None:
            plainly(connection, request)
        else:
            script(connection)


def says(content: bytes) -> Saying:
    """Say it, and keep the connection."""

    def script(connection: Connection) -> None:
        connection.say(content)

    return script


def then_closes(content: bytes) -> Saying:
    def script(connection: Connection) -> None:
        connection.say(content)
        raise ConnectionError

    return script


def then_waits(content: bytes, seconds: float = 30) -> Saying:
    """Say it and nothing more, for as long as the peer stays."""

    def script(connection: Connection) -> None:
        connection.say(content)
        connection.socket.settimeout(seconds)
        while connection.more():
            pass
        raise ConnectionError

    return script


def slowly(content: bytes, each: int, pause: float) -> Saying:
    """So many bytes at a time, with a pause behind each."""

    def script(connection: Connection) -> None:
        for at in range(0, len(content), each):
            connection.say(content[at : at + each])
            time.sleep(pause)

    return script


def without_end(first: bytes, piece: bytes, pause: float = 0.0, most: int = 100_000) -> Saying:
    """The same piece again and again, until the peer has had enough."""

    def script(connection: Connection) -> None:
        connection.say(first)
        for _ in range(most):
            connection.say(piece)
            time.sleep(pause)
        raise ConnectionError

    return script


def sized(body: bytes = BODY, more: bytes = b"", status: bytes = b"200 OK") -> bytes:
    """A proper answer."""
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n"
    return head % (status, more, len(body)) + body


def chunked(*chunks: bytes, more: bytes = b"") -> bytes:
    """A proper answer in chunks."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in chunks)
    return HEAD + more + b"Transfer-Encoding: chunked\r\n\r\n" + body + b"0\r\n\r\n"
