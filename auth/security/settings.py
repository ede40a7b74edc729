"""What can be set about this room; auth/settings.py nests it."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

PlaceName = Annotated[str, StringConstraints(min_length=1, max_length=80)]


def _network(value: str) -> str:
    return str(ip_network(value))


Network = Annotated[str, AfterValidator(_network)]


class SecuritySettings(BaseModel):
    """What watches over an account: devices, events that are told, holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hold_hours: int = Field(
        24, ge=1, le=168, description="An account counts as level 2 at most for so long after a suspicious change."
    )
    places: Mapping[Network, PlaceName] = Field(
        default_factory=dict,
        description='Names of networks for the list of devices, as JSON: {"203.0.113.0/24": "上海"}; '
        "a masked address stands for all others.",
    )
    tell_seconds: float = Field(1, gt=0, le=60, description="Events that are to be told are looked for so often.")
    sms_attempts: int = Field(
        8, ge=1, le=20, description="A text message to the owner is tried so often, each time after twice as long."
    )
    sms_wait_seconds: float = Field(30, gt=0, le=3600, description="Time after the first try that failed.")
