"""A resident's entries, about them or done by them for others: their ids, pages of them, and all of them."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.database import rows
from core.ids import in_base_32
from gateway.ledger.access import Action
from gateway.ledger.columns import octets
from gateway.ledger.index import indexed

LAST = 2**62
"""Beyond every entry."""
_CHUNK = 200
_LOOK_AT = 2000
"""Entries that one page of a filtered list looks at; it may come out short, and says where to go on."""
_DISORDER = timedelta(minutes=1)
"""Workers' clocks may differ: an entry this much older than the one before it is not out of order."""
_ROWS = "SELECT seq, content, account_id, mandate FROM ledger_entry WHERE"
_THEIRS = "(account_id = ? OR mandate IN (SELECT mandate FROM ledger_actor WHERE account_id = ?))"
"""About the resident, or done by them for another."""
_DIGITS = {digit: value for value, digit in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was recorded; `content` are its bytes, `account` whom it is about."""

    seq: int
    content: bytes
    account: str
    mandate: str | None
    at: datetime
    service: str
    department: str
    upstream: str
    operation: str
    action: Action
    summary: dict[str, str]
    scopes: list[str]
    request_id: str
    outcome: int
    received: int
    sent: int

    @property
    def id(self) -> str:
        """Its place in the ledger, written as our other ids are, so that ids sort by time."""
        return in_base_32(self.seq, 26)


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a resident's entries is asked for; None asks for all, `until` is left out itself."""

    service: str | None = None
    department: str | None = None
    action: Action | None = None
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, entry: Entry) -> bool:
        return (
            self.service in {None, entry.service}
            and self.department in {None, entry.department}
            and self.action in {None, entry.action}
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
        )

    def is_past(self, entry: Entry) -> bool:
        """Whether nothing older than this entry can be taken."""
        return self.since is not None and entry.at < self.since - _DISORDER


@dataclass(frozen=True, slots=True)
class Found:
    """A page: entries, newest first, and the id after which the next page goes on."""

    entries: list[Entry]
    next: str | None


def seq_of(entry_id: str) -> int:
    """The place behind an id that fits core.ids.ID_PATTERN."""
    number = 0
    for digit in entry_id:
        number = number << 5 | _DIGITS[digit]
    return min(number, LAST)


async def page(account: str, limit: int, cursor: str | None, wanted: Filter, look_at: int = _LOOK_AT) -> Found:
    """Up to `limit` of a resident's entries that the filter takes, newest first, older than `cursor`.

    It looks at `look_at` entries at the most.
    """
    kept: list[Entry] = []
    looked, last = 0, cursor
    async for entry in every(account, seq_of(cursor) if cursor else LAST):
        if wanted.is_past(entry):
            break
        if len(kept) == limit or looked == look_at:
            return Found(kept, last)
        looked, last = looked + 1, entry.id
        if wanted.takes(entry):
            kept.append(entry)
    return Found(kept, None)


async def every(account: str, before: int = LAST) -> AsyncIterator[Entry]:
    """All of a resident's entries below that place, newest first, read some at a time."""
    more = True
    while more:
        chunk = await _older(account, before)
        for row in chunk:
            yield _entry(row)
        more = len(chunk) == _CHUNK
        before = chunk[-1]["seq"] if chunk else before


async def find(account: str, seq: int) -> Entry | None:
    """That entry, when it is about this resident."""
    found = await rows(f"{_ROWS} seq = ? AND account_id = ?", seq, account)
    return _entry(found[0]) if found else None


async def _older(account: str, before: int) -> list[dict[str, Any]]:
    """The newest come from the entries themselves, as far as the index has not seen them (gateway/ledger/index.py)."""
    seen = (await rows("SELECT seq FROM ledger_progress WHERE work = 'access'"))[0]["seq"]
    fresh = await rows(
        f"{_ROWS} seq >= ? AND seq < ? AND {_THEIRS} ORDER BY seq DESC LIMIT ?",
        seen,
        before,
        account,
        account,
        _CHUNK,
    )
    places = await indexed(account, min(seen, before), _CHUNK - len(fresh)) if len(fresh) < _CHUNK else []
    return fresh + await _at(places, account)


async def _at(places: list[int], account: str) -> list[dict[str, Any]]:
    """The entries at those places, newest first."""
    if not places:
        return []
    numbers = ",".join(map(str, places))
    return await rows(f"{_ROWS} seq IN ({numbers}) AND {_THEIRS} ORDER BY seq DESC", account, account)


def _entry(row: dict[str, Any]) -> Entry:
    content = octets(row["content"])
    members = json.loads(content)
    return Entry(
        seq=row["seq"],
        content=content,
        account=row["account_id"],
        mandate=row["mandate"],
        at=datetime.fromtimestamp(members["at"] / 1000, UTC),
        **{name: members[name] for name in _SAME},
    )


_SAME = (
    "service", "department", "upstream", "operation", "action", "summary", "scopes",
    "request_id", "outcome", "received", "sent",
)  # fmt: skip
