"""The first page: what waits for whoever looks, and the small question whether anything is new."""

import re
from datetime import timedelta

import pytest
from tests.board.people import enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.board.screens.all_screens import SCREENS
from anninh_core.board.screens.work.screen import PATHS
from anninh_core.board.words.page_words import PageWords
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.workflows.work_queue.items import WorkReason


def journal(app: App) -> int:
    return app.internals.context.storage.journal.head()[0]


def test_what_waits_comes_first(app: App, officer: Actor, visitor: Visitor) -> None:
    """Whoever signs in comes to the own work: emergencies on top, each line leading to its page."""
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    fire = app.tips.record_walk_in(officer, "Cháy nhà", unit="hoa-lu", emergency=True).id
    shown = visitor.get("/")
    assert shown.path == "/work"
    assert shown.main.index("Cháy nhà") < shown.main.index("Mất trộm xe máy")
    assert f"/tips/{fire}" in shown.main
    assert "Khẩn cấp" in shown.main


def test_menu_counts_waiting_work(app: App, officer: Actor, clock: FixedClock, visitor: Visitor) -> None:
    """The menu tells how much waits in each part, and nothing where nothing does."""
    assert "badge" not in visitor.get("/work").text
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    clock.advance(timedelta(minutes=1))
    assert '<span class="badge">1</span>' in visitor.get("/work").text


def test_list_narrowed_to_one_subject(app: App, officer: Actor, visitor: Visitor) -> None:
    """A list can be narrowed to one subject; one that isn't the viewer's is as if it weren't asked for."""
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    assert "Mất trộm" in visitor.get("/work?module=tips").main
    assert "Mất trộm" in visitor.get("/work?module=moderation").main


def test_an_excluded_case_is_nowhere(app: App, officer: Actor, visitor: Visitor) -> None:
    """A case from which the officer is excluded changes neither list nor badge."""
    other = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_supervisor", "tip_officer")
    app.tips.exclusions.add(
        other, app.tips.record_walk_in(other, "Cán bộ Mẫu nhận tiền", unit="hoa-lu").id, officer.id, "ông"
    )
    shown = visitor.get("/work")
    assert "Cán bộ Mẫu nhận tiền" not in shown.text
    assert "badge" not in shown.text


def test_a_view_is_one_entry(app: App, officer: Actor, visitor: Visitor) -> None:
    """List, badges and mark together leave one entry of the journal."""
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    before = journal(app)
    visitor.get("/work")
    assert journal(app) == before + 1


def test_the_small_question(app: App, officer: Actor, visitor: Visitor) -> None:
    """A page asks by its mark; the answer says whether anything changed, and leaves nothing behind."""
    text = visitor.get("/tips").text
    mark, url = re.findall(r'data-mark="([^"]+)" data-url="([^"]+)"', text)[0]
    question = f"{url}?since={mark}"
    assert visitor.get(question).text == '{"changed": false}'
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    before = journal(app)
    assert visitor.get(question).text == '{"changed": true}'
    assert journal(app) == before


def test_nobody_is_told_what_is_new(nobody: Visitor) -> None:
    """Without a sign-in the small question leads to the page for it."""
    assert nobody.get("/news").path.startswith("/sign-in")


def test_whoever_has_other_work_sees_that(app: App, stranger: Actor) -> None:
    """A moderator's first page has no tips, neither in the menu nor in the list."""
    shown = enter(app, stranger, "khac")[0].get("/work")
    assert shown.status == 200
    assert "/tips" not in shown.text


@pytest.mark.parametrize("reason", list(WorkReason))
def test_every_reason_has_words(reason: WorkReason) -> None:
    """Each reason and its subject are called something in Vietnamese."""
    words = PageWords("vi")
    assert words.label(reason, default="")
    assert words.label(reason.module, "WorkModule", "")


def test_every_line_leads_to_a_page() -> None:
    """What the list leads to is an address that a page of the board has."""
    routes = {route.path for screen in SCREENS for route in screen.routes}
    assert {*PATHS.values()} <= routes
