"""What proofing, renaming and mandates ask of the city's population register (人口库)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from auth.proofing.id_numbers import IdNumber


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody says to be; a name is up to 80 characters, as on the card."""

    name: str
    id_number: IdNumber


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The register's yes or no, and its own reference to what it looked at: kept as evidence."""

    confirmed: bool
    reference: str


@dataclass(frozen=True, slots=True)
class FaceTicket:
    """A face check under way; `uri` where the register takes the picture itself."""

    ticket: str
    uri: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LegalPerson:
    """A company; `representative` is the SHA-256, in hex, of its legal representative's identity number."""

    credit_code: str
    name: str
    representative: str
    state: Literal["active", "revoked", "dissolved"]


class PopulationRegister(Protocol):
    """Knows the city's persons. Everything raises RegisterUnavailable (503) when no whole answer came in time."""

    async def match(self, person: Person) -> Confirmation:
        """Whether a living person bears this name with this number."""
        ...

    async def begin_face(self, person: Person) -> FaceTicket | None:
        """Prepare a face check of this person; None where the register has nobody to compare with."""
        ...

    async def face(self, ticket: str, sample: str | None) -> Confirmation | None:
        """Whether the sample (base64) shows that person, passed on and kept nowhere; None: there is no result yet.

        Without a sample: what came of the picture that the register took itself. Raises FaceCheckUnknown when its
        time is over, and SampleRefused for what is no picture.
        """
        ...

    async def guardian(self, child: Person, guardian: IdNumber) -> Confirmation:
        """Whether the one is a guardian of the other, a minor of that name and number."""
        ...

    async def legal_person(self, credit_code: str) -> LegalPerson | None:
        """The company with this code (see credit_codes); None when the register knows none."""
        ...

    async def revocations(self) -> bytes:
        """The list of revoked certificates (RFC 5280, section 5), in DER."""
        ...
