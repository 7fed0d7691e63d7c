"""Which officer sees which page of the board, and which journal entries reading a page leaves."""

from tests.board.visitor import Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.board.screens.all_screens import SCREENS
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


def _list_page_paths(method: str) -> list[str]:
    """Return the addresses of all pages that need a sign-in and accept `method`, with ids that belong to no record."""
    paths = []
    for screen in SCREENS:
        for route in screen.routes:
            if method in route.methods and not route.public:
                path = route.path.replace("{number:int}", "0").replace("{noun}/{verb}", "tips/claim")
                paths.append("/".join("none" if part.startswith("{") else part for part in path.split("/")))
    return paths


def test_unauthenticated_requests_get_sign_in(anonymous_visitor: Visitor) -> None:
    """A visitor who isn't signed in gets only the sign-in page, for reading and for sending."""
    for path in _list_page_paths("GET"):
        screen = anonymous_visitor.get(path)
        assert screen.path.startswith("/sign-in"), path
    for path in _list_page_paths("POST"):
        screen = anonymous_visitor.ask("POST", path, {"Origin": "http://127.0.0.1"}, {})
        assert screen.path.startswith("/sign-in"), path


def test_officer_without_permission_sees_nothing(app: App, officer: Actor, officer_without_tips: Actor) -> None:
    """An officer without permission for tips gets none of their pages, and can't distinguish an existing tip from a
    missing one.
    """
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    visitor = Visitor(create_board(app)).enter(enrol(app, officer_without_tips.id, "khac"))
    for path in ("/tips", "/tips/all", "/tips/mine", "/tips/doubts", "/tips/overdue"):
        assert visitor.get(path).status == 403, path
    existing = visitor.get(f"/tips/{tip.id}")
    missing = visitor.get("/tips/nothing")
    assert existing.status == missing.status
    assert existing.main == missing.main


def test_excluded_officer_finds_no_case(app: App, officer: Actor, visitor: Visitor) -> None:
    """An officer who is excluded from a case finds it neither in lists, nor by a search, nor by its address."""
    supervisor = UnsafeLocalUsers(app).appoint("Giám Sát Mẫu", "hoa-lu", "tip_supervisor")
    tip = app.tips.record_walk_in(supervisor, "Cán bộ Mẫu nhận tiền", unit="hoa-lu")
    app.tips.exclusions.add(supervisor, tip.id, officer_id=officer.id, reason="bị tố cáo")
    for path in ("/tips", "/tips/all", "/tips/received", "/tips/overdue", "/search?words=nhan+tien"):
        assert tip.id not in visitor.get(path).text
        assert tip.receipt not in visitor.get(path).text
    assert visitor.get(f"/tips/{tip.id}").main == visitor.get("/tips/nothing").main


def test_repeated_reads_leave_one_entry(app: App, officer: Actor, visitor: Visitor) -> None:
    """The page of a tip leaves one journal entry, a list leaves one, and reading the same page again leaves none."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")

    def count_new_entries(path: str) -> int:
        before = app.internals.context.storage.journal.head()[0]
        assert visitor.get(path).status == 200
        return app.internals.context.storage.journal.head()[0] - before

    assert count_new_entries("/tips") == 1
    assert count_new_entries(f"/tips/{tip.id}") == 1
    assert count_new_entries(f"/tips/{tip.id}") == 0
    assert count_new_entries("/tips/new") == 0
