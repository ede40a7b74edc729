"""Fixtures for all tests: throw-away databases, servers of our own, a clock that stands still."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE

from core.database import database, migrate
from gateway.tables import APPS
from tests.harness.clock import ManualClock
from tests.harness.postgres import postgres_server
from tests.harness.redis import redis_server
from tests.harness.tally import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
"""pytest finds its hooks by their names in this module."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the API, and those marked `both_databases`, run on SQLite and on PostgreSQL; the others on SQLite."""
    if "database_url" in metafunc.fixturenames:
        both = "api" in Path(metafunc.definition.path).parts or metafunc.definition.get_closest_marker("both_databases")
        metafunc.parametrize("database_url", ["sqlite", "postgres"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "city.db"
    asyncio.run(migrate(f"sqlite://{file}", APPS))
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> str:
    """The name of a migrated, empty database to copy."""
    asyncio.run(_execute(postgres_url, "CREATE DATABASE template_city"))
    asyncio.run(migrate(f"{postgres_url}/template_city", APPS))
    return "template_city"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database of this test's own."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("migrated_sqlite")
        shutil.copy(template, tmp_path / "city.db")
        yield f"sqlite://{tmp_path / 'city.db'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"test_{secrets.token_hex(6)}"
    asyncio.run(_execute(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('migrated_postgres')}"))
    yield f"{server}/{name}"
    asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[str]:
    """An open, migrated database; yields its URL."""
    EXECUTOR_CACHE.clear()  # Tortoise keeps statements by the connection's name, whatever dialect it spoke last
    async with database(database_url, APPS):
        yield database_url


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
