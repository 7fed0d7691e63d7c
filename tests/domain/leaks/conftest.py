"""Fixture: a district in operation, on Saturday, 18 September 2021."""

from datetime import datetime

import pytest
from tests.domain.world import World

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat


@pytest.fixture
def world(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> World:
    anninh_clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    return World.of(anninh_app, mock_chat, anninh_clock)
