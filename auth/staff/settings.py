"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class StaffSettings(BaseModel):
    """The realm of civil servants and department developers, apart from the residents."""

    model_config = ConfigDict(extra="forbid", frozen=True)
