"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class ProviderSettings(BaseModel):
    """The OpenID provider: what web services and apps of others sign residents in with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
