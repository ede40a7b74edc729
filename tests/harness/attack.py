"""A foreign host on loopback that counts who comes, and a department's system that says what it was told."""

import json
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

_TYPES = {"html": "text/html; charset=utf-8", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_SECONDS_WITHOUT_A_WORD = 5


class Foreign(ThreadingHTTPServer):
    """Serves `pages` and the files of `folder` under no policy at all, and keeps the path of every other request."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.folder = folder
        self.pages: dict[str, str] = {}
        self.hits: list[str] = []
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def named(self) -> str:
        """The same server by a name that looks like one of a city's."""
        return f"http://foreign.localhost:{self.port}"

    def get_request(self) -> tuple[Any, Any]:
        self.connections += 1
        return super().get_request()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that breaks off is no matter."""

    def forget(self) -> None:
        self.hits, self.connections = [], 0


class _Visit(BaseHTTPRequestHandler):
    timeout = _SECONDS_WITHOUT_A_WORD

    def handle(self) -> None:
        if self.rfile.peek(1)[:1].isupper():  # type: ignore[attr-defined]  # a BufferedReader
            super().handle()
        else:
            cast("Foreign", self.server).hits.append("/not-http")

    def do_GET(self) -> None:
        foreign, name = cast("Foreign", self.server), self.path.partition("?")[0]
        file = foreign.folder / name.removeprefix("/")
        if name in foreign.pages:
            self._answer(foreign.pages[name].encode(), "html")
        elif name != "/" and file.is_file():
            self._answer(file.read_bytes(), file.suffix.removeprefix("."))
        else:
            foreign.hits.append(name)
            self._answer(b"", "html")

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def _answer(self, content: bytes, suffix: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", _TYPES.get(suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet: a test's output is for its failures."""


@contextmanager
def foreign_host(folder: Path) -> Iterator[Foreign]:
    with _running(Foreign(folder)) as server:
        yield cast("Foreign", server)


class Upstream(ThreadingHTTPServer):
    """`/whoami` answers with the claims of the gateway's assertion; `/slow` takes thirty seconds, or until the end."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.called: list[str] = []
        self.ended = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A gateway that gives up is what some tests are about."""


class _Call(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        upstream = cast("Upstream", self.server)
        upstream.called.append(self.path)
        if self.path == "/slow":
            upstream.ended.wait(30)
        content = json.dumps(_claims(self.headers["Authorization"])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


def _claims(authorization: str) -> dict[str, Any]:
    """What a JWT says, unverified: the test trusts the gateway it started."""
    payload = authorization.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def claims_of(token: str) -> dict[str, Any]:
    return _claims(token)


@contextmanager
def department_system() -> Iterator[Upstream]:
    server = Upstream()
    with _running(server):
        yield server
        server.ended.set()
        time.sleep(0.1)


def contract(*paths: str) -> dict[str, Any]:
    """An OpenAPI document with one GET for each path, named like it."""
    operations = {f"/{path}": {"get": {"operationId": path, "summary": path}} for path in paths}
    return {"openapi": "3.1.0", "info": {"title": "Test", "version": "1.0.0"}, "paths": operations}


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
