"""A district at two in the morning."""

from datetime import datetime

import pytest
from tests.scenarios.cases.duty_bench import Duty

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import Dialog, FixedClock, MockChat


@pytest.fixture
def duty(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, dialog: Dialog) -> Duty:
    """Saturday, 18 September 2021, two in the morning."""
    anninh_clock.set(datetime(2021, 9, 18, 2, tzinfo=VIETNAM))
    return Duty.of(anninh_app, mock_chat, anninh_clock, dialog)
