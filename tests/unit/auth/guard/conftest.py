"""The room for every test of this folder."""

import pytest

from tests.harness.clock import ManualClock
from tests.unit.auth.guard.wiring import Guard


@pytest.fixture
async def guard(store: str, clock: ManualClock) -> Guard:
    return Guard(clock)
