"""The order of an account's notices, and whether anything changed for whoever looks at them.

A live stream resumes after the last id it showed. That loses nothing only if ids grow in the order in which notices
are committed; ids made from the time do not (two in one millisecond, two workers, two clocks). So each notice takes its
id under the lock of its account's row, after the newest one there.
"""

from collections.abc import Sequence
from datetime import datetime

from core.database import rows
from core.ids import AccountId, NoticeId, in_base_32, new_id

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_CHUNK = 500

_LOCK = """
INSERT INTO push_mailbox (account_id, newest, version) VALUES (?, '', 1)
ON CONFLICT (account_id) DO UPDATE SET version = push_mailbox.version + 1 RETURNING newest
"""


async def next_place(account: AccountId, now: datetime) -> NoticeId:
    """The id of the account's next notice: later than all before it. The caller's transaction holds the lock."""
    newest: str = (await rows(_LOCK, account))[0]["newest"]
    place = max(new_id(now), _successor(newest))
    await rows("UPDATE push_mailbox SET newest = ? WHERE account_id = ?", place, account)
    return NoticeId(place)


async def touch(account: AccountId) -> None:
    """Say that what a live stream shows has changed."""
    await rows("UPDATE push_mailbox SET version = version + 1 WHERE account_id = ?", account)


async def newest(account: AccountId) -> str:
    """The id of the account's newest notice; empty when there is none."""
    found = await rows("SELECT newest FROM push_mailbox WHERE account_id = ?", account)
    return str(found[0]["newest"]) if found else ""


async def versions(accounts: Sequence[AccountId]) -> dict[AccountId, int]:
    """The count of changes of each account that has notices."""
    found: dict[AccountId, int] = {}
    for start in range(0, len(accounts), _CHUNK):
        chunk = accounts[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        query = f"SELECT account_id, version FROM push_mailbox WHERE account_id IN ({marks})"  # noqa: S608 - marks only
        found |= {AccountId(row["account_id"]): row["version"] for row in await rows(query, *chunk)}
    return found


def _successor(place: str) -> str:
    number = 0
    for digit in place:
        number = number << 5 | _DIGITS.index(digit)
    return in_base_32(number + 1, 26)
