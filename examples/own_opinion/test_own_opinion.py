"""Tests of the opinion, called as the app calls it. Run them with `pytest` after `pip install -e .[test]`."""

import pytest

from anninh_core.app import Settings
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.testing import Dialog, FixedClock, MockChat, memory_app, pump

# These words begin the reply to a danger; an ordinary receipt names 113, 114 and 115 too.
EMERGENCY = "NẾU ĐANG NGUY HIỂM"


@pytest.fixture
def dyke_dialog(mock_chat: MockChat, anninh_clock: FixedClock) -> Dialog:
    app = memory_app(mock_chat, clock=anninh_clock, settings=Settings(plugins=(*DEFAULT_PLUGINS, "dyke_watch")))
    return Dialog(mock_chat, lambda: pump(app, mock_chat))


def test_rising_water_is_answered_at_once(dyke_dialog: Dialog) -> None:
    dyke_dialog.says("Chị Thử", "Nước đang sủi ở chân đê, sạt lở rồi các bác ơi")
    dyke_dialog.hears("Chị Thử", EMERGENCY)


def test_a_walk_on_the_dyke_is_no_emergency(dyke_dialog: Dialog) -> None:
    dyke_dialog.says("Anh Thử", "Chiều nay ra đê hóng mát đi các bác")
    with pytest.raises(AssertionError, match="has not heard"):
        dyke_dialog.hears("Anh Thử", EMERGENCY)
