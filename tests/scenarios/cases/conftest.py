"""The district in which cases are played: at two in the morning, or at a desk; on each storage."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from tests.scenarios.cases.duty_bench import Duty
from tests.scenarios.cases.life_bench import Desk, open_desk

from anninh_core.kernel.dates import VIETNAM
from anninh_core.plugins import Plugins
from anninh_core.ports.storage import Storage
from anninh_core.testing import Dialog, FixedClock, MockChat, memory_app, pump
from anninh_core.testing.memory import MemoryStorage


def open_storage(request: pytest.FixtureRequest, folder: Path) -> Storage:
    """Open the storage that a test is played on."""
    if request.param == "memory":
        return MemoryStorage()
    url = f"sqlite:///{folder / 'anninh.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    return Plugins().open_storage(url)


@pytest.fixture(params=["memory", *(pytest.param(one, marks=pytest.mark.slow) for one in ("sqlite", "postgres"))])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Each storage in turn."""
    return open_storage(request, tmp_path)


@pytest.fixture
def duty(storage: Storage, mock_chat: MockChat, anninh_clock: FixedClock) -> Iterator[Duty]:
    """Saturday, 18 September 2021, two in the morning."""
    anninh_clock.set(datetime(2021, 9, 18, 2, tzinfo=VIETNAM))
    with memory_app(mock_chat, clock=anninh_clock, storage=storage) as app:
        yield Duty.of(app, mock_chat, anninh_clock, Dialog(mock_chat, partial(pump, app, mock_chat)))


@pytest.fixture
def desk(storage: Storage) -> Iterator[Desk]:
    """Officers at work, on Wednesday, 1 September 2021."""
    with open_desk(storage) as opened:
        yield opened
