"""The pages of the bridge's contract on loopback, by every host name, and where a browser leaves its results."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import cast

HOST_FOLDER = Path(__file__).parents[3] / "sdk_h5/host"
SECONDS_FOR_A_SLOW_PICTURE = 30
_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@dataclass(frozen=True)
class Result:
    suite: str
    name: str
    failure: str | None
    ms: int


class Pages(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the pages of all cases come nearly at once

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.folder = folder
        self.left: Queue[list[Result]] = Queue()
        self.wanted: defaultdict[str, Event] = defaultdict(Event)
        """By the host it is asked of: whether a slow picture may come."""

    def at(self, name: str) -> str:
        """An origin of its own on this server."""
        return f"http://{name}.localhost:{self.server_address[1]}"

    @property
    def address(self) -> str:
        """The app's page, which runs all suites as soon as it is opened."""
        return f"{self.at('app')}/app.html?service={self.at('service')}&elsewhere={self.at('elsewhere')}"

    def results(self, seconds: float) -> list[Result]:
        """What the browser left; raises queue.Empty."""
        return self.left.get(timeout=seconds)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that breaks off is no matter."""


class _Visit(SimpleHTTPRequestHandler):
    def __init__(self, request: object, address: object, server: Pages) -> None:
        super().__init__(request, address, server, directory=str(server.folder))  # type: ignore[arg-type]

    def end_headers(self) -> None:
        if self.path.endswith(".js"):
            self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def do_GET(self) -> None:
        path, _, now = self.path.partition("?")
        if path != "/slow.svg":
            super().do_GET()
            return
        wanted = cast("Pages", self.server).wanted[self.headers["Host"]]
        if now:
            wanted.set()
        wanted.wait(SECONDS_FOR_A_SLOW_PICTURE)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.send_header("Content-Length", str(len(_PICTURE)))
        self.end_headers()
        self.wfile.write(_PICTURE)

    def do_POST(self) -> None:
        left = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        cast("Pages", self.server).left.put([Result(**each) for each in left])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def served(folder: Path) -> Iterator[Pages]:
    _bundle(folder)
    pages = Pages(folder)
    thread = Thread(target=pages.serve_forever, daemon=True)
    thread.start()
    try:
        yield pages
    finally:
        pages.shutdown()
        pages.server_close()
        thread.join()


def _bundle(folder: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    build = ["node", "scripts/contract.js", str(folder)]
    environment = {**os.environ, "PATH": path}
    subprocess.run(build, cwd=HOST_FOLDER, check=True, capture_output=True, env=environment)  # noqa: S603 - our own
