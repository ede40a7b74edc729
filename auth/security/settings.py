"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict, Field


class SecuritySettings(BaseModel):
    """What watches over an account: devices, events that are told, holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hold_hours: int = Field(
        24, ge=1, le=168, description="An account counts as level 2 at most for so long after a suspicious change."
    )
