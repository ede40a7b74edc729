"""The door's figures for Prometheus, rendered when they are asked for: counting a call stays cheap."""

from collections.abc import Iterable

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from gateway.proxy.door import Door
from gateway.proxy.figures import BOUNDS, SystemFigures

_STATES = ("closed", "half-open", "open")


class DoorCollector(Collector):
    """Labels are upstreams, statuses and problems: a bounded number."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def collect(self) -> Iterable[Metric]:
        yield from self._counts()
        yield from self._gauges()

    def _counts(self) -> Iterable[Metric]:
        answers = CounterMetricFamily("onecity_calls", "Proxied calls answered", labels=["upstream", "status"])
        refusals = CounterMetricFamily(
            "onecity_call_refusals", "Calls answered by the gateway itself", labels=["upstream", "problem"]
        )
        retries = CounterMetricFamily("onecity_call_retries", "Calls sent again", labels=["upstream"])
        cached = CounterMetricFamily("onecity_calls_cached", "Public calls answered from memory", labels=["upstream"])
        seconds = HistogramMetricFamily("onecity_call_seconds", "Time to the end of an answer", labels=["upstream"])
        for upstream, figures in self._door.figures:
            for status, count in list(figures.answers.items()):
                answers.add_metric([upstream, str(status)], count)
            for slug, count in list(figures.refusals.items()):
                refusals.add_metric([upstream, slug], count)
            retries.add_metric([upstream], figures.retries)
            cached.add_metric([upstream], figures.cached)
            seconds.add_metric([upstream], _cumulative(figures), figures.seconds)
        for slug, count in list(self._door.figures.refusals.items()):
            refusals.add_metric(["", slug], count)
        yield from (answers, refusals, retries, cached, seconds)

    def _gauges(self) -> Iterable[Metric]:
        door = self._door
        yield GaugeMetricFamily("onecity_client_connections", "Clients' connections", len(door.lanes))
        yield GaugeMetricFamily("onecity_calls_under_way", "Calls let through and not yet over", len(door.calls))
        yield GaugeMetricFamily("onecity_call_tasks", "Calls that wait for something to be asked for", door.tasks)
        yield GaugeMetricFamily("onecity_loop_lag_seconds", "How late the event loop is", door.shedding.lag)
        inside = GaugeMetricFamily("onecity_upstream_calls", "Calls a system has at this moment", labels=["upstream"])
        waiting = GaugeMetricFamily("onecity_upstream_queue", "Calls that wait for a place", labels=["upstream"])
        connections = GaugeMetricFamily("onecity_upstream_connections", "Open connections", labels=["upstream"])
        ejected = GaugeMetricFamily("onecity_upstream_ejected", "Addresses left out for failing", labels=["upstream"])
        state = GaugeMetricFamily("onecity_breaker_state", "1 for the state it is in", labels=["upstream", "state"])
        for upstream, system in list(door.systems.items()):
            inside.add_metric([upstream], system.bulkhead.inside)
            waiting.add_metric([upstream], system.bulkhead.waiting)
            connections.add_metric([upstream], system.connections)
            ejected.add_metric([upstream], system.endpoints.ejected)
            now_in = system.breaker.state(door.now())
            for each in _STATES:
                state.add_metric([upstream, each], 1.0 if each == now_in else 0.0)
        yield from (inside, waiting, connections, ejected, state)


def _cumulative(figures: SystemFigures) -> list[tuple[str, float]]:
    total, buckets = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), figures.buckets, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets
