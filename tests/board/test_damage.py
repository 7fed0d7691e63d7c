"""Each list shows the undamaged records and the number of missing ones, and the page of a damaged record explains the
error.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import frozen
from tests.board.browser.world import World, populate
from tests.board.conftest import SignIn
from tests.board.visitor import NOW, URL, Visitor
from tests.support.damage import damaged_record, flip_body, list_ids
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
_SEEN_AGAIN = timedelta(seconds=31)  # After this duration the badges of the menu are counted again.


@frozen
class Office:
    """A board with content on each page, and an officer with every role."""

    world: World
    visitor: Visitor
    paths: tuple[str, ...]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """A board with a record of each kind, and the addresses of all pages."""
    with memory_app(clock=FixedClock(NOW)) as app:
        world = populate(app, URL)
        visitor = Visitor(create_board(app))
        form = visitor.get("/sign-in").form("/sign-in")
        visitor.send(form, name=world.name, password=PASSWORD, code="")
        routes = (route for screen in SCREENS for route in screen.routes if "GET" in route.methods)
        paths_without_id = {route.path for route in routes if "{" not in route.path}
        yield Office(world, visitor, tuple(sorted({*world.pages.values(), *paths_without_id})))


KEPT_WHOLE = frozenset({"account", "account_name", "session"})
"""Kinds of records that every page needs for the session: if one of them is damaged, no officer is signed in."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(kind.name for kind in KINDS if kind.name not in KEPT_WHOLE))
def test_damaged_record_breaks_no_other_page(office: Office, kind: str) -> None:
    """With a damaged record of any kind each page still opens, and only the record's own page shows an error."""
    app = office.world.app
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    own_id = office.world.officer.id
    undamaged_status = {path: office.visitor.get(path).status for path in office.paths}
    changes: dict[str, int] = {}
    for id in [id for id in list_ids(app, kind) if own_id not in id][:3]:
        with damaged_record(app, kind, id):
            clock.advance(_SEEN_AGAIN)
            for path in office.paths:
                page = office.visitor.get(path)
                is_own_page = page.status == 503 and OWN_PAGE in page.main
                # The history of a damaged case is hidden, because the case may exclude any officer.
                is_hidden = page.status == 404 and path.endswith("/history")
                if page.status != undamaged_status[path] and not is_own_page and not is_hidden:
                    changes[path] = page.status
    assert changes == {}


def test_damaged_tip_leaves_lists_usable(app: App, officer: Actor, visitor: Visitor) -> None:
    """With a damaged tip every list shows the other tip and the number of missing records, once."""
    tips = [app.tips.record_walk_in(officer, WORDS, unit="hoa-lu") for _ in range(2)]
    flip_body(app, "tip", tips[0].id)
    for path in ("/", "/work", "/tips", "/tips/received", "/tips/all", "/tips/all?words=xe", "/search?words=xe"):
        page = visitor.get(path)
        assert page.status == 200, path
        assert page.main.count(ONE) == 1, path
        assert tips[1].id in page.main, path
        assert tips[0].id not in page.text, path


def test_damage_is_hidden_from_other_units(app: App, officer: Actor, enter: SignIn) -> None:
    """An officer of another commune can't see that a record is damaged: its page equals that of a missing record."""
    tip = app.tips.record_walk_in(officer, WORDS, unit="ninh-hoa")
    flip_body(app, "tip", tip.id)
    neighbour = enter(UnsafeLocalUsers(app).appoint("Xã Bên", "ninh-hai", "tip_officer"))
    assert "không mở được" not in neighbour.get("/tips/all").text
    assert neighbour.get(f"/tips/{tip.id}").main == neighbour.get("/tips/nothing").main


def test_damaged_page_shows_details_to_operators(app: App, officer: Actor, enter: SignIn) -> None:
    """The page of a damaged record explains the error; only operators see the record's id, the reason and a link to the
    quarantine.
    """
    tip = app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    flip_body(app, "tip", tip.id)
    officer_browser = enter(officer)
    page = officer_browser.get(f"/tips/{tip.id}")
    assert page.status == 503
    assert OWN_PAGE in page.main
    assert tip.id not in page.main
    officer_and_operator = UnsafeLocalUsers(app).appoint("Vừa Vận Hành", "hoa-lu", "tip_officer", "operator")
    page = enter(officer_and_operator).get(f"/tips/{tip.id}")
    assert tip.id in page.main
    assert "/system/quarantine" in page.main


