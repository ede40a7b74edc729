"""Level 3: a face, compared by the population register. A sample passes through here and is kept nowhere."""

from dataclasses import dataclass

from auth.accounts import Accounts
from auth.models import Account
from auth.proofing.checks import Checks
from auth.proofing.errors import FaceCheckUnfinished, FaceCheckUnknown, NameCheckNeeded, NotThePerson
from auth.proofing.evidence import Evidence, EvidenceKind
from auth.proofing.id_numbers import id_number_of
from auth.proofing.models import FaceCheck
from auth.proofing.ports import Person, PopulationRegister
from auth.proofing.settings import ProofingSettings
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import new_id


@dataclass(frozen=True, slots=True)
class BegunFaceCheck:
    """`uri`: the register's own page for the picture; None where the sample is sent to us."""

    id: str
    uri: str | None


class FaceChecks:
    """Face checks of all accounts."""

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
        self._limit = settings.checks_day
        self._accounts = accounts
        self._checks = checks
        self._register = register
        self._evidence = evidence

    async def begin(self, resident: Resident) -> BegunFaceCheck:
        """A check of the account's own person.

        Raises ReauthenticationNeeded, NameCheckNeeded, TooManyChecks, NotThePerson, RegisterUnavailable.
        """
        check_fresh(resident, self._clock.now())
        person = person_of(await self._accounts.get(resident.account), self._clock)
        async with self._checks.counted((f"face {resident.account}", self._limit)):
            ticket = await self._register.begin_face(person)
        if ticket is None:
            raise NotThePerson("The register has no face to compare with. Go to a counter of the city.")
        made = await FaceCheck.create(
            id=new_id(self._clock.now()),
            account_id=resident.account,
            ticket=ticket.ticket,
            expires_at=ticket.expires_at,
        )
        return BegunFaceCheck(made.id, ticket.uri)

    async def finish(self, resident: Resident, check_id: str, sample: str | None) -> None:
        """Have the sample compared, or ask what came of the register's own picture. A check decides once.

        Raises ReauthenticationNeeded, FaceCheckUnknown, FaceCheckUnfinished, SampleRefused, NotThePerson,
        RegisterUnavailable.
        """
        now = self._clock.now()
        check_fresh(resident, now)
        check = await FaceCheck.get_or_none(id=check_id, account_id=resident.account, expires_at__gt=now)
        if check is None:
            raise FaceCheckUnknown("Begin a new one.")
        found = await self._register.face(check.ticket, sample)
        if found is None:
            raise FaceCheckUnfinished("Ask again when the picture has been taken.")
        async with transaction():
            used = await rows("DELETE FROM proofing_face WHERE id = ? RETURNING id", check_id)
            if used and found.confirmed:
                await self._evidence.add(resident.account, EvidenceKind.FACE, found.reference)
        if not used:
            raise FaceCheckUnknown("Begin a new one.")
        if not found.confirmed:
            raise NotThePerson("Take the picture again in good light, or go to a counter of the city.")


def person_of(account: Account, clock: Clock) -> Person:
    """The person whose account it was proved to be; raises NameCheckNeeded."""
    if account.name is None or account.id_number is None:
        raise NameCheckNeeded("Have your name and number checked first.")
    return Person(account.name, id_number_of(account.id_number, clock.now()))
