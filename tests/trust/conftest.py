"""The prepared district, filled once for each test file."""

from collections.abc import Iterator

import pytest
from tests.trust.strangers import PreparedApp, prepare_app


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedApp]:
    """Yield two communes with one of everything, a separate case, and officers of every kind."""
    town = prepare_app(tmp_path_factory.mktemp("assisted"))
    yield town
    town.app.close()
