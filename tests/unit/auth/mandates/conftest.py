"""The wired mandates for every test of this folder."""

import pytest

from tests.harness.clock import ManualClock
from tests.unit.auth.mandates.wiring import MandateCity


@pytest.fixture
async def city(store: str, clock: ManualClock) -> MandateCity:
    city = MandateCity(clock)
    await city.keys.ensure()
    return city
