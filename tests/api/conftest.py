"""The whole gateway, on SQLite and on PostgreSQL with Redis."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.harness.clock import ManualClock
from tests.harness.gateway import Gateway, running_gateway


@pytest.fixture
async def gateway(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: ManualClock
) -> AsyncIterator[Gateway]:
    redis = {} if database_url.startswith("sqlite") else {"redis_url": request.getfixturevalue("redis_url")}
    async with running_gateway(database_url, tmp_path, clock, push=redis) as running:
        yield running
