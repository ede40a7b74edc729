"""What a department sees of its own systems."""

from math import isinf
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from core.access import Scope, department_of, needs
from core.bodies import answer
from core.ids import UpstreamId
from core.operations import Operation
from gateway.proxy.api.schemas import AddressHealth, BreakerHealth, CallCounts, PlaceHealth, UpstreamHealth
from gateway.proxy.api.state import ProxyState
from gateway.proxy.errors import UpstreamUnknown
from gateway.proxy.figures import SystemFigures
from gateway.proxy.system import System


async def show_upstream_health(request: Request[ProxyState]) -> Response:
    """As this process sees it: each worker has a breaker and places of its own."""
    upstream = await request.state["upstreams"].find(UpstreamId(request.path_params["upstream_id"]))
    if upstream is None or upstream.department != department_of(request).department:
        raise UpstreamUnknown("Your department has no system of that name.")
    door = request.state["door"]
    system = door.system_of(upstream)
    system.lead_to(await upstream.endpoints())
    return answer(_health(system, door.now()), headers={"Cache-Control": "no-store"})


def _health(system: System, now: float) -> UpstreamHealth:
    state, traffic = system.breaker.state(now), system.upstream.traffic
    return UpstreamHealth(
        id=system.id,
        status=_status(system, state),
        breaker=BreakerHealth(state=state, retry_after=system.breaker.retry_after(now) if state == "open" else 0),
        places=PlaceHealth(
            under_way=system.bulkhead.inside,
            waiting=system.bulkhead.waiting,
            concurrency=traffic.concurrency,
            queue=traffic.queue,
        ),
        addresses=[
            AddressHealth(
                address=f"{member.address.ip}:{member.address.port}",
                under_way=member.in_flight,
                failures_in_a_row=member.failures,
                ejected=member.ejected_until > now,
            )
            for member in system.endpoints.members
        ],
        connections=system.connections,
        calls=_counts(system.figures),
    )


def _status(system: System, state: str) -> Literal["up", "degraded", "down"]:
    if state == "open" or not system.endpoints.members:
        return "down"
    return "degraded" if state == "half-open" or system.endpoints.ejected else "up"


def _counts(figures: SystemFigures) -> CallCounts:
    return CallCounts(
        answers={str(status): count for status, count in sorted(figures.answers.items())},
        refusals=dict(sorted(figures.refusals.items())),
        retries=figures.retries,
        cached=figures.cached,
        p50_under=_finite(figures.percentile(0.5)),
        p99_under=_finite(figures.percentile(0.99)),
    )


def _finite(seconds: float | None) -> float | None:
    return None if seconds is None or isinf(seconds) else seconds


OPERATIONS = (
    Operation(
        method="GET",
        path="/dept/v1/upstreams/{upstream_id}/health",
        endpoint=show_upstream_health,
        guard=needs(Scope.UPSTREAMS_READ),
        summary="How a department's own system does, as this process of the gateway sees it",
        tag="upstreams",
        answer=UpstreamHealth,
        problems=(UpstreamUnknown,),
    ),
)
