"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class ExternalSettings(BaseModel):
    """Identities of elsewhere: providers that we are a client of."""

    model_config = ConfigDict(extra="forbid", frozen=True)
