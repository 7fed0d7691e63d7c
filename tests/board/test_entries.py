"""The number of journal entries that reading a page of the board leaves."""

from tests.board.browser.office_pages import ROLES, add_office_pages
from tests.board.conftest import SignIn

from anninh_core.app import App
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump

_OTHERS = ("tip_officer", "tip_supervisor", "board_admin", "editor")


def test_a_page_leaves_one_entry_at_most(app: App, clock: FixedClock, enter: SignIn) -> None:
    """Reading a page leaves at most one journal entry, however many lists it has, and none if it opens nothing
    encrypted.
    """
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *_OTHERS, *ROLES)
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says("Người Báo", "Mất trộm xe máy ở xóm 3 Ninh Hòa")
    (tip,) = app.tips.list(officer).items
    pages = add_office_pages(app, officer, tip.id)
    visitor = enter(officer)
    added = dict[str, int]()
    for name, path in pages.items():
        before = app.internals.context.storage.journal.head()[0]
        assert visitor.get(path).status == 200, path
        added[name] = app.internals.context.storage.journal.head()[0] - before
    assert {name: count for name, count in added.items() if count > 1} == {}
    assert added["identities"] == added["journal"] == added["failures"] == added["search found"] == 1
    assert added["search"] == added["groups"] == added["account"] == added["keys and data"] == 0
