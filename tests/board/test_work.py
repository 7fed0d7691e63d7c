"""The board's page of work shows the officer's open work, and polls for changes."""

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


def count_journal_entries(app: App) -> int:
    return app.internals.context.storage.journal.head()[0]


def test_work_shows_emergencies_first(app: App, officer: Actor, visitor: Visitor) -> None:
    """After signing in an officer sees the page of own work, with emergencies first and a link in each line."""
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    fire = app.tips.record_walk_in(officer, "Cháy nhà", unit="hoa-lu", emergency=True).id
    screen = visitor.get("/")
    assert screen.path == "/work"
    assert screen.main.index("Cháy nhà") < screen.main.index("Mất trộm xe máy")
    assert f"/tips/{fire}" in screen.main
    assert "Khẩn cấp" in screen.main


def test_menu_counts_waiting_work(app: App, officer: Actor, clock: FixedClock, visitor: Visitor) -> None:
    """The menu shows the amount of open work in each section, and no badge for none."""
    assert "badge" not in visitor.get("/work").text
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    clock.advance(timedelta(minutes=1))
    assert '<span class="badge">1</span>' in visitor.get("/work").text


def test_work_is_limited_to_subject(app: App, officer: Actor, visitor: Visitor) -> None:
    """The list can be limited to one subject; a subject outside the viewer's permissions is ignored."""
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    assert "Mất trộm" in visitor.get("/work?module=tips").main
    assert "Mất trộm" in visitor.get("/work?module=moderation").main


def test_excluded_case_changes_no_badge(app: App, officer: Actor, visitor: Visitor) -> None:
    """A case that excludes the officer changes neither list nor badge."""
    other = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_supervisor", "tip_officer")
    app.tips.exclusions.add(
        other, app.tips.record_walk_in(other, "Cán bộ Mẫu nhận tiền", unit="hoa-lu").id, officer.id, "ông"
    )
    screen = visitor.get("/work")
    assert "Cán bộ Mẫu nhận tiền" not in screen.text
    assert "badge" not in screen.text


def test_work_page_leaves_one_entry(app: App, officer: Actor, visitor: Visitor) -> None:
    """List, badges and change mark together leave one journal entry."""
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    before = count_journal_entries(app)
    visitor.get("/work")
    assert count_journal_entries(app) == before + 1


def test_poll_reports_changes_without_entry(app: App, officer: Actor, visitor: Visitor) -> None:
    """The poll returns whether anything changed since the page's mark, and leaves no journal entry."""
    text = visitor.get("/tips").text
    mark, url = re.findall(r'data-mark="([^"]+)" data-url="([^"]+)"', text)[0]
    poll_url = f"{url}?since={mark}"
    assert visitor.get(poll_url).text == '{"changed": false}'
    app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    before = count_journal_entries(app)
    assert visitor.get(poll_url).text == '{"changed": true}'
    assert count_journal_entries(app) == before


def test_poll_needs_a_session(anonymous_visitor: Visitor) -> None:
    """Without a session the poll redirects to the sign-in page."""
    assert anonymous_visitor.get("/news").path.startswith("/sign-in")


def test_moderator_work_has_no_tips(app: App, officer_without_tips: Actor) -> None:
    """A moderator's page of work has no tips, neither in the menu nor in the list."""
    screen = enter(app, officer_without_tips, "khac")[0].get("/work")
    assert screen.status == 200
    assert "/tips" not in screen.text


@pytest.mark.parametrize("reason", list(WorkReason))
def test_every_work_reason_has_label(reason: WorkReason) -> None:
    """Each reason for work and its module have a Vietnamese label."""
    words = PageWords("vi")
    assert words.label(reason, default="")
    assert words.label(reason.module, "WorkModule", "")


def test_work_links_to_existing_routes() -> None:
    """Every path that the list of work links to is a route of the board."""
    routes = {route.path for screen in SCREENS for route in screen.routes}
    assert {*PATHS.values()} <= routes
