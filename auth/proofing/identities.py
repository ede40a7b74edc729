"""One identity number, one account: a person who proves to have another account is led to merging the two."""

from auth.models import Account
from auth.proofing.errors import IdentityDiffers, IdentityTaken
from auth.proofing.ports import Person
from core.database import rows
from core.ids import AccountId

MERGE = "/api/v1/account/merge"


def check_fits(account: Account, person: Person) -> None:
    """Raises IdentityDiffers where the account is already somebody else's, or of another name."""
    if account.id_number is None:
        return
    if account.id_number != person.id_number.text:
        raise IdentityDiffers("Use an account of your own: this one was proved to be another person's.")
    if account.name != person.name:
        raise IdentityDiffers("To change the name, use POST /api/v1/account/name.")


async def claim(account: AccountId, person: Person) -> bool:
    """In the open transaction, make the account this person's, whom somebody confirmed just now.

    False where the person has another account: then `taken` is what to raise after the commit. Raises IdentityDiffers
    where the account became another person's while the register was asked.
    """
    if not await enter(account, person.id_number.digest()):
        return False
    adopted = await rows(
        "UPDATE auth_account SET name = ?, id_number = ? WHERE id = ? AND (id_number IS NULL OR id_number = ?) "
        "RETURNING id",
        person.name,
        person.id_number.text,
        account,
        person.id_number.text,
    )
    if not adopted:
        raise IdentityDiffers("Use an account of your own: this one was proved to be another person's.")
    return True


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
