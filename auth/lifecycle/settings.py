"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class LifecycleSettings(BaseModel):
    """An account over the years: another phone, another name, merged, exported, deleted."""

    model_config = ConfigDict(extra="forbid", frozen=True)
