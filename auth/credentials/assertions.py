"""What a passkey asserts: checked against what is known of it, and its counter moved on, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auth.credentials.challenges import Ceremony, Challenges, IssuedChallenge
from auth.credentials.models import Passkey
from auth.credentials.passkeys import Passkeys, known_of, refused
from auth.credentials.webauthn import Assertion, Ceremonies, CeremonyFailed, named
from auth.models import Account
from auth.security.events import EventKind, Events
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId


@dataclass(frozen=True, slots=True)
class Proved:
    """Whose passkey it was, and what it counts as (RFC 8176): a passkey that stays in its device is `hwk`."""

    account: AccountId
    amr: tuple[str, ...]


class PasskeyAssertions:
    """The ceremony of signing in by passkey, and of proving again that it is you."""

    def __init__(
        self, clock: Clock, challenges: Challenges, ceremonies: Ceremonies, passkeys: Passkeys, events: Events
    ) -> None:
        self._clock = clock
        self._challenges = challenges
        self._ceremonies = ceremonies
        self._passkeys = passkeys
        self._events = events

    async def options(self, browser: str) -> tuple[IssuedChallenge, dict[str, Any]]:
        """For signing in: no account is named, so nothing is told of any; also for a form's autofill."""
        issued = await self._challenges.issue(Ceremony.SIGN_IN, browser)
        return issued, self._ceremonies.request_options(issued.challenge)

    async def options_for(self, resident: Resident) -> tuple[IssuedChallenge, dict[str, Any]]:
        """For step-up: the account's own passkeys."""
        known = known_of(await self._passkeys.of(resident.account))
        issued = await self._challenges.issue(Ceremony.STEP_UP, resident.session, resident.account)
        return issued, self._ceremonies.request_options(issued.challenge, known)

    async def signs_in(self, challenge_id: str, credential: Mapping[str, Any], browser: str) -> Proved:
        """Who signed; raises PasskeyChallengeExpired, PasskeyRefused."""
        challenge = await self._challenges.take(challenge_id, Ceremony.SIGN_IN, browser)
        return await self._proved(challenge, credential, None)

    async def steps_up(self, challenge_id: str, credential: Mapping[str, Any], resident: Resident) -> Proved:
        """The resident signed; raises PasskeyChallengeExpired, PasskeyRefused."""
        challenge = await self._challenges.take(challenge_id, Ceremony.STEP_UP, resident.session, resident.account)
        return await self._proved(challenge, credential, resident.account)

    async def _proved(self, challenge: str, credential: Mapping[str, Any], account: AccountId | None) -> Proved:
        try:
            passkey = await self._find(credential, account)
            said = self._ceremonies.asserted(credential, challenge, passkey.public_key)
        except CeremonyFailed as error:
            raise refused() from error
        if said.backup_eligible != passkey.backup_eligible:  # it never changes (section 6.1.3)
            raise refused()
        await self._count(passkey, said)
        return Proved(AccountId(passkey.account_id), ("swk" if passkey.backup_eligible else "hwk", "user", "mfa"))

    async def _find(self, credential: Mapping[str, Any], account: AccountId | None) -> Passkey:
        """The passkey that the answer names, of the account that it names (section 7.2, step 6)."""
        credential_id, handle = named(credential)
        passkey = await Passkey.get_or_none(credential_id=credential_id)
        if passkey is None or account not in {None, passkey.account_id}:
            raise refused()
        if handle is None and account is None:
            raise refused()
        found = await rows("SELECT handle FROM credentials_handle WHERE account_id = ?", passkey.account_id)
        if handle is not None and handle != found[0]["handle"]:
            raise refused()
        return passkey

    async def _count(self, passkey: Passkey, said: Assertion) -> None:
        """Move the counter on (section 6.1.1); one that does not go up means that there are two of this passkey."""
        async with transaction():
            counted = await rows(
                "UPDATE credentials_passkey SET sign_count = ?, backed_up = ?, last_used_at = ? WHERE id = ? "
                "AND (sign_count < ? OR sign_count = 0 AND 0 = ?) RETURNING id",
                said.sign_count,
                said.backed_up,
                self._clock.now(),
                passkey.id,
                said.sign_count,
                said.sign_count,
            )
            if not counted:
                await self._tell_of_a_copy(passkey)
        if not counted:
            raise refused()

    async def _tell_of_a_copy(self, passkey: Passkey) -> None:
        account = await Account.get(id=passkey.account_id)
        await self._events.record(
            AccountId(account.id), EventKind.PASSKEY_COPIED, phone=account.phone, name=passkey.name
        )
