"""One running city for the tests of a module that leave it standing."""

from collections.abc import Iterator

import pytest

from tests.harness.city import City, running_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running_city(tmp_path_factory.mktemp("city")) as city:
        yield city
