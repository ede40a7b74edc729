"""What the door counts: cheap to count, rendered for Prometheus and the health endpoint when somebody asks."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from core.ids import UpstreamId

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram's buckets, in seconds."""


class SystemFigures:
    """Counts of one upstream, kept over revisions. `seconds` counts answers by time to their end."""

    __slots__ = ("answers", "buckets", "cached", "refusals", "retries", "seconds")

    def __init__(self) -> None:
        self.answers: dict[int, int] = {}
        """By status, as the mini-service got it from the department's system."""
        self.refusals: dict[str, int] = {}
        """By the slug of the gateway's own Problem."""
        self.buckets: list[int] = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.retries = 0
        self.cached = 0

    def answered(self, status: int, seconds: float) -> None:
        answers = self.answers
        answers[status] = answers.get(status, 0) + 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def refused(self, slug: str) -> None:
        self.refusals[slug] = self.refusals.get(slug, 0) + 1

    def percentile(self, share: float) -> float | None:
        """The bound under which that share of answers stayed, in seconds; None while there are none."""
        total = sum(self.buckets)
        if not total:
            return None
        wanted, seen = share * total, 0
        for bound, count in zip((*BOUNDS, float("inf")), self.buckets, strict=True):
            seen += count
            if seen >= wanted:
                return bound
        return None


class Figures:
    """The door's counts."""

    def __init__(self) -> None:
        self.systems: dict[UpstreamId, SystemFigures] = {}
        self.refusals: dict[str, int] = {}
        """Requests that no upstream is blamed or named for: unreadable heads, unknown hosts."""

    def of(self, upstream: UpstreamId) -> SystemFigures:
        figures = self.systems.get(upstream)
        if figures is None:
            figures = self.systems[upstream] = SystemFigures()
        return figures

    def refused(self, slug: str) -> None:
        self.refusals[slug] = self.refusals.get(slug, 0) + 1

    def __iter__(self) -> Iterator[tuple[UpstreamId, SystemFigures]]:
        return iter(list(self.systems.items()))
