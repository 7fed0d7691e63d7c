"""The platforms for fuzzing events."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fuzz.doors import PLATFORMS, Platform


@pytest.fixture(params=sorted(PLATFORMS))
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """Each messenger in turn."""
    made = PLATFORMS[request.param](tmp_path)
    yield made
    made.messenger.close()
