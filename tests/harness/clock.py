"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    def __init__(self, start: datetime = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    def unix(self) -> float:
        return self.moment.timestamp()

    def advance(self, **parts: float) -> None:
        """`advance(minutes=5)`: the words of timedelta."""
        self.moment += timedelta(**parts)
