"""The figures of attempts at accounts for Prometheus, rendered when they are asked for."""

from collections.abc import Iterable

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from auth.guard.figures import Figures


class AttemptsCollector(Collector):
    """Labels are kinds and outcomes: a bounded number, and nobody's name."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily("onecity_attempts", "Attempts at accounts", labels=["kind", "outcome"])
        for (kind, outcome), count in list(self._figures.counts.items()):
            family.add_metric([kind, outcome], count)
        yield family
