"""Records that can't be opened: every page shows the rest and says what is missing, or says itself what is wrong."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import frozen
from tests.board.browser.world import World, populate
from tests.board.conftest import Enter
from tests.board.visitor import NOW, URL, Visitor
from tests.support.damage import damaged, flip_body, list_ids
from tests.support.sign_in import PASSWORD

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.board.screens.all_screens import SCREENS
from anninh_core.board.words.page_words import PageWords
from anninh_core.domain.registry import KINDS
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, memory_app, pump
from anninh_core.usecase import Actor
from anninh_core.worker.event_handlers.registry import event_handlers

WORDS = "Mất trộm xe máy ở xóm 3"
ONE = "1 hồ sơ không mở được"
OWN_PAGE = "Hồ sơ này không mở được"
INCOMPLETE = "Chưa tính được"
_SEEN_AGAIN = timedelta(seconds=31)  # until the menu counts anew


@frozen
class Office:
    """A board with something on each page, and an officer who has every job."""

    world: World
    visitor: Visitor
    paths: tuple[str, ...]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Something of each kind, and the addresses of all pages on which it is."""
    with memory_app(clock=FixedClock(NOW)) as app:
        world = populate(app, URL)
        visitor = Visitor(create_board(app))
        form = visitor.get("/sign-in").form("/sign-in")
        visitor.send(form, name=world.name, password=PASSWORD, code="")
        routes = (route for screen in SCREENS for route in screen.routes if "GET" in route.methods)
        plain = {route.path for route in routes if "{" not in route.path}
        yield Office(world, visitor, tuple(sorted({*world.pages.values(), *plain})))


KEPT_WHOLE = frozenset({"account", "account_name", "session"})
"""Without these nobody is signed in any more, and every page asks for that."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(kind.name for kind in KINDS if kind.name not in KEPT_WHOLE))
def test_no_page_falls(office: Office, kind: str) -> None:
    """With one damaged record of a kind each page is there as before; the record's own says what is wrong with it."""
    app = office.world.app
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    own = office.world.officer.id
    whole = {path: office.visitor.get(path).status for path in office.paths}
    changes: dict[str, int] = {}
    for id in [id for id in list_ids(app, kind) if own not in id][:3]:
        with damaged(app, kind, id):
            clock.advance(_SEEN_AGAIN)
            for path in office.paths:
                page = office.visitor.get(path)
                is_own_page = page.status == 503 and OWN_PAGE in page.main
                is_hidden = page.status == 404 and path.endswith("/history")  # its case may exclude anybody
                if page.status != whole[path] and not is_own_page and not is_hidden:
                    changes[path] = page.status
    assert changes == {}


def test_a_damaged_tip_takes_no_board_down(app: App, officer: Actor, visitor: Visitor) -> None:
    """The first page, the work and all lists show the other tip, and count what is missing once."""
    tips = [app.tips.record_walk_in(officer, WORDS, unit="hoa-lu") for _ in range(2)]
    flip_body(app, "tip", tips[0].id)
    for path in ("/", "/work", "/tips", "/tips/received", "/tips/all", "/tips/all?words=xe", "/search?words=xe"):
        page = visitor.get(path)
        assert page.status == 200, path
        assert page.main.count(ONE) == 1, path
        assert tips[1].id in page.main, path
        assert tips[0].id not in page.text, path


def test_what_is_missing_is_counted_for_those_alone_who_may_know(app: App, officer: Actor, enter: Enter) -> None:
    """An officer of another commune doesn't see that one is missing; its page is as one that isn't there."""
    tip = app.tips.record_walk_in(officer, WORDS, unit="ninh-hoa")
    flip_body(app, "tip", tip.id)
    neighbour = enter(UnsafeLocalUsers(app).appoint("Xã Bên", "ninh-hai", "tip_officer"))
    assert "không mở được" not in neighbour.get("/tips/all").text
    assert neighbour.get(f"/tips/{tip.id}").main == neighbour.get("/tips/nothing").main


