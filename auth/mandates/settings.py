"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class MandatesSettings(BaseModel):
    """The right to act for another person or a legal person."""

    model_config = ConfigDict(extra="forbid", frozen=True)
