"""Level 2: name and identity number, as the population register has them."""

from auth.accounts import Accounts
from auth.proofing import identities
from auth.proofing.checks import Checks
from auth.proofing.errors import NotThePerson
from auth.proofing.evidence import Evidence, EvidenceKind
from auth.proofing.id_numbers import id_number_of
from auth.proofing.ports import Person, PopulationRegister
from auth.proofing.settings import ProofingSettings
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import transaction

NOT_CONFIRMED = "Look at name and number on the card again. At a counter of the city they can be corrected."


class NameChecks:
    """Checks names and numbers with the register."""

    def __init__(  # noqa: PLR0913, PLR0917 - the composition root names each
        self,
        clock: Clock,
        settings: ProofingSettings,
        accounts: Accounts,
        checks: Checks,
        register: PopulationRegister,
        evidence: Evidence,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._accounts = accounts
        self._checks = checks
        self._register = register
        self._evidence = evidence

    async def check(self, resident: Resident, name: str, typed_number: str) -> None:
        """Have the register confirm who the resident is; the account is theirs then, at level 2 at least.

        Raises ReauthenticationNeeded, InvalidIdNumber, IdentityDiffers, TooManyChecks, RegisterUnavailable,
        NotThePerson, IdentityTaken.
        """
        check_fresh(resident, self._clock.now())
        person = Person(name, id_number_of(typed_number, self._clock.now()))
        identities.check_fits(await self._accounts.get(resident.account), person)
        async with self._checks.counted(
            (f"name {resident.account}", self._settings.checks_day),
            (f"person {person.id_number.text}", self._settings.person_checks_day),
        ):
            found = await self._register.match(person)
        if not found.confirmed:
            raise NotThePerson(NOT_CONFIRMED)
        async with transaction():
            theirs = await identities.claim(resident.account, person)
            if theirs:
                await self._evidence.add(resident.account, EvidenceKind.NAME, found.reference)
        if not theirs:
            raise identities.taken()
