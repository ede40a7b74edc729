"""What can be set about notices and their delivery; the gateway reads it from the environment."""

from math import ceil
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, UrlConstraints, model_validator
from pydantic_core import Url

from push.encryption import checked_subject

PUSH_SERVICES = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)
"""The push services of Chrome, Chromium, Firefox, Edge and Safari."""

ServiceEntry = Annotated[str, Field(pattern=r"^\.?[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+(:[0-9]{1,5})?$")]
RelayAddress = Annotated[Url, UrlConstraints(allowed_schemes=["http", "https"])]


class LiveSettings(BaseModel):
    """The live stream."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heartbeat_seconds: float = Field(15, gt=0, le=60, description="A comment goes out after so long without an event.")
    session_seconds: float = Field(
        4, gt=0, le=5, description="How often a stream asks whether its session still lives."
    )
    poll_seconds: float = Field(
        2, gt=0, le=60, description="How often a worker asks the database what other workers wrote."
    )
    slow_seconds: float = Field(20, gt=0, le=120, description="A reader who takes nothing for so long is dropped.")
    streams: int = Field(6, ge=1, le=100, description="Open streams of one account at one worker.")


class DeliverySettings(BaseModel):
    """The worker that delivers by Web Push."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch: int = Field(64, ge=1, le=1000, description="Deliveries claimed at a time.")
    concurrency: int = Field(32, ge=1, le=500, description="Messages on their way at a time.")
    lease_seconds: float = Field(
        60, gt=0, le=600, description="A claim that was not finished is due again after so long."
    )
    send_seconds: float = Field(15, gt=0, le=60, description="Time for one message, answer included.")
    poll_seconds: float = Field(2, gt=0, le=60, description="How often to look for due deliveries when nobody calls.")
    attempts: int = Field(10, ge=1, le=50, description="A message is given up after so many tries.")
    back_off_seconds: float = Field(5, gt=0, le=600, description="Wait after the first failure; doubles each time.")
    back_off_limit_seconds: float = Field(3600, gt=0, le=86_400, description="The longest wait between two tries.")

    @model_validator(mode="after")
    def _lease_outlasts_batch(self) -> Self:
        if ceil(self.batch / self.concurrency) * self.send_seconds >= self.lease_seconds:
            raise ValueError(
                "a batch must be sent within its lease: batch / concurrency * send_seconds < lease_seconds"
            )
        return self


class PushSettings(BaseModel):
    """Notices and their delivery."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vapid_key: SecretStr = Field(
        description="P-256 private key (PEM, or the path of a file with it) that push services know us by. "
        "Keep it: another key makes every subscription worthless."
    )
    vapid_subject: Annotated[str, AfterValidator(checked_subject)] = Field(
        "mailto:operator@onecity.example", description="Whom a push service tells of trouble: mailto: or https:."
    )
    services: tuple[ServiceEntry, ...] = Field(
        PUSH_SERVICES,
        description="Hosts to which messages may go: `host`, `.suffix` for any host below it, `:port` when not 443.",
    )
    relay: dict[str, RelayAddress] = Field(
        default_factory=dict,
        description="Push services to reach through another address: host to base URL. For cities from which a "
        "service cannot be reached directly.",
    )
    subscriptions: int = Field(20, ge=1, le=100, description="Web Push subscriptions kept for one account.")
    notice_seconds: int = Field(259_200, ge=60, le=2_419_200, description="Time to live of a notice that names none.")
    redis_url: str | None = Field(
        None, description="Redis that wakes the other workers' streams (pub/sub only: it keeps nothing). None needed."
    )
    live: LiveSettings = Field(default_factory=LiveSettings, description="The live stream.")
    delivery: DeliverySettings = Field(default_factory=DeliverySettings, description="The delivery worker.")
