"""Which identities of elsewhere belong to which account. A match of phone, mail or name never binds anything."""

from auth.external.errors import ExternalIdentityTaken, ExternalIdentityUnknown, NoIdentityPending
from auth.external.models import BoundIdentity
from auth.external.pending import PendingIdentities
from auth.external.ports import Precautions
from auth.security.events import EventKind
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id


class Identities:
    """The identities of all accounts."""

    def __init__(self, clock: Clock, pending: PendingIdentities, precautions: Precautions) -> None:
        self._clock = clock
        self._pending = pending
        self._precautions = precautions

    async def account_of(self, issuer: str, subject: str) -> AccountId | None:
        """Whose identity this is; notes that it was used."""
        used = await rows(
            "UPDATE external_identity SET last_used_at = ? WHERE issuer = ? AND subject = ? RETURNING account_id",
            self._clock.now(),
            issuer,
            subject,
        )
        return AccountId(used[0]["account_id"]) if used else None

    async def of(self, account: AccountId) -> list[BoundIdentity]:
        """An account's identities, newest first; there are no more than there are providers, most often."""
        return await BoundIdentity.filter(account_id=account).order_by("-id").limit(100)

    async def bind(self, resident: Resident, browser: str) -> BoundIdentity:
        """Bind the identity that waits in this browser; to have it twice is no error.

        Raises NoIdentityPending, ExternalIdentityTaken.
        """
        async with transaction():
            waiting = await self._pending.take(browser)
            if waiting is None:
                raise NoIdentityPending("Come back from the provider first, and then soon.")
            now = self._clock.now()
            made = await rows(
                "INSERT INTO external_identity (id, account_id, provider, issuer, subject, created_at, last_used_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (issuer, subject) DO NOTHING RETURNING id",
                new_id(now),
                resident.account,
                waiting.provider,
                waiting.issuer,
                waiting.subject,
                now,
                now,
            )
            bound = await BoundIdentity.get(issuer=waiting.issuer, subject=waiting.subject)
            if bound.account_id != resident.account:
                raise ExternalIdentityTaken("Sign in with it, and remove it there first.")
            if made:
                details = {"provider": waiting.provider}
                await self._precautions.take(resident, EventKind.IDENTITY_BOUND, first=True, **details)
        return bound

    async def remove(self, resident: Resident, identity_id: str) -> None:
        """Let an identity sign in no more; raises ExternalIdentityUnknown."""
        async with transaction():
            gone = await rows(
                "DELETE FROM external_identity WHERE id = ? AND account_id = ? RETURNING provider",
                identity_id,
                resident.account,
            )
            if not gone:
                raise ExternalIdentityUnknown("Take the id from the list of your identities.")
            await self._precautions.take(resident, EventKind.IDENTITY_REMOVED, provider=gone[0]["provider"])
