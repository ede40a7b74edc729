"""The room wired together for every test of this folder."""

import pytest

from tests.harness.clock import ManualClock
from tests.unit.auth.credentials.wiring import Room


@pytest.fixture
async def room(store: str, clock: ManualClock) -> Room:
    return Room(clock)
