import pytest

from tests.harness.clock import ManualClock
from tests.unit.push.wiring import Wiring


@pytest.fixture
def push(store: str, clock: ManualClock) -> Wiring:
    return Wiring(clock)
