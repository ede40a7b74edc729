"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict, Field


class MandatesSettings(BaseModel):
    """The right to act for another person or a legal person."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(90, ge=1, le=365, description="A mandate ends after so long where nobody says otherwise.")
    longest_days: int = Field(365, ge=1, le=365, description="The longest life of a mandate, a guardian's too.")
    offer_days: int = Field(7, ge=1, le=30, description="An offer that nobody accepted lapses after so long.")
    most: int = Field(50, ge=1, le=1000, description="Mandates that one account may hold or have offered at once.")
    most_offers: int = Field(10, ge=1, le=100, description="Open offers of one account at once.")
