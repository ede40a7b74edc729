"""The database: opening it, migrating it, and the one door into a transaction.

SQLite (WAL, synchronous FULL) is the embedded default; PostgreSQL 15 by URL. What a rule did in `transaction()`
survives a kill -9 once the block has ended, on both: each syncs its log before the commit returns.

Tortoise's own `in_transaction()` is not used, for two reasons that tests hold: cancelled while it opens, it keeps the
lock (SQLite) or the connection (PostgreSQL) for ever; and on SQLite it begins deferred, so that two processes which
read and then write fail at once with "database is locked".
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar, cast

import aiosqlite
import asyncpg
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.asyncpg.client import TransactionWrapper as PostgresTransaction
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.backends.sqlite.client import SqliteTransactionWrapper as SqliteTransaction
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError
from tortoise.migrations.api import migrate as apply_migrations

from core.problems import Unavailable

ALIAS = "default"
BUSY_MILLISECONDS = 5000
_POOL = "minsize=5&maxsize=5"
"""All connections are opened at once: one opened for a caller who is cancelled meanwhile would be left dangling."""
Result = TypeVar("Result")
_AFTERWARDS: ContextVar[list[Callable[[], None]]] = ContextVar("afterwards")
"""What is to be called after the commit of the transaction that this task has open."""


class DatabaseBusy(Unavailable):
    title = "Too many want to write at once"


def configuration(url: str, apps: Mapping[str, str]) -> dict[str, Any]:
    """Tortoise's configuration: `url` is sqlite://path or postgres://…, `apps` names each feature's package."""
    return {
        "connections": {ALIAS: _with_defaults(url)},
        "apps": {
            name: {"models": [f"{package}.models"], "default_connection": ALIAS, "migrations": f"{package}.migrations"}
            for name, package in apps.items()
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def _with_defaults(url: str) -> str:
    joint = "&" if "?" in url else "?"
    if not url.startswith("sqlite:"):
        url = url.replace("postgresql:", "postgres:", 1)
        return url if "minsize=" in url else f"{url}{joint}{_POOL}"
    return f"{url}{joint}journal_mode=WAL&synchronous=FULL&busy_timeout={BUSY_MILLISECONDS}&foreign_keys=ON"


@asynccontextmanager
async def database(url: str, apps: Mapping[str, str]) -> AsyncIterator[None]:
    """Open the database for as long as the block lasts.

    The global fallback is on because uvicorn runs requests outside the lifespan's context.
    """
    EXECUTOR_CACHE.clear()  # Tortoise keeps statements by the connection's name, whatever database is behind it now
    await Tortoise.init(config=configuration(url, apps), _enable_global_fallback=True)
    try:
        await _open_sqlite()
        await rows("SELECT 1")  # connects now: of many first transactions at once each would open a pool of its own
        yield
    finally:
        await Tortoise.close_connections()


async def migrate(url: str, apps: Mapping[str, str]) -> None:
    """Bring the database to the newest schema; safe to repeat."""
    try:
        await apply_migrations(config=configuration(url, apps))
    finally:
        await Tortoise.close_connections()


def connection() -> BaseDBAsyncClient:
    """The connection for raw SQL: the open transaction's inside one."""
    return get_connections().get(ALIAS)


async def rows(query: str, *values: object) -> list[dict[str, Any]]:
    """Rows of a query written with `?`, on either database, RETURNING included."""
    client = connection()
    if client.capabilities.dialect == "postgres":
        query = _numbered(query)
    elif type(client) is SqliteClient and query.startswith("SELECT"):
        return await _read(client, query, values)
    return cast("list[dict[str, Any]]", await client.execute_query_dict(query, list(values)))


def _numbered(query: str) -> str:
    parts = query.split("?")
    return parts[0] + "".join(f"${number}{part}" for number, part in enumerate(parts[1:], 1))


@asynccontextmanager
async def transaction() -> AsyncIterator[BaseDBAsyncClient]:
    """All or nothing, around a whole rule; within another it joins that one.

    Survives cancellation at every step. Write-locks at once on SQLite. Start no task inside: it would share the
    connection.
    Raises DatabaseBusy (503, safe to repeat) on a deadlock or when the lock was not to be had in five seconds.
    """
    current = connection()
    if isinstance(current, TransactionalDBClient):
        yield current
    elif isinstance(current, SqliteClient):
        async with _busy_translated(), _sqlite_transaction(current) as client:
            yield client
    else:
        async with _busy_translated(), _postgres_transaction(cast("AsyncpgDBClient", current)) as client:
            yield client


def after_commit(call: Callable[[], None]) -> None:
    """Have `call` made once the open transaction is committed; never when it is rolled back.

    It is made also when the COMMIT failed, which may have been done all the same: it must be harmless then, and must
    not raise. Raises LookupError outside of a transaction.
    """
    _AFTERWARDS.get().append(call)


async def statement(query: str, *values: object) -> list[dict[str, Any]]:
    """One statement that writes, and its rows: a transaction of its own, for a third of the price of `transaction()`.

    Within a transaction it joins that one. Raises DatabaseBusy as `transaction()` does.
    """
    async with _busy_translated():
        return await rows(query, *values)


async def in_turn(name: str) -> None:
    """One transaction of that name at a time goes on from here to its end, for rules that count before they write.

    SQLite has one writer at a time as it is.
    """
    if connection().capabilities.dialect == "postgres":
        await rows("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", name)


@asynccontextmanager
async def _busy_translated() -> AsyncIterator[None]:
    try:
        yield
    except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
        raise DatabaseBusy("Send the same request again.") from error
    except Exception as error:
        if "database is locked" in str(error):
            raise DatabaseBusy("Send the same request again.") from error
        raise


