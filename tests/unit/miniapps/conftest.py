from pathlib import Path

import pytest

from tests.harness.clock import ManualClock
from tests.unit.miniapps.wiring import Wiring


@pytest.fixture
async def city(store: str, clock: ManualClock, tmp_path: Path) -> Wiring:
    """A worker with one department and its registered system."""
    return await Wiring(clock, tmp_path).founded()
