"""A ledger on a throw-away database."""

from collections.abc import AsyncIterator

import pytest

from gateway.ledger.entries import Ledger
from tests.harness.clock import ManualClock


@pytest.fixture
async def ledger(store: str, clock: ManualClock) -> AsyncIterator[Ledger]:
    made = Ledger(clock)
    async with made.open(store):
        yield made
