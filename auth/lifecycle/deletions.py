"""The end of an account: asked for, waited for, and then done step by step.

Each step is a transaction of its own that ends with counting it, so that a process which dies leaves the work where the
next one takes it up: a step is done wholly or not at all, and never twice. The order matters: first nobody gets in any
more, then the departments are told by the names that they know, and only then everything that tells who it was goes.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from auth.accounts import Accounts
from auth.changes import Changes
from auth.columns import from_json, moment, to_json
from auth.lifecycle.areas import Areas
from auth.lifecycle.closures import Closures
from auth.lifecycle.settings import LifecycleSettings
from auth.security.events import EventKind, Events
from auth.sessions import Sessions
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId
from core.telemetry import log

Step = Callable[[AccountId], Awaitable[object]]


class Deletions:
    """The deletions that wait, and those under way."""

    def __init__(  # noqa: PLR0913 - the end touches everything
        self,
        clock: Clock,
        settings: LifecycleSettings,
        areas: Areas,
        closures: Closures,
        *,
        accounts: Accounts,
        sessions: Sessions,
        events: Events,
        changes: Changes,
    ) -> None:
        self._clock = clock
        self._wait = timedelta(days=settings.deletion_days)
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._areas = areas
        self._closures = closures
        self._accounts = accounts
        self._sessions = sessions
        self._events = events
        self._changes = changes

    async def ask(self, resident: Resident) -> datetime:
        """Have the account deleted; when that will be. Asking again changes nothing.

        It waits, and can be cancelled, unless no department ever heard of the account. Raises ReauthenticationNeeded.
        """
        now = self._clock.now()
        check_fresh(resident, now)
        async with transaction():
            account = await self._accounts.get(resident.account)
            known = await self._closures.known_to(await self._accounts.kin(resident.account))
            due_at = now + self._wait if known else now
            made = await rows(
                "INSERT INTO lifecycle_deletion (account_id, asked_at, due_at, step, steps, lease_until) "
                "VALUES (?, ?, ?, 0, '[]', ?) ON CONFLICT (account_id) DO NOTHING RETURNING account_id",
                resident.account,
                now,
                due_at,
                now,
            )
            if made:
                day = due_at.date().isoformat()
                await self._events.record(resident.account, EventKind.DELETION_ASKED, phone=account.phone, on=day)
        return await self.due(resident.account) or due_at

    async def due(self, account: AccountId) -> datetime | None:
        """When the account is deleted; None when nobody asked for it."""
        found = await rows("SELECT due_at FROM lifecycle_deletion WHERE account_id = ?", account)
        return moment(found[0]["due_at"]) if found else None

    async def cancel(self, account: AccountId) -> None:
        """Keep the account; nothing happens when nothing waits, or when it has begun."""
        async with transaction():
            cancelled = await rows(
                "DELETE FROM lifecycle_deletion WHERE account_id = ? AND step = 0 RETURNING account_id", account
            )
            if cancelled:
                phone = (await self._accounts.get(account)).phone
                await self._events.record(account, EventKind.DELETION_CANCELLED, phone=phone)

    async def work(self) -> int:
        """Do all deletions that are due and that nobody works on; how many were finished."""
        now = self._clock.now()
        due = await rows(
            "SELECT account_id FROM lifecycle_deletion WHERE done_at IS NULL AND due_at <= ? AND lease_until <= ? "
            "ORDER BY due_at LIMIT 100",
            now,
            now,
        )
        return sum([await self._finish(AccountId(row["account_id"])) for row in due])

    async def _finish(self, account: AccountId) -> bool:
        """Whether it was we who did it to its end."""
        done = await self._claim(account)
        while done is not None and (waiting := [name for name in self._steps() if name not in done]):
            done = await self._do(account, waiting[0], done, last=len(waiting) == 1)
        if done is not None:
            log(__name__).info("account deleted", account=account)
        return done is not None

    async def _do(self, account: AccountId, name: str, done: list[str], *, last: bool) -> list[str] | None:
        """One step, all or nothing; the steps done by then, None when somebody else goes on with it."""
        async with transaction():
            if not await self._count(account, [*done, name], last=last):
                return None
            for each in await self._accounts.kin(account):
                await self._steps()[name](each)
        return [*done, name]

    def _steps(self) -> Mapping[str, Step]:
        """In their order; known by their names, so that a new version goes on with what an old one began."""
        areas: dict[str, Step] = {f"erase {area.area}": area.erase for area in self._areas}
        return {"close": self._close, "tell departments": self._closures.tell, **areas, "forget": self._forget_person}

    async def _claim(self, account: AccountId) -> list[str] | None:
        """The steps that are done; it is ours to go on with for a while, unless None."""
        now = self._clock.now()
        async with transaction():
            claimed = await rows(
                "UPDATE lifecycle_deletion SET lease_until = ? WHERE account_id = ? AND lease_until <= ? "
                "AND due_at <= ? AND done_at IS NULL RETURNING steps",
                now + self._lease,
                account,
                now,
                now,
            )
        return list(from_json(claimed[0]["steps"])) if claimed else None

    async def _count(self, account: AccountId, done: list[str], *, last: bool) -> bool:
        """The steps are done with the open transaction; whether nobody else did the last of them."""
        counted = await rows(
            "UPDATE lifecycle_deletion SET step = ?, steps = ?, done_at = ? WHERE account_id = ? AND step = ? "
            "AND done_at IS NULL RETURNING step",
            len(done),
            to_json(done),
            self._clock.now() if last else None,
            account,
            len(done) - 1,
        )
        return bool(counted)

    async def _close(self, account: AccountId) -> None:
        """Nobody gets in any more."""
        query = "UPDATE auth_account SET closed_at = COALESCE(closed_at, ?) WHERE id = ?"
        await rows(query, self._clock.now(), account)
        await self._sessions.end_all(account)
        await self._changes.note(account)

    async def _forget_person(self, account: AccountId) -> None:
        """The number is free, and its traces go with it; what is left is an id that nothing leads to."""
        phone = (await self._accounts.get(account)).phone
        for table in ("auth_code", "auth_sms", "lifecycle_newcomer"):
            await rows(f"DELETE FROM {table} WHERE phone = ?", phone or "")  # noqa: S608 - names of ours
        await rows(
            "UPDATE auth_account SET phone = NULL, name = NULL, id_number = NULL, loa = 1, hold_until = NULL, "
            "used_at = NULL WHERE id = ?",
            account,
        )
        await self._changes.note(account)
