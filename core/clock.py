"""The only reader of the time."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; tests hand in one that they move themselves."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def unix(self) -> float:
        """The same in Unix seconds, for what is asked at every call."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def unix(self) -> float:
        return time.time()
