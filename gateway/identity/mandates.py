"""The services of auth/mandates."""

from auth.mandates.acting import MandateActing
from auth.mandates.acts import Acts
from auth.mandates.book import Book
from auth.mandates.consents import ActingConsents
from auth.mandates.mandates import Mandates
from auth.mandates.offers import Offers
from auth.mandates.represented import Principals
from auth.mandates.services import MandatesServices
from auth.proofing.id_numbers import IdNumber
from auth.proofing.ports import Person, PopulationRegister
from gateway.adapters import RecordedAccesses
from gateway.identity.foundation import Foundation
from gateway.identity.proofing import population_register


class PopulationMandates:
    """The mandates' Registers, out of the population register."""

    def __init__(self, register: PopulationRegister) -> None:
        self._register = register

    async def is_guardian(self, guardian: IdNumber, ward: Person) -> bool:
        return (await self._register.guardian(ward, guardian)).confirmed

    async def represented_by(self, credit_code: str, person: IdNumber) -> str | None:
        found = await self._register.legal_person(credit_code)
        if found is None or found.state != "active" or found.representative != person.digest():
            return None
        return found.name


def compose_mandates(base: Foundation) -> MandatesServices:
    settings, clock = base.settings.mandates, base.clock
    book, principals = Book(clock, settings), Principals(clock)
    acts = Acts(clock, RecordedAccesses())
    mandates = Mandates(clock, book, base.accounts, principals, acts, base.events, base.changes)
    registers = PopulationMandates(population_register(base))
    acting = MandateActing(clock, base.sessions, principals, acts)
    return MandatesServices(
        settings=settings,
        mandates=mandates,
        offers=Offers(clock, book, mandates, base.accounts, principals, registers, acts, base.events),
        acting=acting,
        acts=acts,
        consents=ActingConsents(acting, base.consents, acts),
        principals=principals,
    )
