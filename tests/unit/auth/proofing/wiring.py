"""Proofing's services over a city of the tests, with a register that says what it is told to."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from auth.proofing.checks import Checks
from auth.proofing.counters import Counters
from auth.proofing.errors import RegisterUnavailable
from auth.proofing.evidence import Evidence
from auth.proofing.faces import FaceChecks
from auth.proofing.id_numbers import IdNumber
from auth.proofing.names import NameChecks
from auth.proofing.ports import Confirmation, FaceTicket, LegalPerson, Person
from auth.proofing.settings import ProofingSettings
from auth.proofing.standing import Proofings
from auth.security.events import Events
from core.access import Resident
from core.ids import AccountId, SessionId
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import City

WANG, WANG_NUMBER = "王芳", "310115199207140021"


@dataclass
class Register:
    """Confirms everybody, unless told otherwise; asks for a moment, so that others come in between."""

    clock: ManualClock
    confirms: bool = True
    broken: bool = False
    asked: list[Person] = field(default_factory=list)

    async def match(self, person: Person) -> Confirmation:
        self.asked.append(person)
        await asyncio.sleep(0)
        if self.broken:
            raise RegisterUnavailable
        return Confirmation(self.confirms, f"RK{len(self.asked)}")

    async def begin_face(self, person: Person) -> FaceTicket | None:
        self.asked.append(person)
        return FaceTicket("t", None, self.clock.now() + timedelta(minutes=10)) if self.confirms else None

    async def face(self, ticket: str, sample: str | None) -> Confirmation | None:  # noqa: ARG002 - the port's shape
        await asyncio.sleep(0)
        return Confirmation(self.confirms, "RKF") if sample else None

    async def guardian(self, child: Person, guardian: IdNumber) -> Confirmation:
        raise NotImplementedError

    async def legal_person(self, credit_code: str) -> LegalPerson | None:
        raise NotImplementedError

    async def revocations(self) -> bytes:
        raise NotImplementedError


class Room:
    """The services, as gateway/identity/proofing.py would make them."""

    def __init__(self, city: City, **settings: Any) -> None:
        self.city = city
        self.clock = city.clock
        options = ProofingSettings(**settings)
        self.register = Register(city.clock)
        self.checks = Checks(city.clock, city.secrecy)
        self.evidence = Evidence(city.clock, options, Events(city.clock), city.changes)
        self.proofings = Proofings(city.clock, self.evidence)
        self.names = NameChecks(city.clock, options, city.accounts, self.checks, self.register, self.evidence)
        self.faces = FaceChecks(city.clock, options, city.accounts, self.checks, self.register, self.evidence)
        self.counters = Counters(
            city.clock,
            options,
            city.secrecy,
            city.accounts,
            self.checks,
            self.register,
            self.evidence,
        )

    async def resident(self, phone: str) -> Resident:
        """A fresh session of an account of that number."""
        account, _ = await self.city.accounts.for_phone(phone)
        _, session = await self.city.sessions.open(AccountId(account.id), "Chrome on Android")
        return Resident(AccountId(account.id), SessionId(session.id), ("sms",), self.clock.now())

    async def loa(self, resident: Resident) -> int:
        return (await self.city.accounts.get(resident.account)).loa
