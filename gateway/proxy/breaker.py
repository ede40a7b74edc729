"""The circuit breaker of one upstream: after too many failures it is left alone for a while, then tried with few calls.

    closed ── too many failed or slow within the window ──▶ open
    open ── its time is over ──▶ half-open
    half-open ── `probes` good answers ──▶ closed        half-open ── a bad one ──▶ open, for twice as long

`admits` hands out a ticket, and each outcome comes back with it: what a call from before the last change of state tells
is no longer news and does not count. All times are monotonic seconds handed in by the caller.
"""

from math import ceil
from typing import Final, Literal

State = Literal["closed", "open", "half-open"]

_SLICES: Final = 10
_CLOSED: Final = 0
_OPEN: Final = 1
_HALF_OPEN: Final = 2
_NAMES: Final[tuple[State, State, State]] = ("closed", "open", "half-open")


class BreakerOptions:
    """When a breaker opens, and for how long. Ratios are between 0 and 1, times in seconds.

    `minimum`: outcomes within `window` below which nothing is concluded. `slow`: an answer whose first byte took longer
    counts as slow. `open_seconds` doubles with each failed probe up to `open_limit`. `probes`: calls at once while half
    open, and the good answers that close it. `probe_seconds`: a probe of which nothing was heard for so long is
    given up, so that a lost one does not keep the upstream shut for ever.
    """

    __slots__ = (
        "failure_ratio",
        "minimum",
        "open_limit",
        "open_seconds",
        "probe_seconds",
        "probes",
        "slow",
        "slow_ratio",
        "window",
    )

    def __init__(  # noqa: PLR0913 - a breaker has these figures
        self,
        *,
        window: float = 10.0,
        minimum: int = 20,
        failure_ratio: float = 0.5,
        slow: float = 5.0,
        slow_ratio: float = 0.8,
        open_seconds: float = 2.0,
        open_limit: float = 60.0,
        probes: int = 3,
        probe_seconds: float = 60.0,
    ) -> None:
        self.window: Final[float] = window
        self.minimum: Final[int] = minimum
        self.failure_ratio: Final[float] = failure_ratio
        self.slow: Final[float] = slow
        self.slow_ratio: Final[float] = slow_ratio
        self.open_seconds: Final[float] = open_seconds
        self.open_limit: Final[float] = open_limit
        self.probes: Final[int] = probes
        self.probe_seconds: Final[float] = probe_seconds


class Window:
    """Outcomes of the last `seconds`, counted in ten slices: the oldest slice is forgotten as a new one begins."""

    __slots__ = ("_calls", "_current", "_ends", "_failures", "_slice", "_slow", "calls", "failures", "slow")

    def __init__(self, seconds: float) -> None:
        self._slice: Final[float] = seconds / _SLICES
        self.clear()

    def clear(self) -> None:
        self.calls = 0
        self.failures = 0
        self.slow = 0
        self._calls = [0] * _SLICES
        self._failures = [0] * _SLICES
        self._slow = [0] * _SLICES
        self._current = 0
        self._ends = 0.0

    def advance(self, now: float) -> None:
        """Forget what is older than the window; cheap while the slice lasts."""
        if now < self._ends:
            return
        passed = int((now - self._ends) / self._slice) + 1
        for _ in range(min(passed, _SLICES)):
            self._begin_slice()
        self._ends = self._ends + passed * self._slice if self._ends else now + self._slice

    def _begin_slice(self) -> None:
        current = self._current = (self._current + 1) % _SLICES
        self.calls -= self._calls[current]
        self.failures -= self._failures[current]
        self.slow -= self._slow[current]
        self._calls[current] = self._failures[current] = self._slow[current] = 0

    def count(self, *, failed: bool, slow: bool) -> None:
        current = self._current
        self.calls += 1
        self._calls[current] += 1
        if failed:
            self.failures += 1
            self._failures[current] += 1
        if slow:
            self.slow += 1
            self._slow[current] += 1


class Breaker:
    """Every admitted call comes back exactly once: `succeeded`, `failed` or `abandoned`, with its ticket."""

    __slots__ = (
        "_good",
        "_last_probe",
        "_options",
        "_probing",
        "_state",
        "_ticket",
        "_trips",
        "_until",
        "_window",
    )

    def __init__(self, options: BreakerOptions) -> None:
        self._options: Final[BreakerOptions] = options
        self._window: Final[Window] = Window(options.window)
        self._state = _CLOSED
        self._ticket = 1
        self._trips = 0
        self._until = 0.0
        self._probing = 0
        self._good = 0
        self._last_probe = 0.0

    def admits(self, now: float) -> int:
        """0: the call is refused; else the ticket that its outcome needs."""
        if self._state == _CLOSED:
            return self._ticket
        if self._state == _OPEN:
            if now < self._until:
                return 0
            self._change(_HALF_OPEN)
        return self._admit_probe(now)

    def _admit_probe(self, now: float) -> int:
        options = self._options
        if self._probing and now - self._last_probe >= options.probe_seconds:
            self._change(_HALF_OPEN)
        if self._probing + self._good >= options.probes:
            return 0
        self._probing += 1
        self._last_probe = now
        return self._ticket

    def succeeded(self, ticket: int, now: float, seconds: float) -> None:
        """The upstream answered as it should; its first byte took `seconds`."""
        if ticket != self._ticket:
            return
        slow = seconds > self._options.slow
        if self._state == _CLOSED:
            window = self._window
            window.advance(now)
            window.count(failed=False, slow=slow)
            if slow:
                self._judge(now)
        elif slow:
            self._open(now)
        else:
            self._probed()

    def failed(self, ticket: int, now: float) -> None:
        """The upstream could not be reached, broke off, was too late, or said itself that it failed."""
        if ticket != self._ticket:
            return
        if self._state == _CLOSED:
            self._window.advance(now)
            self._window.count(failed=True, slow=False)
            self._judge(now)
        else:
            self._open(now)

    def abandoned(self, ticket: int) -> None:
        """The client left before anything was known of the upstream: no verdict, and a probe's place is free again."""
        if ticket == self._ticket and self._state == _HALF_OPEN:
            self._probing -= 1

    def retry_after(self, now: float) -> int:
        """Whole seconds after which it is worth while to ask again; one at the least."""
        return max(1, ceil(self._until - now)) if self._state == _OPEN else 1

    def state(self, now: float) -> State:
        if self._state == _OPEN and now >= self._until:
            return "half-open"
        return _NAMES[self._state]

    def _judge(self, now: float) -> None:
        options = self._options
        window = self._window
        if window.calls < options.minimum:
            return
        if window.failures >= options.failure_ratio * window.calls or window.slow >= options.slow_ratio * window.calls:
            self._open(now)

    def _open(self, now: float) -> None:
        options = self._options
        self._until = now + min(options.open_limit, options.open_seconds * 2.0 ** min(self._trips, 30))
        self._trips += 1
        self._change(_OPEN)

    def _probed(self) -> None:
        self._probing -= 1
        self._good += 1
        if self._good >= self._options.probes:
            self._trips = 0
            self._window.clear()
            self._change(_CLOSED)

    def _change(self, state: int) -> None:
        """Enter a state; tickets from before are void."""
        self._state = state
        self._ticket += 1
        self._probing = 0
        self._good = 0
