"""A district's day at the board, by eight officers who signed in with a second factor."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.board.browser.chromium import find_browser
from tests.board.visitor import NOW, Visitor
from tests.scenarios.cases.on_the_board import day, papers
from tests.scenarios.cases.on_the_board.office import Office, open_office
from tests.scenarios.cases.on_the_board.seats import BrowserSeat, PlainSeat

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import FixedClock, MockMessenger, memory_app
from anninh_core.web.server import AsgiServer


@pytest.fixture
def app(storage: Storage) -> Iterator[App]:
    """A district, on each storage."""
    with memory_app(clock=FixedClock(NOW), storage=storage) as app:
        yield app


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield started
        started.close()


def _open(app: App, sit_down: Callable[[], PlainSeat | BrowserSeat]) -> Office:
    messenger = app.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    return open_office(app, messenger.chat, sit_down)


def _play(office: Office) -> None:
    """From a group to a signed report: nobody needs more than the board."""
    group = day.found_group(office)
    day.handle_tip(office)
    day.take_up_emergency(office)
    day.answer_question(office)
    day.publish_item(office, group)
    papers.moderate_post(office, group)
    papers.tell_of_difficulty(office)
    papers.sign_report(office)


def test_a_day_without_a_script(app: App) -> None:
    """All is done by links and forms alone."""
    board = create_board(app)
    _play(_open(app, lambda: PlainSeat(Visitor(board))))


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_day_in_a_browser(app: App, browser: Browser) -> None:
    """All is done in a real browser, whose console has no complaint."""
    server = AsgiServer(create_board(app), app.door, port=0)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    seats: list[BrowserSeat] = []

    def sit_down() -> BrowserSeat:
        seats.append(BrowserSeat(browser.new_context(), server.url))
        return seats[-1]

    try:
        _play(_open(app, sit_down))
    finally:
        server.stop()
        thread.join(20)
    assert [complaint for seat in seats for complaint in seat.complaints] == []
