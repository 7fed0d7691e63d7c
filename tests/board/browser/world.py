"""Content for every page of the board, for tests in a browser."""

from collections.abc import Mapping
from datetime import timedelta

from attrs import frozen
from tests.board.browser.office_pages import ROLES as OFFICE_ROLES
from tests.board.browser.office_pages import add_office_pages
from tests.board.browser.plan_pages import ROLES as PLAN_ROLES
from tests.board.browser.plan_pages import add_plan_pages
from tests.board.browser.written import write
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor

NAME = "mau"
_TOLD = (
    "Đêm qua nhà tôi ở xóm 3 xã Ninh Hòa bị cạy khóa mất trộm xe máy",
    "Cháy nhà ở xóm 3 xã Ninh Hòa, đến ngay các anh ơi",
    "Thanh niên tụ tập đua xe ở đường thị trấn Thiên Tôn khoảng 23 giờ",
)
_ROLES = ("tip_officer", "tip_supervisor")
_OTHER_ROLES = ("editor", "reviewer", "board_admin", "report_officer")


@frozen
class World:
    """An app with content for every page, and its board.

    Attributes:
        name: sign-in name of the officer.
        pages: addresses of pages by name.
    """

    app: App
    url: str
    officer: Actor
    name: str
    pages: Mapping[str, str]


def populate(app: App, url: str) -> World:
    """Store content for every page in `app`, and return the app with the addresses of its pages."""
    officer = UnsafeLocalUsers(app).appoint(
        "Hoàng Văn Mẫu", "hoa-lu", *_ROLES, *_OTHER_ROLES, *PLAN_ROLES, *OFFICE_ROLES
    )
    enrol(app, officer.id, NAME)
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    dialog = Dialog(messenger.chat, lambda: pump(app, messenger.chat))
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    for number, words in enumerate(_TOLD):
        dialog.says(f"Người báo {number}", words)
        clock.advance(timedelta(minutes=50))
    tip, triaged, *_ = app.tips.list(officer).items
    app.tips.triage(officer, triaged.id, category="crime")
    app.tips.assign(officer, triaged.id, unit="hoa-lu", officers=[officer.id])
    pages = {
        "tips due": "/tips",
        "tips mine": "/tips/mine",
        "tips received": "/tips/received",
        "tips overdue": "/tips/overdue",
        "tips all": "/tips/all",
        "tips found": "/tips/all?words=trộm",
        "tip alarms": "/tips/alarms",
        "tip doubts": "/tips/doubts",
        "tip new": "/tips/new",
        "tip": f"/tips/{tip.id}",
        "tip in danger": f"/tips/{triaged.id}",
        "tip suggestions": f"/tips/{tip.id}/suggestions",
        "no such tip": "/tips/nothing",
        **add_plan_pages(app, officer),
        **write(app, officer, dialog.says, triaged.id),
        **add_office_pages(app, officer, tip.id),
    }
    return World(app, url, officer, NAME, pages)
