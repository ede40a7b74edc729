"""A whole city's services over an empty database, without HTTP: an account over the years touches all of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.outbound import Outbound
from gateway.composition import City, compose
from tests.harness.clock import ManualClock
from tests.harness.gateway import settings_for


@pytest.fixture
async def city(store: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[City]:
    async with Outbound() as outbound:
        made = compose(settings_for(store, tmp_path), clock, outbound)
        await made.identity.keys.ensure()
        yield made
