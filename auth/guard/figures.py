"""How many attempts of each kind failed, succeeded, were refused or challenged, since the process began."""

from collections import Counter

from auth.guard.limits import AttemptKind


class Figures:
    """Counts in memory; whoever publishes metrics reads `counts`."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def count(self, kind: AttemptKind, outcome: str) -> None:
        self.counts[kind.value, outcome] += 1