def test_damaged_note_leaves_case_readable(app: App, officer: Actor, visitor: Visitor) -> None:
    """A case with a damaged note still opens, and shows the number of missing records."""
    tip = app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    app.tips.add_note(officer, tip.id, "Đã gọi lại")
    (note,) = app.tips.notes(officer, tip.id).items
    flip_body(app, "case_note", note.id)
    page = visitor.get(f"/tips/{tip.id}")
    assert page.status == 200
    assert ONE in page.main


def test_destruction_count_is_marked_incomplete(app: App, enter: SignIn, officer: Actor) -> None:
    """With a damaged tip the number of records to destroy is shown as incomplete, and the keys are still listed."""
    operator_browser = enter(UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator"))
    tip = app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    assert INCOMPLETE not in operator_browser.get("/system/state").main
    flip_body(app, "tip", tip.id)
    page = operator_browser.get("/system/state")
    assert page.status == 200
    assert INCOMPLETE in page.main
    assert "Khóa mã hóa" in page.main


def test_report_overview_is_marked_incomplete(app: App, enter: SignIn) -> None:
    """With a damaged report the overview of reports is shown as incomplete, because a unit's newest report is
    unknown.
    """
    writer = UnsafeLocalUsers(app).appoint("Báo Cáo", "hoa-lu", "report_officer")
    report = app.reports.begin(writer, "hoa-lu", "roll-out", 2021)
    flip_body(app, "report", report.id)
    page = enter(writer).get("/reports/papers?obligation=roll-out&year=2021")
    assert page.status == 200
    assert INCOMPLETE in page.main


def test_operator_sees_and_retries_quarantine(app: App, clock: FixedClock, enter: SignIn) -> None:
    """An operator sees the quarantined record, its consumer and its number of attempts, and can retry it."""
    operator_browser = enter(UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator"))
    assert "Không có gì đang để riêng" in operator_browser.get("/quarantine").main
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says("Người Báo", "Cháy nhà ở xóm 3 xã Ninh Hòa")
    (alarm,) = list_ids(app, "alarm")
    flip_body(app, "alarm", alarm)
    clock.advance(timedelta(minutes=5))
    app.worker.jobs["page_officers"].run()

    page = operator_browser.get("/system/quarantine")
    assert f"alarm:{alarm}" in page.main
    assert PageWords("vi").label("page_officers", "QuarantineConsumer") in page.main
    assert "đã thử 1 lần" in page.main
    assert "/system/quarantine" in operator_browser.get("/system/health").main
    page = operator_browser.send(page.form("/do/quarantine/retry"))
    assert "Đã xong: Thử lại" in page.main
    flip_body(app, "alarm", alarm)
    app.worker.jobs["page_officers"].run()
    assert "Không có gì đang để riêng" in operator_browser.get("/system/quarantine").main
    assert f"alarm:{alarm}" in operator_browser.get("/system/quarantine?all=yes").main


def test_only_operators_reach_the_quarantine(visitor: Visitor) -> None:
    """A tip officer can't open the quarantine's page and sees no link to it."""
    assert visitor.get("/system/quarantine").status == 403
    assert "/system/quarantine" not in visitor.get("/system/failures").text


def test_each_quarantine_consumer_has_text(app: App) -> None:
    """Every consumer that can quarantine an item has its own text on the screen."""
    words = PageWords("vi")
    events = event_handlers(app.internals.services, app.duty.claim)
    jobs = {"page_officers", "open_notices", "tell_new_tips", "tell_digests", "delete_files", "inspect_officers"}
    consumers = {*events, *jobs}
    assert [
        name for name in sorted(consumers) if not words.label(name.replace(".", "_"), "QuarantineConsumer", "")
    ] == []
