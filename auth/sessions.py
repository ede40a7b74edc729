"""Sessions: one per device, an opaque secret in the cookie, its hash in the database, ended at once everywhere."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Protocol

from auth.changes import Changes
from auth.columns import moment
from auth.errors import AccountClosed, SessionUnknown
from auth.guard.caller import Caller
from auth.models import Session
from auth.secrecy import digest
from auth.settings import AuthSettings
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, SessionId, new_id, new_secret

_SEEN_EVERY = timedelta(minutes=1)


class Arrivals(Protocol):
    """Hears of each session that is opened for somebody who came by a browser."""

    def place(self, caller: Caller) -> str:
        """Where the caller is, in at most 80 characters."""
        ...

    async def opened(self, account: AccountId, session: Session, caller: Caller, *, new_account: bool = False) -> None:
        """In the transaction that opens it."""
        ...


class Sessions:
    """The sessions of all devices."""

    def __init__(self, clock: Clock, settings: AuthSettings, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes
        self._arrivals: Arrivals | None = None
        self.idle = timedelta(days=settings.session_idle_days)
        self.absolute = timedelta(days=settings.session_absolute_days)

    def tell(self, arrivals: Arrivals) -> None:
        """Have sessions told of from now on, as each is opened."""
        self._arrivals = arrivals

    async def open(  # noqa: PLR0913 - what a session begins with
        self,
        account_id: AccountId,
        device: str,
        *,
        amr: Collection[str] = ("sms",),
        place: str = "",
        caller: Caller | None = None,
        new_account: bool = False,
    ) -> tuple[str, Session]:
        """A new session; its secret is for the cookie and is kept nowhere else.

        `amr`: the means that the resident authenticated by (RFC 8176); `place`: where, as far as it is known;
        `caller`: who came, whose place and browser are then looked at; `new_account`: it was made just now.
        Raises AccountClosed for an account that was merged into another or is being deleted, whatever opened it.
        """
        if not await _take_turn(account_id):
            raise AccountClosed("Sign in with the number of the account that you go on with, or begin anew.")
        told = self._arrivals if caller is not None else None
        secret, now = new_secret(), self._clock.now()
        session = await Session.create(
            id=new_id(now),
            account_id=account_id,
            digest=digest(secret),
            device=device,
            place=told.place(caller) if told and caller else place,
            amr=" ".join(amr),
            authenticated_at=now,
            created_at=now,
            last_seen_at=now,
        )
        if told and caller:
            await told.opened(account_id, session, caller, new_account=new_account)
        return secret, session

    async def strengthen(self, resident: Resident, amr: Collection[str]) -> str:
        """Note that the resident authenticated again by `amr`; the session's new secret: the one before ends."""
        secret = new_secret()
        async with transaction():
            renewed = await rows(
                "UPDATE auth_session SET digest = ?, amr = ?, authenticated_at = ? WHERE id = ? AND account_id = ? "
                "AND revoked_at IS NULL RETURNING id",
                digest(secret),
                " ".join(amr),
                self._clock.now(),
                resident.session,
                resident.account,
            )
            if not renewed:
                raise SessionUnknown("Sign in again.")
        return secret

    async def resident(self, secret: str) -> Resident | None:
        """Who this secret's session belongs to, while it lives; notes once a minute that it is used."""
        now = self._clock.now()
        found = await rows(
            "SELECT id, account_id, last_seen_at, amr, authenticated_at, created_at FROM auth_session "
            "WHERE digest = ? AND revoked_at IS NULL AND last_seen_at > ? AND created_at > ?",
            digest(secret),
            now - self.idle,
            now - self.absolute,
        )
        if not found:
            return None
        if moment(found[0]["last_seen_at"]) <= now - _SEEN_EVERY:
            await self._seen(SessionId(found[0]["id"]))
        return _resident(found[0])

    async def lives(self, session_id: SessionId) -> bool:
        """Whether the session has not ended."""
        now = self._clock.now()
        return await Session.filter(
            id=session_id, revoked_at=None, last_seen_at__gt=now - self.idle, created_at__gt=now - self.absolute
        ).exists()

    async def page(self, account_id: AccountId, cursor: str | None, limit: int) -> list[Session]:
        """Up to `limit + 1` living sessions before `cursor`, newest first."""
        now = self._clock.now()
        query = Session.filter(
            account_id=account_id,
            revoked_at=None,
            last_seen_at__gt=now - self.idle,
            created_at__gt=now - self.absolute,
        )
        query = query.filter(id__lt=cursor) if cursor else query
        return await query.order_by("-id").limit(limit + 1)

    async def revoke(self, account_id: AccountId, session_id: SessionId) -> None:
        """End one of the account's sessions; ending it again is no error. Raises SessionUnknown."""
        async with transaction():
            ended = await rows(
                "UPDATE auth_session SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ? AND account_id = ? "
                "RETURNING id",
                self._clock.now(),
                session_id,
                account_id,
            )
            if not ended:
                raise SessionUnknown("Take the id from the list of your sessions.")
            await self._changes.note(account_id)

    async def end_others(self, resident: Resident) -> None:
        """End all sessions of the account but the resident's own."""
        async with transaction():
            await self.end_all(resident.account, but=resident.session)
            await self._changes.note(resident.account)

    async def end_all(self, account_id: AccountId, but: SessionId | None = None) -> None:
        """End the account's sessions, all or all others, in the open transaction; the caller notes the change."""
        await _take_turn(account_id)
        await rows(
            "UPDATE auth_session SET revoked_at = ? WHERE account_id = ? AND id <> ? AND revoked_at IS NULL",
            self._clock.now(),
            account_id,
            but or "",
        )

    async def _seen(self, session_id: SessionId) -> None:
        now = self._clock.now()
        async with transaction():
            await rows(
                "UPDATE auth_session SET last_seen_at = ? WHERE id = ? AND last_seen_at <= ? AND revoked_at IS NULL",
                now,
                session_id,
                now - _SEEN_EVERY,
            )


async def _take_turn(account_id: AccountId) -> bool:
    """Whether the account is open; others who open or end its sessions wait until this transaction ends.

    Without that a session which is being opened is overlooked by whoever ends all, on PostgreSQL.
    """
    query = "UPDATE auth_account SET elder = elder WHERE id = ? RETURNING merged_into, closed_at"
    found = await rows(query, account_id)
    return not found or (found[0]["merged_into"] is None and found[0]["closed_at"] is None)


def _resident(row: Mapping[str, Any]) -> Resident:
    return Resident(
        AccountId(row["account_id"]),
        SessionId(row["id"]),
        tuple(row["amr"].split()),
        moment(row["authenticated_at"] or row["created_at"]),
    )
