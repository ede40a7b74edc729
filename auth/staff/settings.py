"""What can be set about the staff realm; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict, Field


class StaffSettings(BaseModel):
    """The realm of civil servants and department developers, apart from the residents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    idle_minutes: int = Field(30, ge=5, le=480, description="A staff session ends when it was not used for so long.")
    absolute_hours: int = Field(10, ge=1, le=24, description="A staff session ends after so long in any case.")
    invitation_hours: int = Field(48, ge=1, le=336, description="Life of an invitation to enrol a passkey.")
    proposal_days: int = Field(7, ge=1, le=90, description="An act that waits for a second person lapses after that.")
