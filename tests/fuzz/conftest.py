"""A fixture with the messenger platforms that fuzz tests send events from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fuzz.doors import PLATFORMS, Platform


@pytest.fixture(params=sorted(PLATFORMS))
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """Yield the platform of each messenger in turn."""
    made = PLATFORMS[request.param](tmp_path)
    yield made
    made.messenger.close()
