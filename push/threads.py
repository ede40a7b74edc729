"""The inbox by thread: what a department told under one thread, as a case with its state.

A thread belongs to a department: two may call theirs the same. A notice without one is a thread of its own.
"""

from dataclasses import dataclass
from typing import Any

from core.bodies import Localized
from core.database import rows
from core.ids import BEYOND_IDS, AccountId
from push.inbox import Inbox, Message
from push.models import Notice

_THREADS = """
SELECT MAX(id) AS newest, MAX(CASE WHEN state IS NOT NULL THEN id END) AS stated, COUNT(*) AS notices,
    COUNT(CASE WHEN read_at IS NULL THEN 1 END) AS unread
FROM push_notice WHERE account_id = ?
GROUP BY department_id, thread, CASE WHEN thread IS NULL THEN id END
HAVING MAX(id) < ? ORDER BY newest DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Thread:
    """`state`: what the department said last about where the case stands, be it in an earlier notice."""

    newest: Message
    state: Localized | None
    count: int
    unread: int


class Threads:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def page(self, account: AccountId, limit: int, cursor: str | None = None) -> list[Thread]:
        """Up to `limit + 1` threads, the one with the newest notice first, older than the notice `cursor`."""
        found = await rows(_THREADS, account, cursor or BEYOND_IDS, limit + 1)
        wanted = {row[column] for row in found for column in ("newest", "stated") if row[column]}
        notices = {each.id: each for each in await Notice.filter(id__in=wanted)} if wanted else {}
        newest = await self._inbox.named([notices[row["newest"]] for row in found if row["newest"] in notices])
        of_newest = {each.notice.id: each for each in newest}
        return [_thread(row, of_newest[row["newest"]], notices) for row in found if row["newest"] in of_newest]


def _thread(row: dict[str, Any], newest: Message, notices: dict[str, Notice]) -> Thread:
    stated = notices.get(row["stated"] or "")
    state: Localized | None = stated.state if stated else None  # type: ignore[assignment]  # as it was taken in
    return Thread(newest, state, row["notices"], row["unread"])
