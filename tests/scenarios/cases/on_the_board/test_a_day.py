"""A district's day at the board, by eight officers with second factors."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from attrs import frozen
from playwright.sync_api import Browser
from tests.board.visitor import NOW, Visitor
from tests.scenarios.cases.on_the_board import day, papers
from tests.scenarios.cases.on_the_board.chats import Chat, MockResidentChat, ZaloResidentChat
from tests.scenarios.cases.on_the_board.office import Office, open_office
from tests.scenarios.cases.on_the_board.seats import BrowserSeat, PlainSeat
from tests.support.chromium import open_chromium
from tests.zalo.conftest import build_bench

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import FixedClock, MockMessenger, memory_app
from anninh_core.testing.services import memory_services
from anninh_core.web.server import AsgiServer

PLACE = ("storage", "district")
"""Names of the parameters for the database and the chat; not all combinations run, since these parts are
independent.
"""


@frozen
class District:
    """An app together with the chat of its residents."""

    app: App
    chat: Chat


@pytest.fixture
def district(storage: Storage, request: pytest.FixtureRequest) -> Iterator[District]:
    """A district on a storage, with the mock chat or the simulated Zalo."""
    with _open_on_mock(storage) if request.param == "mock" else _open_on_zalo(storage) as district:
        yield district


@contextmanager
def _open_on_mock(storage: Storage) -> Iterator[District]:
    with memory_app(clock=FixedClock(NOW), storage=storage) as app:
        messenger = app.internals.messengers["oa"]
        assert isinstance(messenger, MockMessenger)
        yield District(app, MockResidentChat(messenger.chat))


@contextmanager
def _open_on_zalo(storage: Storage) -> Iterator[District]:
    bench = build_bench(memory_services(FixedClock(NOW)))
    with memory_app(clock=bench.clock, storage=storage, messengers={"oa": bench.messenger}) as app:
        yield District(app, ZaloResidentChat(bench))
    bench.messenger.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A running Chromium without a window."""
    with open_chromium() as started:
        yield started


def _carry_out_day(office: Office) -> None:
    """Carry out all tasks of the day, from founding a group to a signed report, only with the board."""
    group = day.found_group(office)
    day.handle_tip(office)
    day.claim_emergency(office)
    day.answer_question(office)
    day.publish_item(office, group)
    papers.moderate_post(office, group)
    papers.tell_of_difficulty(office)
    papers.sign_report(office)


@pytest.mark.parametrize(
    PLACE,
    [
        ("memory", "mock"),
        pytest.param("sqlite", "zalo", marks=pytest.mark.slow),
        pytest.param("postgres", "mock", marks=pytest.mark.slow),
    ],
    indirect=True,
)
def test_day_without_scripts(district: District) -> None:
    """A district's day can be done with links and forms, without scripts."""
    board = create_board(district.app)
    _carry_out_day(open_office(district.app, district.chat, lambda: PlainSeat(Visitor(board))))


@pytest.mark.slow
@pytest.mark.parametrize(PLACE, [("sqlite", "mock"), ("postgres", "zalo")], indirect=True)
@pytest.mark.xdist_group("browser")
def test_day_in_a_browser(district: District, browser: Browser) -> None:
    """A district's day can be done in a real browser without an error in its console."""
    server = AsgiServer(create_board(district.app), district.app.internals.web_settings, port=0)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    seats: list[BrowserSeat] = []

    def open_browser_seat() -> BrowserSeat:
        seats.append(BrowserSeat(browser.new_context(), server.url))
        return seats[-1]

    try:
        _carry_out_day(open_office(district.app, district.chat, open_browser_seat))
    finally:
        server.stop()
        thread.join(20)
    assert [complaint for seat in seats for complaint in seat.complaints] == []
