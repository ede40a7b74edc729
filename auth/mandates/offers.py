"""How mandates come about: offered to a number and accepted there, or shown by a register."""

from collections.abc import Sequence
from typing import Literal

from auth.accounts import Accounts
from auth.errors import AccountOnHold, LevelTooLow
from auth.mandates.acts import Acts
from auth.mandates.ages import of_age_at
from auth.mandates.book import ADMINISTRATOR, ROLES, Book, Draft, Terms
from auth.mandates.errors import (
    MandateToSelf,
    MandateUnknown,
    NoMinor,
    NotAdministrator,
    NotGuardian,
    NotRepresentative,
    UnderAge,
)
from auth.mandates.mandates import Mandates, View
from auth.mandates.models import Mandate
from auth.mandates.ports import Registers
from auth.mandates.represented import Principals
from auth.models import Account
from auth.phones import phone_of
from auth.proofing.credit_codes import credit_code_of
from auth.proofing.errors import InvalidIdNumber
from auth.proofing.id_numbers import IdNumber, id_number_of
from auth.proofing.ports import Person
from auth.security.events import EventKind, Events
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import transaction
from core.ids import AccountId, MandateId

Direction = Literal["i-act", "they-act"]
_FAMILY_LOA = 2
_REPRESENTATIVE_LOA = 3


