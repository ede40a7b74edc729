"""The wired room for every test of this folder."""

import pytest

from tests.harness.clock import ManualClock
from tests.unit.auth.external.wiring import City


@pytest.fixture
async def city(store: str, clock: ManualClock) -> City:
    return City(clock)
