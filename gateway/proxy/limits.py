"""How often a caller may call: the generic cell rate algorithm, one number per caller.

A bucket holds the time at which it would be full again (its theoretical arrival time, ITU-T I.371). A call moves it on
by one interval; a call that would move it further ahead of now than the whole window has to wait. The burst is the
whole quota. All times are monotonic seconds handed in by the caller.

The header fields are those of draft-ietf-httpapi-ratelimit-headers-10.
"""

from collections import OrderedDict
from collections.abc import Hashable
from math import ceil
from typing import Final

_EXAMINED: Final = 8
"""Buckets looked at to make room for one more: the pause stays below some microseconds however many there are."""


class Rate:
    """`calls` within `seconds`, all of them at once if need be; both greater than zero."""

    __slots__ = ("calls", "interval", "seconds", "slack")

    def __init__(self, calls: int, seconds: float) -> None:
        if calls < 1 or not seconds > 0:
            raise ValueError("a rate is one call or more in more than no time")
        self.calls: Final[int] = calls
        self.seconds: Final[float] = float(seconds)
        self.interval: Final[float] = seconds / calls
        self.slack: Final[float] = min(seconds / calls / 20, 1e-6 + calls * 1e-9)  # what sums of floats may be off

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rate) and self.calls == other.calls and self.seconds == other.seconds

    def __hash__(self) -> int:
        return hash((self.calls, self.seconds))

    def __repr__(self) -> str:
        return f"Rate({self.calls}, {self.seconds})"


class Bucket:
    """What one caller has used up of a rate."""

    __slots__ = ("_full_at", "_interval", "_seconds", "_slack", "rate")

    def __init__(self, rate: Rate) -> None:
        self.rate: Final[Rate] = rate
        self._interval: Final[float] = rate.interval
        self._seconds: Final[float] = rate.seconds
        self._slack: Final[float] = rate.slack
        self._full_at = 0.0

    def take(self, now: float) -> float:
        """0.0: the call is let through and counted; else the seconds until it would be, and nothing is counted."""
        start = self._full_at
        if start < now:  # noqa: PLR1730 - half the time of max()
            start = now
        after = start + self._interval
        wait = after - self._seconds - now
        if wait > self._slack:
            return wait
        self._full_at = after
        return 0.0

    def wait(self, now: float) -> float:
        """What `take` would answer, counting nothing."""
        wait = self._full_at + self._interval - self._seconds - now
        return wait if wait > self._slack else 0.0

    def give_back(self) -> None:
        """Uncount one call that was let through here and then refused elsewhere."""
        self._full_at -= self._interval

    def remaining(self, now: float) -> int:
        """Calls that would be let through at this moment."""
        used = self._full_at - now
        if used <= 0.0:
            return self.rate.calls
        return max(0, int((self._seconds - used + self._slack) / self._interval))

    def resets_in(self, now: float) -> int:
        """Seconds, rounded up, until the whole quota is there again."""
        used = self._full_at - now
        return ceil(used - self._slack) if used > self._slack else 0

    def full(self, now: float) -> bool:
        """Whether nothing is used up: such a bucket may be forgotten."""
        return self._full_at <= now

    def debt(self) -> float:
        """The moment at which it is full again: of two, the one with less may be forgotten with less harm."""
        return self._full_at


class Buckets:
    """One bucket per caller, `most` at the most.

    To make room, a full bucket goes first: forgetting it changes nothing. When none of those looked at is full, the one
    nearest to it goes. A bucket got from here is for the call at hand: kept longer, it may be a forgotten one.
    """

    __slots__ = ("_buckets", "_most", "rate")

    def __init__(self, rate: Rate, most: int = 100_000) -> None:
        self.rate: Final[Rate] = rate
        self._most: Final[int] = most
        self._buckets: OrderedDict[Hashable, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def of(self, key: Hashable, now: float) -> Bucket:
        """The caller's bucket, a full one for a caller not seen before."""
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._most:
                self._make_room(now)
            bucket = self._buckets[key] = Bucket(self.rate)
        return bucket

    def _make_room(self, now: float) -> None:
        """Take some from the front, drop the full ones or at least one, and put the others at the back."""
        kept = []
        for _ in range(min(_EXAMINED, len(self._buckets))):
            key, bucket = self._buckets.popitem(last=False)
            if not bucket.full(now):
                kept.append((key, bucket))
        if len(self._buckets) + len(kept) >= self._most:
            kept.remove(min(kept, key=_debt))
        self._buckets.update(kept)


def _debt(pair: tuple[Hashable, Bucket]) -> float:
    return pair[1].debt()


def take_all(buckets: tuple[Bucket, ...], now: float) -> float:
    """Take from every bucket or from none; 0.0, or the longest wait of those that refuse."""
    for bucket in buckets:
        if bucket.take(now) > 0.0:
            return _refused(buckets, bucket, now)
    return 0.0


def _refused(buckets: tuple[Bucket, ...], by: Bucket, now: float) -> float:
    """Give back to those before the one that refused."""
    for bucket in buckets:
        if bucket is by:
            break
        bucket.give_back()
    return max(bucket.wait(now) for bucket in buckets)


def retry_after(wait: float) -> int:
    """Whole seconds for Retry-After, one at the least (RFC 9110, section 10.2.3)."""
    return max(1, ceil(wait))


def policy(name: bytes, rate: Rate) -> bytes:
    """One member of the RateLimit-Policy field, like `"resident";q=600;w=60`: render it once for a rate."""
    return b'"%s";q=%d;w=%d' % (name, rate.calls, max(1, ceil(rate.seconds)))


def standing(name: bytes, bucket: Bucket, now: float) -> bytes:
    """One member of the RateLimit field, like `"resident";r=599;t=12`."""
    return b'"%s";r=%d;t=%d' % (name, bucket.remaining(now), bucket.resets_in(now))
