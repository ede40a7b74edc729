"""The wired account for every test of this folder."""

import pytest

from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import City


@pytest.fixture
async def city(store: str, clock: ManualClock) -> City:
    """All services over an empty database, with a signing key."""
    city = City(clock)
    await city.keys.ensure()
    return city
