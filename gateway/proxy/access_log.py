"""The log line of each call, as core.telemetry writes it, but many at a time.

A line through the whole of structlog costs as much as the call. In JSON the same line is rendered here and written in
groups, at most a tenth of a second late; for people (console) it goes the ordinary way.
"""

import logging
import sys
import time
from datetime import UTC, datetime

from core.telemetry import LogFormat, log

_NAME = "gateway.proxy"
_GROUP_BYTES = 64 * 1024


class AccessLog:
    """`log_format` and the level are those of the process; nothing is written below INFO."""

    __slots__ = ("_json", "_lines", "_on", "_route", "_second", "_size", "_tail")

    def __init__(self, log_format: LogFormat, route: str) -> None:
        self._json = log_format == "json"
        self._on = logging.getLogger().isEnabledFor(logging.INFO)
        self._route = route
        self._lines: list[str] = []
        self._size = 0
        self._second = 0
        self._tail = ""

    def write(self, request_id: bytes, method: str, status: int, seconds: float) -> None:
        """One line; `seconds` to the end of the answer."""
        if not self._on:
            return
        if not self._json:
            fields = {"route": self._route, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
            log(_NAME).info("answered", request_id=request_id.decode(), **fields)
            return
        now = int(time.time())
        if now != self._second:
            self._second = now
            stamp = datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z")
            self._tail = f'", "level": "info", "logger": "{_NAME}", "timestamp": "{stamp}", "event": "answered"}}\n'
        line = (
            f'{{"route": "{self._route}", "method": "{method}", "status": {status}, "ms": {seconds * 1000:.1f}, '
            f'"request_id": "{request_id.decode()}{self._tail}'
        )
        self._lines.append(line)
        self._size += len(line)
        if self._size > _GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            sys.stderr.write("".join(self._lines))
            sys.stderr.flush()
            self._lines = []
            self._size = 0
