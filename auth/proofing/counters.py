"""Level 3 as well: a visit to a counter. The resident shows a code, the clerk enters it with what the card says."""

import secrets
from datetime import timedelta

from auth.accounts import Accounts
from auth.proofing import identities
from auth.proofing.checks import Checks
from auth.proofing.errors import CounterCodeWrong, NotThePerson
from auth.proofing.evidence import Evidence, EvidenceKind
from auth.proofing.id_numbers import id_number_of
from auth.proofing.names import NOT_CONFIRMED
from auth.proofing.ports import Person, PopulationRegister
from auth.proofing.settings import ProofingSettings
from auth.secrecy import Secrecy
from auth.step_up import check_fresh
from core.access import DepartmentClient, Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId

_DIGITS = 8


class Counters:
    """The codes that residents show, and what counters' systems enter."""

    def __init__(  # noqa: PLR0913, PLR0917 - the composition root names each
        self,
        clock: Clock,
        settings: ProofingSettings,
        secrecy: Secrecy,
        accounts: Accounts,
        checks: Checks,
        register: PopulationRegister,
        evidence: Evidence,
    ) -> None:
        self._clock = clock
        self._life = timedelta(seconds=settings.counter_seconds)
        self._misses = settings.counter_misses_day
        self._secrecy = secrecy
        self._accounts = accounts
        self._checks = checks
        self._register = register
        self._evidence = evidence

    async def code(self, resident: Resident) -> tuple[str, int]:
        """The code to show, in place of any before, and for how many seconds it counts.

        Raises ReauthenticationNeeded.
        """
        check_fresh(resident, self._clock.now())
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        async with transaction():
            await rows("DELETE FROM proofing_counter_code WHERE expires_at <= ?", self._clock.now())
            made = await rows(
                "INSERT INTO proofing_counter_code (account_id, digest, expires_at) SELECT ?, ?, ? "
                "WHERE NOT EXISTS (SELECT 1 FROM proofing_counter_code WHERE digest = ?) "
                "ON CONFLICT (account_id) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at "
                "RETURNING account_id",
                resident.account,
                self._digest(code),
                self._clock.now() + self._life,
                self._digest(code),
            )
        return (code, int(self._life.total_seconds())) if made else await self.code(resident)

    async def enter(self, client: DepartmentClient, code: str, name: str, typed_number: str) -> AccountId:
        """What a clerk read off the card of the person who showed the code; the account is theirs then, at level 3.

        Raises InvalidIdNumber, TooManyChecks, CounterCodeWrong, IdentityDiffers, RegisterUnavailable, NotThePerson,
        IdentityTaken.
        """
        person = Person(name, id_number_of(typed_number, self._clock.now()))
        account = await self._shown_by(client, code)
        identities.check_fits(await self._accounts.get(account), person)
        found = await self._register.match(person)
        if not found.confirmed:
            raise NotThePerson(NOT_CONFIRMED)
        async with transaction():
            used = await rows("DELETE FROM proofing_counter_code WHERE digest = ? RETURNING digest", self._digest(code))
            theirs = bool(used) and await identities.claim(account, person)
            if theirs:
                await self._evidence.add(account, EvidenceKind.COUNTER, f"{client.client} {found.reference}")
        if not used:
            raise self._wrong()
        if not theirs:
            raise identities.taken()
        return account

    async def _shown_by(self, client: DepartmentClient, code: str) -> AccountId:
        """Whose code it is; wrong ones are counted, so that no system can try them all."""
        subject = f"counter {client.client}"
        await self._checks.check_left(subject, self._misses)
        found = await rows(
            "SELECT account_id FROM proofing_counter_code WHERE digest = ? AND expires_at > ?",
            self._digest(code),
            self._clock.now(),
        )
        if not found:
            await self._checks.spend(subject, self._misses)
            raise self._wrong()
        return AccountId(found[0]["account_id"])

    def _digest(self, code: str) -> str:
        return self._secrecy.hashed("counter code", code)

    def _wrong(self) -> CounterCodeWrong:
        return CounterCodeWrong("Have the resident make a new one.")
