"""What a feature keeps about accounts, said as a list of its tables: enough for all that have no rule of their own."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from auth.columns import from_json, maybe_moment
from auth.lifecycle.ports import Record
from core.bodies import Localized
from core.database import rows
from core.ids import AccountId

ERASED = "erased"
_CHUNK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table. `key` sorts and names its rows, `owner` is the column with the account's id.

    `shown` are the columns that the archive gets; `times` and `jsons` those of them that raw SQL must read. With
    `moves` the rows go over at a merge, but those that `into` has already by the columns of `once`. A `kept` table is
    not erased, for that reason.
    """

    name: str
    key: str = "id"
    owner: str = "account_id"
    shown: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    jsons: tuple[str, ...] = ()
    moves: bool = False
    once: tuple[str, ...] = ()
    kept: str | None = None


class TableData:
    """AccountData (auth/lifecycle/ports.py) of tables."""

    def __init__(self, area: str, title: Localized, *tables: Table) -> None:
        self.area = area
        self.title = title
        self._tables = tables

    @property
    def tables(self) -> Mapping[str, str]:
        return {table.name: table.kept or ERASED for table in self._tables}

    async def merged(self, absorbed: AccountId, into: AccountId) -> dict[str, list[Any]]:
        return {table.name: await _move(table, absorbed, into) for table in self._tables if table.moves}

    async def parted(self, absorbed: AccountId, into: AccountId, moved: Mapping[str, list[Any]]) -> None:
        for table in self._tables:
            for key in moved.get(table.name, ()):
                query = f"UPDATE {table.name} SET {table.owner} = ? WHERE {table.key} = ? AND {table.owner} = ?"  # noqa: S608 - names of ours
                await rows(query, absorbed, key, into)

    async def export(self, account: AccountId) -> AsyncIterator[Record]:
        for table in self._tables:
            if table.shown:
                async for row in _every(table, account):
                    yield Record(f"{self.area}/{table.name}", _shown(table, row))

    async def erase(self, account: AccountId) -> None:
        for table in self._tables:
            if not table.kept:
                await rows(f"DELETE FROM {table.name} WHERE {table.owner} = ?", account)  # noqa: S608 - the same


async def _move(table: Table, absorbed: AccountId, into: AccountId) -> list[Any]:
    same = " AND ".join(f"theirs.{column} = {table.name}.{column}" for column in table.once)
    already = f"SELECT 1 FROM {table.name} theirs WHERE theirs.{table.owner} = ? AND {same}"  # noqa: S608 - the same
    query = f"UPDATE {table.name} SET {table.owner} = ? WHERE {table.owner} = ?"  # noqa: S608 - the same
    if table.once:
        moved = await rows(f"{query} AND NOT EXISTS ({already}) RETURNING {table.key}", into, absorbed, into)
    else:
        moved = await rows(f"{query} RETURNING {table.key}", into, absorbed)
    return [row[table.key] for row in moved]


async def _every(table: Table, account: AccountId) -> AsyncIterator[dict[str, Any]]:
    """The account's rows in the order of their keys, some at a time."""
    columns = ", ".join(dict.fromkeys((table.key, *table.shown)))
    query = f"SELECT {columns} FROM {table.name} WHERE {table.owner} = ? AND {table.key} > ? ORDER BY {table.key} LIMIT {_CHUNK}"  # noqa: S608, E501 - the same
    last, more = "", True
    while more:
        found = await rows(query, account, last)
        for row in found:
            yield row
        more = len(found) == _CHUNK
        last = found[-1][table.key] if found else last


def _shown(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: _value(table, column, row[column]) for column in table.shown}


def _value(table: Table, column: str, value: Any) -> Any:
    if column in table.times:
        at = maybe_moment(value)
        return at.isoformat() if at else None
    return from_json(value) if column in table.jsons else value
