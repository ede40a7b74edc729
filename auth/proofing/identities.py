"""One identity number, one account: a person who proves to have another account is led to merging the two."""

from datetime import timedelta

from auth.columns import moment
from auth.models import Account
from auth.proofing.errors import IdentityDiffers, IdentityTaken
from auth.proofing.ports import Person
from core.clock import Clock
from core.database import rows
from core.ids import AccountId

MERGE = "/api/v1/account/merge"
TWIN_FOR = timedelta(minutes=30)
"""For so long after such a proof the two accounts may be merged on its strength."""


class Identities:
    """Which account is whose."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def check_fits(self, account: Account, person: Person) -> None:
        """Raises IdentityDiffers where the account is already somebody else's, or of another name."""
        if account.id_number is None:
            return
        if account.id_number != person.id_number.text:
            raise IdentityDiffers("Use an account of your own: this one was proved to be another person's.")
        if account.name != person.name:
            raise IdentityDiffers("To change the name, use POST /api/v1/account/name.")

    async def claim(self, account: AccountId, person: Person) -> bool:
        """In the open transaction, make the account this person's, whom somebody confirmed just now.

        False where the person has another account: then `taken` is what to raise after the commit.
        """
        if not await enter(account, person.id_number.digest()):
            await self._remember_twin(account, person)
            return False
        query = "UPDATE auth_account SET name = ?, id_number = ? WHERE id = ?"
        await rows(query, person.name, person.id_number.text, account)
        return True

    async def twin_of(self, account: AccountId) -> AccountId | None:
        """The account of the person whom this account's user proved to be within the last half hour, if another."""
        found = await rows("SELECT holder_id, at FROM proofing_twin WHERE account_id = ?", account)
        if not found or moment(found[0]["at"]) <= self._clock.now() - TWIN_FOR:
            return None
        return AccountId(found[0]["holder_id"])

    async def hand_over(self, account: AccountId, to: AccountId) -> None:
        """The person's account is another one from now on: for merging, in the open transaction."""
        await rows("UPDATE proofing_identity SET account_id = ? WHERE account_id = ?", to, account)
        await rows("DELETE FROM proofing_twin WHERE account_id IN (?, ?)", account, to)

    async def release(self, account: AccountId) -> None:
        """The person has no account any more: for deletion, in the open transaction."""
        await rows("DELETE FROM proofing_identity WHERE account_id = ?", account)

    async def _remember_twin(self, account: AccountId, person: Person) -> None:
        await rows(
            "INSERT INTO proofing_twin (account_id, holder_id, at) "
            "SELECT CAST(? AS VARCHAR(26)), account_id, ? FROM proofing_identity WHERE number = ? "
            "ON CONFLICT (account_id) DO UPDATE SET holder_id = excluded.holder_id, at = excluded.at",
            account,
            self._clock.now(),
            person.id_number.digest(),
        )


def taken() -> IdentityTaken:
    return IdentityTaken("Sign in to your other account, or merge the two.", merge=MERGE)


async def _release_closed(number: str) -> None:
    """An account that was closed or merged holds nobody's identity."""
    await rows(
        "DELETE FROM proofing_identity WHERE number = ? AND account_id IN "
        "(SELECT id FROM auth_account WHERE closed_at IS NOT NULL OR merged_into IS NOT NULL)",
        number,
    )


async def enter(account: AccountId, digest: str) -> bool:
    """Claim an identity in the open transaction; whether it is the account's. The table's key decides a race."""
    await _release_closed(digest)
    found = await rows(
        "INSERT INTO proofing_identity (number, account_id) VALUES (?, ?) "
        "ON CONFLICT (number) DO UPDATE SET account_id = proofing_identity.account_id RETURNING account_id",
        digest,
        account,
    )
    return bool(found[0]["account_id"] == account)
