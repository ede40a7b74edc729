"""The retry budget of one upstream: retries are a small part of its calls, so that they never become a storm.

Times are monotonic seconds handed in by the caller.
"""

from typing import Final


class Budget:
    """Each call earns a part of a retry, and time earns a little too, so that a quiet upstream may retry at all.

    Over any time, retries are at most `ratio` of the calls, and `floor` a second, and `most` saved up from before.
    """

    __slots__ = ("_at", "_floor", "_most", "_ratio", "_saved")

    def __init__(self, ratio: float = 0.1, floor: float = 0.5, most: float = 10.0) -> None:
        """`ratio` retries earned per call, `floor` retries earned per second, `most` retries saved up."""
        self._ratio: Final[float] = ratio
        self._floor: Final[float] = floor
        self._most: Final[float] = most
        self._saved = most
        self._at = 0.0

    def earn(self) -> None:
        """A call goes out for the first time."""
        saved = self._saved + self._ratio
        self._saved = saved if saved < self._most else self._most  # noqa: FURB136 - half the time of min()

    def spend(self, now: float) -> bool:
        """Whether a retry may go out; it is paid for when it may."""
        if self._at:
            self._saved = min(self._most, self._saved + (now - self._at) * self._floor)
        self._at = now
        if self._saved < 1.0:
            return False
        self._saved -= 1.0
        return True
