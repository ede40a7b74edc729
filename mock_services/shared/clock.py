from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps no summer time: a fixed offset needs no zone data on the machine."""

Clock = Callable[[], datetime]
"""Gives the present, aware."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def milliseconds(moment: datetime) -> int:
    """A moment as the stores keep it."""
    return round(moment.timestamp() * 1000)


def moment(stored: int) -> datetime:
    """A stored moment as answers give it: Shanghai time with its offset."""
    return datetime.fromtimestamp(stored / 1000, SHANGHAI)
