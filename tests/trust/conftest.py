"""The prepared district, filled once for each test file."""

from collections.abc import Iterator

import pytest
from tests.trust.strangers import Town, prepare


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Yield two communes with one of everything, a separate case, and officers of every kind."""
    town = prepare(tmp_path_factory.mktemp("assisted"))
    yield town
    town.app.close()