class Offers:
    """Every way into the book; each asks for an authentication of just now and an account that may.

    All raise ReauthenticationNeeded, AccountOnHold, LevelTooLow, UnderAge, MandateExists, TooManyMandates.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what they are made of, handed in in one place
        self,
        clock: Clock,
        book: Book,
        mandates: Mandates,
        accounts: Accounts,
        principals: Principals,
        registers: Registers,
        acts: Acts,
        events: Events,
    ) -> None:
        self._clock = clock
        self._book = book
        self._mandates = mandates
        self._accounts = accounts
        self._principals = principals
        self._registers = registers
        self._acts = acts
        self._events = events

    async def family(self, resident: Resident, direction: Direction, phone: str, terms: Terms) -> View:
        """Offer to whoever holds the number to act for them, or that they act; the answer never says who that is.

        Raises InvalidPhone, MandateToSelf.
        """
        account = await self._able(resident, _FAMILY_LOA)
        acts = direction == "i-act"
        draft = Draft(
            kind="family",
            actor=resident.account if acts else None,
            principal=None if acts else resident.account,
            principal_kind="person",
            offered_by=resident.account,
            phone=_other(phone, account),
            terms=terms,
        )
        return await self._offer(draft)

    async def appoint(
        self, resident: Resident, credit_code: str, phone: str, roles: Sequence[str], terms: Terms
    ) -> View:
        """Offer to whoever holds the number to act for a legal person in these roles.

        Raises InvalidPhone, InvalidCreditCode, MandateToSelf, and NotAdministrator, also of administrators who would
        appoint another.
        """
        account = await self._able(resident, _FAMILY_LOA)
        company = await self._principals.find_legal_person(credit_code_of(credit_code))
        if company is None or not await self._may_appoint(resident.account, company.id, roles):
            raise NotAdministrator("Its representative appoints administrators; these appoint clerks and finance.")
        draft = Draft(
            kind="legal-person",
            actor=None,
            principal=AccountId(company.id),
            principal_kind="legal-person",
            offered_by=resident.account,
            phone=_other(phone, account),
            roles=_ordered(roles),
            terms=terms,
        )
        return await self._offer(draft)

    async def guard(self, resident: Resident, name: str, id_number: str, terms: Terms) -> View:
        """Act for one's child, as the population register says; it ends on the eighteenth birthday.

        Raises InvalidIdNumber, NoMinor, NotGuardian, RegisterUnavailable.
        """
        guardian = self._number(await self._able(resident, _FAMILY_LOA))
        ward = Person(name, id_number_of(id_number, self._clock.now()))
        grown = of_age_at(ward.id_number.birth_date)
        if grown <= self._clock.now():
            raise NoMinor("Offer a mandate to their number instead.")
        if guardian is None or not await self._registers.is_guardian(guardian, ward):
            raise NotGuardian("Compare name and number with the household register.")
        draft = Draft(
            kind="guardian",
            actor=resident.account,
            principal=await self._principals.person(ward.name, ward.id_number.text),
            principal_kind="person",
            offered_by=resident.account,
            terms=terms,
            ends_by=grown,
        )
        return await self._begin(draft)

    async def represent(self, resident: Resident, credit_code: str, terms: Terms) -> View:
        """Act for the legal person whose representative the register says one is, in all roles.

        Raises InvalidCreditCode, NotRepresentative, RegisterUnavailable.
        """
        person = self._number(await self._able(resident, _REPRESENTATIVE_LOA))
        code = credit_code_of(credit_code)
        name = await self._registers.represented_by(code, person) if person else None
        if name is None:
            raise NotRepresentative("Compare the code with the licence, and the representative with the register.")
        draft = Draft(
            kind="legal-person",
            actor=resident.account,
            principal=await self._principals.legal_person(name, code),
            principal_kind="legal-person",
            offered_by=resident.account,
            roles=ROLES,
            terms=terms,
        )
        return await self._begin(draft)

    async def accept(self, resident: Resident, mandate_id: MandateId) -> View:
        """Accept what was offered to one's number; raises MandateUnknown also where the offerer may no longer."""
        account = await self._able(resident, _FAMILY_LOA)
        async with transaction():
            offer = await self._book.offer_to(account.phone or "", mandate_id)
            await self._check_offerer(offer, account)
            mandate = await self._book.accept(offer, resident.account)
            await self._acts.record(mandate.id, resident.account, "accepted")
            await self._mandates.tell(mandate, EventKind.MANDATE_ACCEPTED)
            await self._mandates.note(mandate)
        return await self._mandates.view(resident.account, mandate_id)

    async def _check_offerer(self, offer: Mandate, account: Account) -> None:
        if offer.offered_by == account.id:
            raise MandateToSelf("Somebody else accepts this offer.")
        offerer = await self._accounts.get(AccountId(offer.offered_by))
        if offerer.hold_until is not None and self._clock.now() < offerer.hold_until:
            raise MandateUnknown("Something about the offerer's account changed: the offer waits.")
        if offer.kind == "legal-person" and not await self._may_appoint(
            AccountId(offer.offered_by), str(offer.principal_id), offer.roles
        ):
            raise MandateUnknown("Whoever offered it may appoint no longer.")

    async def _offer(self, draft: Draft) -> View:
        async with transaction():
            mandate = await self._book.enter(draft)
            await self._acts.record(mandate.id, draft.offered_by, "offered")
            await self._tell_of_offer(mandate)
        return await self._mandates.view(draft.offered_by, MandateId(mandate.id))

    async def _tell_of_offer(self, mandate: Mandate) -> None:
        """The other side hears of it in the app, if it is there at all."""
        other = await self._accounts.of_phone(str(mandate.phone))
        if other is None:
            return
        from_whom = str(mandate.principal_id or mandate.actor_id)
        party = (await self._principals.parties([from_whom])).get(from_whom)
        await self._events.record(
            AccountId(other.id),
            EventKind.MANDATE_OFFERED,
            mandate=mandate.id,
            mandate_kind=mandate.kind,
            name=(party and party.name) or "",
        )

    async def _begin(self, draft: Draft) -> View:
        """A mandate that a register showed needs nobody's acceptance."""
        async with transaction():
            mandate = await self._book.enter(draft)
            await self._acts.record(mandate.id, draft.offered_by, "accepted")
            await self._mandates.tell(mandate, EventKind.MANDATE_ACCEPTED)
            await self._mandates.note(mandate)
        return await self._mandates.view(draft.offered_by, MandateId(mandate.id))

    async def _may_appoint(self, account: AccountId, company: str, roles: Sequence[str]) -> bool:
        if not await self._book.administers(account, company):
            return False
        return ADMINISTRATOR not in roles or await self._is_representative(account, company)

    async def _is_representative(self, account: AccountId, company: str) -> bool:
        """Whoever the register showed: the mandate that was offered by its own actor."""
        return await Mandate.filter(
            kind="legal-person",
            actor_id=account,
            offered_by=account,
            principal_id=company,
            state="active",
            expires_at__gt=self._clock.now(),
        ).exists()

    async def _able(self, resident: Resident, loa: int) -> Account:
        now = self._clock.now()
        check_fresh(resident, now)
        account = await self._accounts.get(resident.account)
        if account.hold_until is not None and now < account.hold_until:
            raise AccountOnHold(account.hold_until)
        if account.loa < loa:
            raise LevelTooLow(f"This needs proofing level {loa}.", loa=loa)
        number = self._number(account)
        if number is not None and of_age_at(number.birth_date) > now:
            raise UnderAge("A guardian acts for you.")
        return account

    def _number(self, account: Account) -> IdNumber | None:
        """The number that was proved; None for one that is none, which only stand-ins have."""
        try:
            return id_number_of(account.id_number or "", self._clock.now())
        except InvalidIdNumber:
            return None


def _other(typed: str, account: Account) -> str:
    phone = phone_of(typed)
    if phone == account.phone:
        raise MandateToSelf("Give the other's number.", errors=[{"pointer": "/phone", "detail": "this is your own"}])
    return phone


def _ordered(roles: Sequence[str]) -> list[str]:
    return [role for role in ROLES if role in roles]
