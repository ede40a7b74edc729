"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict


class CredentialsSettings(BaseModel):
    """What a resident proves themselves by: passwords, passkeys, one-time codes, recovery codes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
