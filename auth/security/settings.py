"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class SecuritySettings(BaseModel):
    """What watches over an account: devices, events that are told, holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