def test_the_page_of_a_damaged_record(app: App, officer: Actor, enter: Enter) -> None:
    """It says what is wrong; which record and why, only operators read, with the way to the quarantine."""
    tip = app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    flip_body(app, "tip", tip.id)
    handling = enter(officer)
    page = handling.get(f"/tips/{tip.id}")
    assert page.status == 503
    assert OWN_PAGE in page.main
    assert tip.id not in page.main
    both = UnsafeLocalUsers(app).appoint("Vừa Vận Hành", "hoa-lu", "tip_officer", "operator")
    page = enter(both).get(f"/tips/{tip.id}")
    assert tip.id in page.main
    assert "/system/quarantine" in page.main


def test_a_damaged_message_leaves_the_case_open(app: App, officer: Actor, visitor: Visitor) -> None:
    """The talk shows the rest; what depends on all messages isn't offered."""
    tip = app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    app.tips.add_note(officer, tip.id, "Đã gọi lại")
    (note,) = app.tips.notes(officer, tip.id).items
    flip_body(app, "case_note", note.id)
    page = visitor.get(f"/tips/{tip.id}")
    assert page.status == 200
    assert ONE in page.main


def test_counts_are_refused_and_the_page_stays(app: App, enter: Enter, officer: Actor) -> None:
    """What is to be destroyed can't be counted without the record; the keys above it are shown."""
    operating = enter(UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator"))
    tip = app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    assert INCOMPLETE not in operating.get("/system/state").main
    flip_body(app, "tip", tip.id)
    page = operating.get("/system/state")
    assert page.status == 200
    assert INCOMPLETE in page.main
    assert "Khóa mã hóa" in page.main


def test_where_reports_stand_is_refused_and_the_page_stays(app: App, enter: Enter) -> None:
    """Which report is a unit's newest isn't known without the damaged one."""
    writer = UnsafeLocalUsers(app).appoint("Báo Cáo", "hoa-lu", "report_officer")
    report = app.reports.begin(writer, "hoa-lu", "roll-out", 2021)
    flip_body(app, "report", report.id)
    page = enter(writer).get("/reports/papers?obligation=roll-out&year=2021")
    assert page.status == 200
    assert INCOMPLETE in page.main


def test_an_operator_sees_what_is_quarantined(app: App, clock: FixedClock, enter: Enter) -> None:
    """What, since when, what it blocks, how often it was tried; and lets it be tried again."""
    operating = enter(UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator"))
    assert "Không có gì đang để riêng" in operating.get("/quarantine").main
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says("Người Báo", "Cháy nhà ở xóm 3 xã Ninh Hòa")
    (alarm,) = list_ids(app, "alarm")
    flip_body(app, "alarm", alarm)
    clock.advance(timedelta(minutes=5))
    app.worker.jobs["page_officers"].run()

    page = operating.get("/system/quarantine")
    assert f"alarm:{alarm}" in page.main
    assert PageWords("vi").label("page_officers", "QuarantineConsumer") in page.main
    assert "đã thử 1 lần" in page.main
    assert "/system/quarantine" in operating.get("/system/health").main
    page = operating.send(page.form("/do/quarantine/retry"))
    assert "Đã xong: Thử lại" in page.main
    flip_body(app, "alarm", alarm)
    app.worker.jobs["page_officers"].run()
    assert "Không có gì đang để riêng" in operating.get("/system/quarantine").main
    assert f"alarm:{alarm}" in operating.get("/system/quarantine?all=yes").main


def test_only_operators_reach_the_quarantine(visitor: Visitor) -> None:
    """For a tip officer the page isn't there, nor a way to it."""
    assert visitor.get("/system/quarantine").status == 403
    assert "/system/quarantine" not in visitor.get("/system/failures").text


def test_each_consumer_says_what_it_blocks(app: App) -> None:
    """Whatever may quarantine something has a sentence of its own on the screen."""
    words = PageWords("vi")
    events = event_handlers(app.internals.services, app.duty.claim)
    jobs = {"page_officers", "open_notices", "tell_new_tips", "tell_digests", "delete_files", "inspect_officers"}
    consumers = {*events, *jobs}
    assert [
        name for name in sorted(consumers) if not words.label(name.replace(".", "_"), "QuarantineConsumer", "")
    ] == []
