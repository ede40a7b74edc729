"""What becomes of an identity that was proved: a session, a session after a second factor, or a wait for its account.

Never an account: one that nobody has proved a phone number for is not made, and none is found by what a provider says
of phone, mail or name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from auth.external.errors import ExternalRefused
from auth.external.identities import Identities
from auth.external.openings import FEDERATED, Openings
from auth.external.pending import PendingIdentities
from auth.external.ports import StaffDirectory, StaffEntry
from auth.external.returns import Return
from auth.guard.caller import Caller
from auth.sessions import Sessions
from auth.sign_in import SecondFactors
from core.access import Resident
from core.database import transaction
from core.ids import AccountId

Result = Literal["signed-in", "second-factor", "unbound", "bindable", "staff"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened. `secret`: of the session just opened, of `account`; `entry`: the staff's.

    `second_factor`: ticket and methods, as the problem second-factor-needed has them.
    """

    result: Result
    next_path: str
    secret: str | None = None
    second_factor: Mapping[str, Any] | None = None
    entry: StaffEntry | None = None
    account: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """The browser that came back. `browser`: what sign-in tickets are bound to; `waiting`: what pending ones are."""

    label: str
    browser: str
    waiting: str
    caller: Caller | None = None


class ExternalSignIn:
    """Turns returns into outcomes."""

    def __init__(
        self,
        identities: Identities,
        pending: PendingIdentities,
        openings: Openings,
        sessions: Sessions,
        second_factors: SecondFactors | None = None,
    ) -> None:
        self._identities = identities
        self._pending = pending
        self._openings = openings
        self._sessions = sessions
        self._second_factors = second_factors

    async def staff(self, back: Return, directory: StaffDirectory) -> Outcome:
        """For providers of civil servants; raises ExternalRefused."""
        entry = await directory.signed_in(back.identity)
        if entry is None:
            raise ExternalRefused("the identity is no member of staff")
        return Outcome("staff", back.attempt.next_path, entry=entry)

    async def resident(self, back: Return, device: Device, before: Resident | None) -> Outcome:
        """For providers of residents; the browser's session `before` ends when another is opened.

        Raises ExternalRefused when whoever wanted to bind is not signed in here any more.
        """
        if back.attempt.account is not None:
            return await self._bindable(back, device, before)
        account = await self._identities.account_of(back.identity.issuer, back.identity.subject)
        if account is None:
            await self._pending.keep(device.waiting, back.identity)
            return Outcome("unbound", back.attempt.next_path)
        async with transaction():
            refusal = self._second_factors and await self._second_factors.ask(account, FEDERATED, device.browser)
            if refusal:
                return Outcome("second-factor", back.attempt.next_path, second_factor=refusal.members)
            if before:
                await self._sessions.revoke(before.account, before.session)
            secret = await self._openings.open(account, device.label, back.identity, device.caller)
        return Outcome("signed-in", back.attempt.next_path, secret=secret, account=account)

    async def _bindable(self, back: Return, device: Device, before: Resident | None) -> Outcome:
        """The shell asks once more before it is bound: a page of somebody else's may have begun this."""
        if before is None or before.account != back.attempt.account:
            raise ExternalRefused("whoever began this is not signed in here any more")
        await self._pending.keep(device.waiting, back.identity)
        return Outcome("bindable", back.attempt.next_path)
