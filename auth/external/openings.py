"""Which sessions of ours an identity opened, so that its provider can end them."""

from datetime import timedelta

from auth.external.ports import ExternalIdentity
from auth.guard.caller import Caller
from auth.sessions import Sessions
from auth.step_up import FRESH_SECONDS
from core.clock import Clock
from core.database import rows, statement, transaction
from core.ids import AccountId, SessionId

FEDERATED = ("fed",)
"""The means of a session that a provider vouched for; none of RFC 8176, which names no such thing."""


class Openings:
    """The sessions that identities opened."""

    def __init__(self, clock: Clock, sessions: Sessions) -> None:
        self._clock = clock
        self._sessions = sessions

    async def open(
        self, account: AccountId, device: str, identity: ExternalIdentity, caller: Caller | None = None
    ) -> str:
        """Open a session, within the open transaction: its secret. The owner is told where `caller` is a stranger.

        It is as fresh as the authentication at the provider; one of unknown age is not fresh at all.
        """
        secret, session = await self._sessions.open(account, device, amr=FEDERATED, caller=caller)
        stale = self._clock.now() - timedelta(seconds=FRESH_SECONDS + 1)
        at = identity.authenticated_at or stale
        await rows("UPDATE auth_session SET authenticated_at = ? WHERE id = ?", at, session.id)
        await rows(
            "INSERT INTO external_session (session_id, account_id, issuer, subject, sid, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            session.id,
            account,
            identity.issuer,
            identity.subject,
            identity.sid,
            self._clock.now(),
        )
        return secret

    async def end(self, issuer: str, subject: str | None, sid: str | None) -> int:
        """End the sessions of the provider's `sid` and `subject`, whichever are given; how many there were."""
        async with transaction():
            opened = await self._opened(issuer, subject, sid)
            for each in opened:
                await self._sessions.revoke(AccountId(each["account_id"]), SessionId(each["session_id"]))
        return len(opened)

    async def _opened(self, issuer: str, subject: str | None, sid: str | None) -> list[dict[str, str]]:
        """A session that was cleared away meanwhile is none that could be ended."""
        conditions = {"o.subject": subject, "o.sid": sid}
        given = {column: value for column, value in conditions.items() if value is not None}
        where = " ".join(f"AND {column} = ?" for column in given)
        query = (
            "SELECT o.session_id, o.account_id FROM external_session o "  # noqa: S608 - our own columns
            f"JOIN auth_session s ON s.id = o.session_id WHERE o.issuer = ? {where}"
        )
        return await rows(query, issuer, *given.values())

    async def remove_old(self, after: timedelta) -> None:
        """Forget sessions that ended by their age."""
        await statement("DELETE FROM external_session WHERE created_at <= ?", self._clock.now() - after)
