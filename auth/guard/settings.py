"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class GuardSettings(BaseModel):
    """What stands before every attempt: limits, challenges, what text messages may cost."""

    model_config = ConfigDict(extra="forbid", frozen=True)
