"""How a department's system does, as this process sees it. Times in seconds."""

from typing import Literal

from pydantic import Field

from core.bodies import Answer


class BreakerHealth(Answer):
    state: Literal["closed", "half-open", "open"]
    retry_after: int = Field(description="seconds until a call is worth while; 0 while it is closed")


class PlaceHealth(Answer):
    under_way: int
    waiting: int
    concurrency: int = Field(description="calls at once, at the most")
    queue: int = Field(description="calls that may wait for a place")


class AddressHealth(Answer):
    address: str
    under_way: int
    failures_in_a_row: int
    ejected: bool = Field(description="left out for having failed too often")


class CallCounts(Answer):
    answers: dict[str, int] = Field(description="answers by status, since this process started")
    refusals: dict[str, int] = Field(description="calls that the gateway answered itself, by problem")
    retries: int
    cached: int = Field(description="public calls answered from memory")
    p50_under: float | None = Field(description="half of the answers took less")
    p99_under: float | None = Field(description="99 of 100 answers took less")


class UpstreamHealth(Answer):
    id: str
    status: Literal["up", "degraded", "down"] = Field(
        description="down: nothing is sent for the moment; degraded: it is being tried, or an address is left out"
    )
    breaker: BreakerHealth
    places: PlaceHealth
    addresses: list[AddressHealth]
    connections: int
    calls: CallCounts
