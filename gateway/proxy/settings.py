"""What can be set about the data path; the gateway reads it from the environment.

Where the register says something of an upstream, that counts.
"""

from pydantic import BaseModel, ConfigDict, Field


class RateSettings(BaseModel):
    """So many calls within so many seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: int = Field(ge=1, description="Calls let through in one window, all at once if need be.")
    seconds: float = Field(gt=0, le=86_400, description="The window; the quota comes back evenly within it.")


class ResidentRate(RateSettings):
    calls: int = Field(600, ge=1, description="Calls of one resident through one mini-service in one window.")
    seconds: float = Field(60, gt=0, le=86_400, description="That window; the quota comes back evenly within it.")


class ServiceRate(RateSettings):
    calls: int = Field(60_000, ge=1, description="Calls of all residents through one mini-service in one window.")
    seconds: float = Field(60, gt=0, le=86_400, description="That window; the quota comes back evenly within it.")


class UpstreamRate(RateSettings):
    calls: int = Field(60_000, ge=1, description="Calls to one department system in one window.")
    seconds: float = Field(60, gt=0, le=86_400, description="That window; the quota comes back evenly within it.")


class LimitSettings(BaseModel):
    """How often may be called, where the register says nothing else; each worker counts for itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resident: ResidentRate = Field(default_factory=ResidentRate, description="One resident through one mini-service.")
    service: ServiceRate = Field(default_factory=ServiceRate, description="All residents through one mini-service.")
    upstream: UpstreamRate = Field(default_factory=UpstreamRate, description="All calls to one department system.")
    callers: int = Field(100_000, ge=100, description="Callers whose use is remembered, for each kind of limit.")


class DeadlineSettings(BaseModel):
    """How long the door waits for whom, in seconds; those of the department's answer are in the register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    head: float = Field(10, gt=0, le=60, description="From a request's first byte to the end of its head.")
    body: float = Field(30, gt=0, le=300, description="Without a byte of a body, from the client or to it.")
    idle: float = Field(75, gt=0, le=600, description="A client's connection without a request is closed.")
    idle_upstream: float = Field(30, gt=0, le=600, description="A kept connection to a department is closed.")


class BodySettings(BaseModel):
    """What a message may be at the most, in bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ceiling: int = Field(
        2**31, ge=1024, description="Body of a call, whatever the department's document allows (x-onecity-max-body)."
    )
    checked: int = Field(
        4 * 2**20, ge=1024, description="Body, or answer with fields to hide, that is held whole to be checked."
    )


class BreakerSettings(BaseModel):
    """When a department's system is left alone, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window: float = Field(10, gt=0, le=600, description="Seconds of which the outcomes count.")
    minimum: int = Field(20, ge=1, description="Outcomes in the window below which nothing is concluded.")
    failure_ratio: float = Field(0.5, gt=0, le=1, description="Part of the calls that failed at which it opens.")
    slow: float = Field(5, gt=0, le=300, description="Seconds to the first byte after which an answer counts as slow.")
    slow_ratio: float = Field(0.8, gt=0, le=1, description="Part of the calls that were slow at which it opens.")
    open_seconds: float = Field(2, gt=0, le=600, description="Nothing is sent for so long; doubles while it fails.")
    open_limit: float = Field(60, gt=0, le=3600, description="Seconds, the longest that it stays open.")
    probes: int = Field(3, ge=1, le=100, description="Calls that try it afterwards; if all are good it closes.")
    probe_seconds: float = Field(60, gt=0, le=3600, description="A try of which nothing was heard is given up.")


class BulkheadSettings(BaseModel):
    """The queue before a department's system; its places are in the register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wait_seconds: float = Field(1, gt=0, le=60, description="A call waits for a place for so long at the most.")


class RetrySettings(BaseModel):
    """Retries of calls that may be repeated, for one department's system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ratio: float = Field(0.1, ge=0, le=1, description="Retries earned by one call.")
    floor: float = Field(0.5, ge=0, le=100, description="Retries earned by one second.")
    most: float = Field(10, ge=0, le=1000, description="Retries saved up.")


class EndpointSettings(BaseModel):
    """When an address is left out, of a system that has several."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    in_a_row: int = Field(5, ge=1, le=1000, description="Failures in a row after which an address is left out.")
    eject_seconds: float = Field(5, gt=0, le=600, description="It is left out for so long; doubles while it fails.")
    eject_limit: float = Field(300, gt=0, le=3600, description="Seconds, the longest that it is left out.")


class SheddingSettings(BaseModel):
    """Lateness of the event loop, in seconds, at which calls of a priority are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float = Field(0.1, gt=0, le=60, description="Refuses calls of low priority.")
    normal: float = Field(0.3, gt=0, le=60, description="Refuses calls of normal priority too.")
    high: float = Field(1, gt=0, le=60, description="Refuses every call.")


class IdempotencySettings(BaseModel):
    """What is remembered of calls with an Idempotency-Key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kept_seconds: int = Field(86_400, ge=60, le=604_800, description="A key and its answer are remembered for so long.")
    answer_bytes: int = Field(
        256 * 1024, ge=0, le=16 * 2**20, description="A larger answer is not kept: the department is asked again."
    )


class CacheSettings(BaseModel):
    """Answers of operations marked public, shared by all (RFC 9111)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    most_bytes: int = Field(64 * 2**20, ge=0, description="Memory for kept answers; 0 keeps none.")
    entry_bytes: int = Field(2**20, ge=0, description="A larger answer is not kept.")
    stale_if_error: int = Field(
        0,
        ge=0,
        le=86_400,
        description="Seconds that a stale answer serves while a department fails, if it says nothing.",
    )


class ProxySettings(BaseModel):
    """The data path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: LimitSettings = Field(default_factory=LimitSettings, description="How often may be called.")
    deadlines: DeadlineSettings = Field(default_factory=DeadlineSettings, description="How long is waited.")
    bodies: BodySettings = Field(default_factory=BodySettings, description="How large a body may be.")
    breaker: BreakerSettings = Field(default_factory=BreakerSettings, description="When a system is left alone.")
    bulkhead: BulkheadSettings = Field(default_factory=BulkheadSettings, description="The queue for a place.")
    retries: RetrySettings = Field(default_factory=RetrySettings, description="Retries.")
    endpoints: EndpointSettings = Field(default_factory=EndpointSettings, description="Addresses that fail.")
    shedding: SheddingSettings = Field(default_factory=SheddingSettings, description="When calls are refused.")
    idempotency: IdempotencySettings = Field(default_factory=IdempotencySettings, description="Keyed calls.")
    cache: CacheSettings = Field(default_factory=CacheSettings, description="Kept public answers.")
