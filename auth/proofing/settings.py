"""What can be set about this room; auth/settings.py nests it."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from core.ids import LABEL_PATTERN


def _base(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("give an address like https://population.gov.example/api")
    return value.rstrip("/")


class PopulationSettings(BaseModel):
    """Where the population register is, and how we are known there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(_base)] = Field(description="The register's address.")
    id: Annotated[str, StringConstraints(pattern=LABEL_PATTERN)] = Field(
        "population", description="The register's name: the audience of our assertions is urn:onecity:upstream:<id>."
    )
    seconds: float = Field(5, gt=0, le=30, description="Time that the register has for a whole answer.")


class ProofingSettings(BaseModel):
    """How well the city knows who a resident is: evidence, levels, their end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    population: PopulationSettings | None = Field(
        None, description="The population register; without one nobody's level can rise."
    )
    authorities: Path | None = Field(
        None, description="A PEM file of the certificate authorities whose certificates prove level 4; none without it."
    )
    name_days: int = Field(3650, ge=1, description="Evidence of name and number counts for so long.")
    face_days: int = Field(1825, ge=1, description="Evidence of a face check counts for so long.")
    counter_days: int = Field(1825, ge=1, description="Evidence of a visit to a counter counts for so long.")
    certificate_days: int = Field(
        1825, ge=1, description="Evidence of a certificate counts for so long, and never longer than the certificate."
    )
    checks_day: int = Field(5, ge=1, le=100, description="Checks of each kind that one account may ask for in a day.")
    person_checks_day: int = Field(
        10, ge=1, le=1000, description="Checks of one identity number in a day, whichever accounts ask."
    )
    counter_seconds: int = Field(1800, ge=60, le=86_400, description="Life of the code that is shown at a counter.")
    counter_misses_day: int = Field(
        50, ge=1, description="Codes that no resident shows, entered by one counter system in a day."
    )
    challenge_seconds: int = Field(300, ge=30, le=3600, description="Life of a challenge that a certificate signs.")
    expiry_seconds: float = Field(30, gt=0, le=3600, description="Evidence that ran out is looked for so often.")
