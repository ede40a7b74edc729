"""What departments are told of closed accounts: each by its own `sub`, in an order of its own, for as long as it likes.

A department reads after the last number that it has seen. Numbers are taken under the lock of the department's row, so
that they grow as they are committed and none appears behind one that was read.
"""

from collections.abc import Iterable, Sequence

from auth.lifecycle.models import Closure
from core.clock import Clock
from core.database import rows
from core.ids import AccountId, DepartmentId, new_id

_SECTOR = "department:"


class Closures:
    """The closures of all departments."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def known_to(self, accounts: Iterable[AccountId]) -> list[tuple[DepartmentId, str]]:
        """The departments that know one of these accounts, each with its `sub`, in a fixed order."""
        found: list[tuple[DepartmentId, str]] = []
        for account in accounts:
            query = "SELECT sector, sub FROM auth_subject WHERE account_id = ? AND sector LIKE ?"
            subs = await rows(query, account, f"{_SECTOR}%")
            found += [(DepartmentId(row["sector"].removeprefix(_SECTOR)), row["sub"]) for row in subs]
        return sorted(found)

    async def tell(self, account: AccountId) -> None:
        """Write a closure for every department that knows the account, in the open transaction; once for each."""
        for department, sub in await self.known_to([account]):
            if not await Closure.exists(sub=sub):
                await self._write(department, sub)

    async def after(self, department: DepartmentId, number: int, limit: int) -> Sequence[Closure]:
        """Up to `limit + 1` closures after that number, in order."""
        found = Closure.filter(department_id=department, number__gt=number)
        return await found.order_by("number").limit(limit + 1)

    async def _write(self, department: DepartmentId, sub: str) -> None:
        counted = await rows(
            "INSERT INTO lifecycle_closure_count (department_id, newest) VALUES (?, 1) ON CONFLICT (department_id) "
            "DO UPDATE SET newest = lifecycle_closure_count.newest + 1 RETURNING newest",
            department,
        )
        now = self._clock.now()
        await rows(
            "INSERT INTO lifecycle_closure (id, department_id, number, sub, at) VALUES (?, ?, ?, ?, ?)",
            new_id(now),
            department,
            counted[0]["newest"],
            sub,
            now,
        )
