"""The register itself, out of one file: persons, guardians, legal persons."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

REGISTER = Path(str(files("mock_services.population").joinpath("register.json")))


class Person(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    id_number: str
    deceased: bool = False
    guardians: Sequence[str] = ()


class LegalPerson(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    credit_code: str
    name: str
    representative: str
    state: Literal["active", "revoked", "dissolved"]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    persons: list[Person]
    legal_persons: list[LegalPerson]


class Register:
    """What the file holds, found by number."""

    def __init__(self, path: Path = REGISTER) -> None:
        held = _File.model_validate_json(path.read_bytes())
        self._persons = {person.id_number: person for person in held.persons}
        self._legal_persons = {company.credit_code: company for company in held.legal_persons}

    def living(self, name: str, id_number: str) -> Person | None:
        """The living person of that name and number."""
        person = self._persons.get(id_number)
        return person if person and person.name == name and not person.deceased else None

    def is_guardian(self, child_name: str, child: str, guardian: str) -> bool:
        minor, adult = self.living(child_name, child), self._persons.get(guardian)
        return minor is not None and adult is not None and not adult.deceased and guardian in minor.guardians

    def legal_person(self, credit_code: str) -> LegalPerson | None:
        return self._legal_persons.get(credit_code)


def number_hash(id_number: str) -> str:
    """How others' systems and certificates name a person: SHA-256 of the number, in hex."""
    return hashlib.sha256(id_number.encode()).hexdigest()