@asynccontextmanager
async def _sqlite_transaction(parent: SqliteClient) -> AsyncIterator[BaseDBAsyncClient]:
    async with parent._lock:  # noqa: SLF001 - the lock that Tortoise's own statements take
        if parent._connection is None:  # noqa: SLF001
            await _to_the_end(_open_sqlite())
        client = SqliteTransaction(parent)
        if not _began_at_once(client._connection._conn):  # noqa: SLF001
            statement = client._connection.execute  # noqa: SLF001 - begin() of the wrapper is deferred
            await _begun(statement("BEGIN IMMEDIATE"), undo=client._connection.rollback)  # noqa: SLF001
        client._connection = cast("aiosqlite.Connection", _Directly(client._connection))  # noqa: SLF001
        async with _ended(client):
            yield client


async def _open_sqlite() -> None:
    """Open Tortoise's connection, as it does itself, but so that this thread may use it as well."""
    client = connection()
    if type(client) is not SqliteClient or client._connection:  # noqa: SLF001
        return
    raw = await aiosqlite.connect(client.filename, isolation_level=None, check_same_thread=False)
    raw._conn.row_factory = sqlite3.Row  # noqa: SLF001
    for pragma, value in client.pragmas.items():
        await raw.execute_fetchall(f"PRAGMA {pragma}={value}")
    client._connection = raw  # noqa: SLF001


def _began_at_once(raw: sqlite3.Connection) -> bool:
    """Take the write lock where nobody has it; False where that would have to wait, which this thread must not."""
    raw.execute("PRAGMA busy_timeout=0")
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    else:
        return True
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


class _Directly:
    """A transaction's connection: what only reads or writes pages in memory is done at once, in this thread.

    A way through aiosqlite's thread takes longer than most statements do. The transaction has the write lock by now, so
    none of these waits for another process; what may wait or take long (BEGIN, COMMIT with its sync, DELETE of
    whatever has run out) stays in the thread. Nobody else uses the connection meanwhile: the transaction has its lock.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._raw = connection._conn  # noqa: SLF001
        self.commit = connection.commit
        self.rollback = connection.rollback
        self.execute = connection.execute
        self.executescript = connection.executescript

    @property
    def total_changes(self) -> int:
        return self._raw.total_changes

    async def execute_fetchall(self, sql: str, parameters: Sequence[object] | None = None) -> Iterable[sqlite3.Row]:
        if sql.startswith("DELETE"):
            return await self._connection.execute_fetchall(sql, parameters)
        return self._raw.execute(sql, parameters or ()).fetchall()

    async def execute_insert(self, sql: str, parameters: Sequence[object] | None = None) -> tuple[int | None]:
        return (self._raw.execute(sql, parameters or ()).lastrowid,)

    async def executemany(self, sql: str, parameters: Iterable[Sequence[object]]) -> None:
        self._raw.executemany(sql, parameters)


async def _read(client: SqliteClient, query: str, values: Sequence[object]) -> list[dict[str, Any]]:
    """A SELECT outside of transactions, at once as well: with a write-ahead log readers wait for nobody."""
    async with client._lock:  # noqa: SLF001
        if client._connection is None:  # noqa: SLF001
            await _to_the_end(_open_sqlite())
        raw = cast("aiosqlite.Connection", client._connection)._conn  # noqa: SLF001
        try:
            return list(map(dict, raw.execute(query, list(values)).fetchall()))
        except (sqlite3.OperationalError, sqlite3.IntegrityError) as error:
            raise OperationalError(error) from error


@asynccontextmanager
async def _postgres_transaction(parent: AsyncpgDBClient) -> AsyncIterator[BaseDBAsyncClient]:
    if parent._pool is None:  # noqa: SLF001
        await _to_the_end(parent.create_connection(with_db=True))
    pool = cast("asyncpg.Pool[asyncpg.Record]", parent._pool)  # noqa: SLF001
    raw = await pool.acquire()
    try:
        client = PostgresTransaction(parent)
        client._connection = cast("asyncpg.Connection[asyncpg.Record]", raw)  # noqa: SLF001
        await _begun(client.begin(), undo=client.rollback)
        async with _ended(client):
            yield client
    finally:
        await _to_the_end(pool.release(raw))


async def _begun(begin: Awaitable[object], undo: Any) -> None:
    """BEGIN runs to its end even when the caller is cancelled meanwhile; it is then rolled back."""
    try:
        await _to_the_end(begin)
    except asyncio.CancelledError:
        await _to_the_end(undo())
        raise


@asynccontextmanager
async def _ended(client: TransactionalDBClient) -> AsyncIterator[None]:
    """Make `client` the task's connection, and commit or roll back at the end."""
    token = get_connections().set(ALIAS, client)
    afterwards = _AFTERWARDS.set([])
    try:
        yield
    except BaseException:
        await _to_the_end(client.rollback())
        raise
    else:
        await _to_the_end(_committed(client, _AFTERWARDS.get()))
    finally:
        _AFTERWARDS.reset(afterwards)
        get_connections().reset(token)


async def _committed(client: TransactionalDBClient, afterwards: list[Callable[[], None]]) -> None:
    """COMMIT; one that fails (a full disk) leaves SQLite's only connection inside the transaction, so it is left."""
    try:
        await client.commit()
    except Exception:
        with suppress(Exception):  # PostgreSQL has left it already
            await client.rollback()
        raise
    finally:
        for call in afterwards:
            call()


async def _to_the_end(work: Awaitable[Result]) -> Result:
    """Await `work` to its end whatever happens to the caller; a cancellation goes on afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        task.exception()
        raise cancelled
    return task.result()
