"""One running city for all tests that leave it standing; `xdist_group("city")` keeps them on one worker."""

from collections.abc import Iterator

import pytest

from tests.harness.city import City, running_city


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running_city(tmp_path_factory.mktemp("city")) as city:
        yield city
