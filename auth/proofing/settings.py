"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class ProofingSettings(BaseModel):
    """How well the city knows who a resident is: evidence, levels, their end."""

    model_config = ConfigDict(extra="forbid", frozen=True)
