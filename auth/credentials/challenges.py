"""What passkeys are to sign: each challenge once, soon, in the browser and for the purpose that it was made for."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from auth.credentials.errors import PasskeyChallengeExpired
from auth.secrecy import digest
from core.clock import Clock
from core.database import rows, statement, transaction
from core.ids import AccountId, new_id, new_secret

_AT_ONCE = 3
"""Those removed for each one made."""


class Ceremony(StrEnum):
    """What a challenge is good for, and nothing else."""

    SIGN_IN = "sign-in"
    STEP_UP = "step-up"
    ADD = "add"
    STAFF_ENROL = "staff-enrol"
    STAFF_SIGN_IN = "staff-sign-in"


@dataclass(frozen=True, slots=True)
class IssuedChallenge:
    """`id` comes back with the answer; `challenge` is what is signed, 32 bytes in base64url."""

    id: str
    challenge: str


class Challenges:
    """The challenges that are open."""

    def __init__(self, clock: Clock, seconds: int) -> None:
        self._clock = clock
        self._life = timedelta(seconds=seconds)

    async def issue(self, ceremony: Ceremony, browser: str, account: AccountId | None = None) -> IssuedChallenge:
        now = self._clock.now()
        made = IssuedChallenge(new_id(now), new_secret())
        async with transaction():
            await self._remove_a_few()
            await rows(
                "INSERT INTO credentials_challenge (id, challenge, purpose, browser, account_id, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                made.id,
                made.challenge,
                ceremony,
                digest(browser),
                account,
                now + self._life,
            )
        return made

    async def take(self, challenge_id: str, ceremony: Ceremony, browser: str, account: AccountId | None = None) -> str:
        """The challenge, which is gone with that, whatever becomes of the answer; raises PasskeyChallengeExpired."""
        found = await statement(
            "DELETE FROM credentials_challenge WHERE id = ? AND purpose = ? AND browser = ? AND expires_at > ? "
            "RETURNING challenge, account_id",
            challenge_id,
            ceremony,
            digest(browser),
            self._clock.now(),
        )
        if not found or found[0]["account_id"] != account:
            raise PasskeyChallengeExpired("Ask for new options, in this browser, and answer within five minutes.")
        return str(found[0]["challenge"])

    async def _remove_a_few(self) -> None:
        """Anybody may ask for a challenge: so the table holds no more than five minutes of asking, however fast."""
        await rows(
            "DELETE FROM credentials_challenge WHERE id IN "
            "(SELECT id FROM credentials_challenge WHERE expires_at <= ? LIMIT ?)",
            self._clock.now(),
            _AT_ONCE,
        )
