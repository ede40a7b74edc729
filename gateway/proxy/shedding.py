"""Refusing calls of lower priority while the event loop is late, so that those of higher priority are still served.

The lateness is smoothed, so that one long pause sheds little; it must fall to half of a threshold before calls of that
priority pass again, so that the door does not flutter. `gateway.proxy.lag` measures it.
"""

from typing import Final, Literal

Priority = Literal["low", "normal", "high"]

_WEIGHT: Final = 0.3
_LEVELS: Final[dict[str, int]] = {"low": 1, "normal": 2, "high": 3}


class Shedding:
    __slots__ = ("_thresholds", "lag", "level")

    def __init__(self, low: float = 0.1, normal: float = 0.3, high: float = 1.0) -> None:
        """Seconds of lateness at which calls of each priority are refused; they may not fall."""
        if not 0 < low <= normal <= high:
            raise ValueError("a higher priority is shed later: 0 < low <= normal <= high")
        self._thresholds: Final[tuple[float, float, float]] = (low, normal, high)
        self.lag = 0.0
        self.level = 0

    def observe(self, lateness: float) -> None:
        """One measurement in seconds; about twenty a second are meant."""
        self.lag += (lateness - self.lag) * _WEIGHT
        while self.level < len(self._thresholds) and self.lag >= self._thresholds[self.level]:
            self.level += 1
        while self.level and self.lag < self._thresholds[self.level - 1] / 2:
            self.level -= 1

    def sheds(self, priority: str) -> bool:
        """Whether a call of this priority is refused now; a priority that is none of ours counts as normal."""
        return self.level > 0 and _LEVELS.get(priority, 2) <= self.level

    def retry_after(self) -> int:
        """Whole seconds for Retry-After: the later the loop, the longer."""
        return 1 + int(2 * self.lag)
