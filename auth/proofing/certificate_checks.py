"""The challenge that a certificate's key signs, and what follows from the signature."""

import asyncio
from datetime import timedelta

from auth.accounts import Accounts
from auth.proofing.certificates import Authorities, check_not_revoked, check_signature
from auth.proofing.checks import Checks
from auth.proofing.errors import CertificateRefused
from auth.proofing.evidence import Evidence, EvidenceKind
from auth.proofing.faces import person_of
from auth.proofing.ports import PopulationRegister
from auth.proofing.settings import ProofingSettings
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import new_secret


class CertificateChecks:
    """Challenges and checks of all accounts."""

    def __init__(  # noqa: PLR0913, PLR0917 - the composition root names each
        self,
        clock: Clock,
        settings: ProofingSettings,
        origin: str,
        accounts: Accounts,
        checks: Checks,
        authorities: Authorities,
        register: PopulationRegister,
        evidence: Evidence,
    ) -> None:
        self._clock = clock
        self._life = timedelta(seconds=settings.challenge_seconds)
        self._limit = settings.checks_day
        self._origin = origin
        self._accounts = accounts
        self._checks = checks
        self._authorities = authorities
        self._register = register
        self._evidence = evidence

    async def challenge(self, resident: Resident) -> tuple[str, int]:
        """What to sign (its bytes in ASCII), in place of any before, and for how many seconds it counts.

        It says where and what for, so that a signature made here is of no use elsewhere.
        """
        challenge = f"{self._origin} proofing by certificate {new_secret()}"
        async with transaction():
            await rows("DELETE FROM proofing_challenge WHERE expires_at <= ?", self._clock.now())
            await rows(
                "INSERT INTO proofing_challenge (session_id, challenge, expires_at) VALUES (?, ?, ?) "
                "ON CONFLICT (session_id) DO UPDATE SET challenge = excluded.challenge, "
                "expires_at = excluded.expires_at",
                resident.session,
                challenge,
                self._clock.now() + self._life,
            )
        return challenge, int(self._life.total_seconds())

    async def check(self, resident: Resident, certificate: str, signature: str) -> None:
        """Level 4 for the account of the certificate's holder; the challenge is used up in any case.

        Raises ReauthenticationNeeded, NameCheckNeeded, TooManyChecks, CertificateRefused, RegisterUnavailable.
        """
        now = self._clock.now()
        check_fresh(resident, now)
        person = person_of(await self._accounts.get(resident.account), self._clock)
        async with self._checks.counted((f"certificate {resident.account}", self._limit)):
            challenge = await self._use_challenge(resident)
            await asyncio.to_thread(check_signature, certificate, challenge, signature)
            holder = self._authorities.holder(certificate, person, now)
            check_not_revoked(holder, await self._register.revocations(), now)
        async with transaction():
            await self._evidence.add(resident.account, EvidenceKind.CERTIFICATE, holder.reference, at_most=holder.ends)

    async def _use_challenge(self, resident: Resident) -> str:
        async with transaction():
            used = await rows(
                "DELETE FROM proofing_challenge WHERE session_id = ? AND expires_at > ? RETURNING challenge",
                resident.session,
                self._clock.now(),
            )
        if not used:
            raise CertificateRefused("Get a new challenge and sign that.")
        return str(used[0]["challenge"])
