"""The whole ledger as a file, and an audit of either.

The file is JSON Lines: each checkpoint's note, then each entry it covers. It names no account, so it can be handed to
whoever is to watch over the ledger.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

from core.database import rows
from gateway.ledger.audit import Audit, Row
from gateway.ledger.columns import octets
from gateway.ledger.notes import NoteKey
from gateway.ledger.tree import HEIGHT, size

_CHUNK = 2000


class FileUnusable(Exception):
    """The file is no export; the text says at which line."""


async def notes() -> list[str]:
    """The notes of all checkpoints, smallest first."""
    return [str(row["note"]) for row in await rows("SELECT note FROM ledger_checkpoint ORDER BY size")]


async def entries(end: int) -> AsyncIterator[Row]:
    """The first `end` entries, with the account they are filed under and its key."""
    start = -1
    while True:
        found = await rows(
            "SELECT entry.seq, entry.content, entry.leaf, entry.account_id, entry.mandate, known.key "
            "FROM ledger_entry AS entry LEFT JOIN ledger_key AS known ON known.account_id = entry.account_id "
            "WHERE entry.seq > ? AND entry.seq < ? ORDER BY entry.seq LIMIT ?",
            start,
            end,
            _CHUNK,
        )
        for row in found:
            yield _row(row)
        if len(found) < _CHUNK:
            return
        start = found[-1]["seq"]


async def lines() -> AsyncIterator[str]:
    """The file, line by line."""
    for note in await notes():
        yield json.dumps({"checkpoint": note}, ensure_ascii=False)
    newest = await rows("SELECT coalesce(max(size), 0) AS size FROM ledger_checkpoint")
    async for row in entries(newest[0]["size"]):
        yield json.dumps(
            {"seq": row.seq, "leaf": b64encode(row.leaf).decode(), "content": row.content.decode()}, ensure_ascii=False
        )


async def audit(key: NoteKey, tell: Callable[[str], None], second: NoteKey | None = None) -> Audit:
    """Look through the database, and tell each thing wrong; `second` is the key of the second signature."""
    found = Audit(await notes(), key, await _nodes(), second)
    _told(found.begin(), tell)
    async for row in entries(await size()):
        _told(found.take(row), tell)
    _told(found.end(), tell)
    return found


def audit_file(text: Iterable[str], key: NoteKey, tell: Callable[[str], None], second: NoteKey | None = None) -> Audit:
    """Look through an exported file, which needs no database; raises FileUnusable."""
    read = _Lines(text)
    found = Audit(read.notes, key, second=second)
    _told(found.begin(), tell)
    for row in read.entries():
        _told(found.take(row), tell)
    _told(found.end(), tell)
    return found


def _told(findings: Iterator[str], tell: Callable[[str], None]) -> None:
    for finding in findings:
        tell(finding)


class _Lines:
    """A file, read once: its notes stand before its entries."""

    def __init__(self, text: Iterable[str]) -> None:
        self._members = enumerate(map(_members, text), 1)
        self._first: tuple[int, dict[str, Any]] | None = None
        self.notes: list[str] = []
        for number, members in self._members:
            if "checkpoint" not in members:
                self._first = number, members
                return
            self.notes.append(str(members["checkpoint"]))

    def entries(self) -> Iterator[Row]:
        if self._first:
            yield _read_row(*self._first)
        for number, members in self._members:
            yield _read_row(number, members)


def _members(line: str) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except ValueError:
        read = None
    return read if isinstance(read, dict) else {}


def _read_row(number: int, members: dict[str, Any]) -> Row:
    try:
        return Row(int(members["seq"]), str(members["content"]).encode(), b64decode(members["leaf"], validate=True))
    except (KeyError, ValueError, TypeError) as error:
        raise FileUnusable(f"line {number} is no entry") from error


def _row(row: dict[str, Any]) -> Row:
    key = row["key"]
    return Row(
        seq=row["seq"],
        content=octets(row["content"]),
        leaf=octets(row["leaf"]),
        account=row["account_id"],
        mandate=row["mandate"],
        key=octets(key) if key is not None else None,
    )


async def _nodes() -> dict[int, bytes]:
    """The roots over each 256 entries, by position."""
    first, end = HEIGHT << 48, (HEIGHT + 1) << 48
    found = await rows("SELECT id, hash FROM ledger_node WHERE id >= ? AND id < ?", first, end)
    return {row["id"] - first: octets(row["hash"]) for row in found}
