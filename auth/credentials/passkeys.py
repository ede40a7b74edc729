"""Passkeys: added, named, removed, and what they assert believed."""

from collections.abc import Mapping, Sequence
from typing import Any

from auth.credentials.challenges import Ceremony, Challenges, IssuedChallenge
from auth.credentials.errors import (
    LastStrongFactor,
    PasskeyKnown,
    PasskeyNotTaken,
    PasskeyRefused,
    PasskeyUnknown,
    TooManyPasskeys,
)
from auth.credentials.models import Passkey
from auth.credentials.precautions import Precautions
from auth.credentials.webauthn import Ceremonies, CeremonyFailed, Known, NewPasskey
from auth.masking import masked_phone
from auth.models import Account
from auth.security.events import EventKind
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id, new_secret

NAME_LIMIT = 60
_NEEDS_STRONG = 3
"""From this level on, services ask for two factors."""


class Passkeys:
    """The passkeys of all accounts."""

    def __init__(
        self, clock: Clock, challenges: Challenges, ceremonies: Ceremonies, precautions: Precautions, most: int
    ) -> None:
        self._clock = clock
        self._challenges = challenges
        self._ceremonies = ceremonies
        self._precautions = precautions
        self._most = most

    async def of(self, account: AccountId) -> Sequence[Passkey]:
        """The oldest first."""
        return await Passkey.filter(account_id=account).order_by("id")

    async def options(self, resident: Resident) -> tuple[IssuedChallenge, dict[str, Any]]:
        """What the browser makes a passkey from; raises TooManyPasskeys."""
        account, known = await Account.get(id=resident.account), await self.of(resident.account)
        self._check_number(len(known))
        issued = await self._challenges.issue(Ceremony.ADD, resident.session, resident.account)
        handle = await self._handle(resident.account)
        name = shown_name(account)
        return issued, self._ceremonies.creation_options(issued.challenge, handle, name, known_of(known))

    async def add(self, resident: Resident, challenge_id: str, credential: Mapping[str, Any], name: str) -> Passkey:
        """Take the passkey that the browser made.

        Raises PasskeyChallengeExpired, PasskeyNotTaken, PasskeyKnown, TooManyPasskeys.
        """
        challenge = await self._challenges.take(challenge_id, Ceremony.ADD, resident.session, resident.account)
        try:
            made = self._ceremonies.registered(credential, challenge)
        except CeremonyFailed as error:
            raise PasskeyNotTaken("Ask for new options, and make the passkey with this page.") from error
        async with transaction():
            first = await self._precautions.is_first(resident)
            passkey = await self._store(resident.account, made, label(name))
            self._check_number(await Passkey.filter(account_id=resident.account).exclude(id=passkey.id).count())
            await self._precautions.take(resident, EventKind.PASSKEY_ADDED, first=first, name=passkey.name)
        return passkey

    async def rename(self, account: AccountId, passkey_id: str, name: str) -> Passkey:
        """Call it something else; raises PasskeyUnknown."""
        async with transaction():
            await rows(
                "UPDATE credentials_passkey SET name = ? WHERE id = ? AND account_id = ?",
                label(name),
                passkey_id,
                account,
            )
            return await self._own(account, passkey_id)

    async def remove(self, resident: Resident, passkey_id: str, *, confirmed: bool) -> None:
        """Raises PasskeyUnknown, and LastStrongFactor unless the resident confirmed that they know."""
        async with transaction():
            passkey = await self._own(resident.account, passkey_id)
            if not confirmed and await self._is_needed(resident.account):
                raise LastStrongFactor(
                    "Services of level 3 and above ask for two factors: without this passkey you have one. "
                    "Set up another passkey or an authenticator app first, or repeat with confirmed=true."
                )
            await rows("DELETE FROM credentials_passkey WHERE id = ?", passkey_id)
            await self._precautions.take(resident, EventKind.PASSKEY_REMOVED, name=passkey.name)

    async def _store(self, account: AccountId, made: NewPasskey, name: str) -> Passkey:
        now = self._clock.now()
        passkey_id = new_id(now)
        stored = await rows(
            "INSERT INTO credentials_passkey (id, account_id, credential_id, public_key, sign_count, backup_eligible, "
            "backed_up, transports, name, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (credential_id) DO NOTHING RETURNING id",
            passkey_id,
            account,
            made.credential_id,
            made.public_key,
            made.sign_count,
            made.backup_eligible,
            made.backed_up,
            " ".join(made.transports),
            name,
            now,
        )
        if not stored:
            raise PasskeyKnown("There is nothing to add.")
        return await Passkey.get(id=passkey_id)

    async def _own(self, account: AccountId, passkey_id: str) -> Passkey:
        passkey = await Passkey.get_or_none(id=passkey_id, account_id=account)
        if passkey is None:
            raise PasskeyUnknown("Take the id from the list of your credentials.")
        return passkey

    async def _is_needed(self, account: AccountId) -> bool:
        """Whether no other strong factor is there, of an account that services of high value know."""
        found = await rows(
            "SELECT a.loa, (SELECT COUNT(*) FROM credentials_passkey WHERE account_id = a.id) AS passkeys, "
            "(SELECT COUNT(*) FROM credentials_totp WHERE account_id = a.id AND sealed IS NOT NULL) AS apps "
            "FROM auth_account a WHERE a.id = ?",
            account,
        )
        return bool(found[0]["loa"] >= _NEEDS_STRONG and found[0]["passkeys"] == 1 and found[0]["apps"] == 0)

    async def _handle(self, account: AccountId) -> str:
        """Made once, of chance: it says nothing about the account, and no other identifier leads to it."""
        async with transaction():
            await rows(
                "INSERT INTO credentials_handle (account_id, handle) VALUES (?, ?) ON CONFLICT (account_id) DO NOTHING",
                account,
                new_secret(),
            )
            found = await rows("SELECT handle FROM credentials_handle WHERE account_id = ?", account)
        return str(found[0]["handle"])

    def _check_number(self, number: int) -> None:
        if number >= self._most:
            raise TooManyPasskeys(f"Remove one of the {self._most} first.", most=self._most)


def known_of(passkeys: Sequence[Passkey]) -> list[Known]:
    return [Known(each.credential_id, tuple(each.transports.split())) for each in passkeys]


def shown_name(account: Account) -> str:
    """What passkeys and authenticator apps show of an account: enough to choose by."""
    return masked_phone(account.phone) or "OneCity"


def label(name: str) -> str:
    """A name as it can be shown: printable, 60 characters at most."""
    return "".join(letter for letter in name if letter.isprintable()).strip()[:NAME_LIMIT] or "Passkey"


def refused() -> PasskeyRefused:
    """One text, whatever was wrong with it."""
    return PasskeyRefused("Try again, or sign in another way.")
