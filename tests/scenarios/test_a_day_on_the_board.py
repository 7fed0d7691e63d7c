"""A district's day at the board, by eight officers who signed in with a second factor."""

from collections.abc import Iterator

import pytest
from tests.board.visitor import NOW, Visitor
from tests.scenarios.board_day import day
from tests.scenarios.board_day.office import Office, open_office
from tests.scenarios.board_day.seats import PlainSeat

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.testing import FixedClock, MockMessenger, memory_app


@pytest.fixture
def app() -> Iterator[App]:
    """A district in memory."""
    with memory_app(clock=FixedClock(NOW)) as app:
        yield app


@pytest.fixture
def office(app: App) -> Office:
    """Its officers, each at a browser without a script."""
    messenger, board = app.messengers["oa"], create_board(app)
    assert isinstance(messenger, MockMessenger)
    return open_office(app, messenger.chat, lambda: PlainSeat(Visitor(board)))


def test_a_day(office: Office) -> None:
    """From a group to a signed report, nobody needs more than the board."""
    group = day.found_group(office)
    day.handle_tip(office)
    day.take_up_emergency(office)
    day.answer_question(office)
    day.publish_item(office, group)
