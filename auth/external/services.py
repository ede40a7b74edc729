"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.external.attempts import Attempts
from auth.external.identities import Identities
from auth.external.logout import ProviderLogout
from auth.external.openings import Openings
from auth.external.pending import PendingIdentities
from auth.external.ports import StaffDirectory
from auth.external.providers import Providers
from auth.external.returns import Returns
from auth.external.sign_in import ExternalSignIn
from auth.sessions import Sessions
from core.clock import Clock


@dataclass(frozen=True, slots=True)
class ExternalServices:
    """Made by gateway/identity/external.py."""

    clock: Clock
    providers: Providers
    attempts: Attempts
    returns: Returns
    sign_in: ExternalSignIn
    staff: StaffDirectory
    identities: Identities
    pending: PendingIdentities
    openings: Openings
    logout: ProviderLogout
    sessions: Sessions

    async def sweep(self) -> None:
        """Remove what has run out."""
        await self.attempts.remove_expired()
        await self.pending.remove_expired()
        await self.openings.remove_old(self.sessions.absolute)
