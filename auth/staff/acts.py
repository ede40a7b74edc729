"""The audit of staff: every act in one chain, written with the act itself.

Each digest covers the act and the digest before it. Somebody who changes or takes out an act has to make all later ones
anew, and whoever noted a digest down sees it.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from auth.columns import from_json, moment, to_json
from auth.staff.models import StaffAct
from core.access import Staff
from core.clock import Clock
from core.database import rows, transaction
from core.ids import DepartmentId

COMMAND_LINE = "command-line"
"""Who acts when an operator works on the machine itself."""
_BEGINNING = "0" * 64
_AT_ONCE = 500


class Acts:
    """Writes what staff did, and reads it again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def record(
        self,
        by: Staff | None,
        action: str,
        subject: str,
        *,
        department: DepartmentId | None = None,
        **detail: Any,
    ) -> None:
        """Write the act with the open transaction; `by` None: the command line."""
        member = by.member if by else COMMAND_LINE
        owner = department or (by.department if by else None)
        async with transaction():
            number, before = await self._next()
            at = self._clock.now()
            digest = _digest(before, number, member, owner, action, subject, detail, at.isoformat())
            await rows(
                "INSERT INTO staff_act (number, member_id, department_id, action, subject, detail, at, digest) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                number,
                member,
                owner,
                action,
                subject,
                to_json(detail),
                at,
                digest,
            )
            await rows("UPDATE staff_chain SET digest = ? WHERE id = 1", digest)

    async def page(self, department: DepartmentId | None, before: int | None, limit: int) -> list[StaffAct]:
        """Up to `limit + 1` acts before the number `before`, newest first; of one department, or of all (None)."""
        query = StaffAct.filter(department_id=department) if department else StaffAct.all()
        query = query.filter(number__lt=before) if before else query
        return await query.order_by("-number").limit(limit + 1)

    async def broken(self) -> int | None:
        """The number of the first act that the chain does not hold for; None when all of it holds."""
        before, number = _BEGINNING, 0
        async for row in _all():
            number += 1
            if row["number"] != number or row["digest"] != _digest_of(before, row):
                return number
            before = row["digest"]
        end = await rows("SELECT number, digest FROM staff_chain WHERE id = 1")
        holds = not end or (int(end[0]["number"]), end[0]["digest"]) == (number, before)
        return None if holds else number + 1

    async def _next(self) -> tuple[int, str]:
        """The next number, and the digest before it; other writers wait until this transaction ends."""
        await rows(
            "INSERT INTO staff_chain (id, number, digest) VALUES (1, 0, ?) ON CONFLICT (id) DO NOTHING", _BEGINNING
        )
        taken = await rows("UPDATE staff_chain SET number = number + 1 WHERE id = 1 RETURNING number, digest")
        return int(taken[0]["number"]), str(taken[0]["digest"])


async def _all() -> AsyncIterator[dict[str, Any]]:
    last = 0
    while found := await rows("SELECT * FROM staff_act WHERE number > ? ORDER BY number LIMIT ?", last, _AT_ONCE):
        for row in found:
            yield row
        last = found[-1]["number"]


def _digest_of(before: str, row: Mapping[str, Any]) -> str:
    return _digest(
        before,
        int(row["number"]),
        row["member_id"],
        row["department_id"],
        row["action"],
        row["subject"],
        from_json(row["detail"]),
        moment(row["at"]).isoformat(),
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
