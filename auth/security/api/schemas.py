"""Answers of this room."""

from typing import Self

from pydantic import AwareDatetime, Field

from auth.security.models import SecurityEvent
from core.bodies import Answer


class EventAnswer(Answer):
    """Something that happened to the account."""

    id: str
    kind: str = Field(description="like `new-device`; new kinds may come: show the others by their name")
    details: dict[str, str] = Field(description="what belongs to it: a device, a place, a level before and after")
    at: AwareDatetime

    @classmethod
    def of(cls, event: SecurityEvent) -> Self:
        return cls(id=event.id, kind=event.kind, details=event.details, at=event.at)
