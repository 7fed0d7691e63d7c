"""Operators get a notice with the number of newly quarantined items, at most once an hour."""

from datetime import timedelta

from tests.messaging.conftest import outbox
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.kernel.redact import find_personal_data
from anninh_core.testing import Dialog, FixedClock, MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.worker.quarantine import QuarantineRounds

OPERATOR = "Người Vận Hành"


def appoint_operator(app: App, chat: MockChat, dialog: Dialog) -> None:
    dialog.says(OPERATOR, "chúc mừng năm mới")
    chat.hears(chat.person(OPERATOR))
    conversation = last_conversation(app)
    UnsafeLocalUsers(app).appoint(OPERATOR, "hoa-lu", "operator", conversation=conversation)


def quarantine_items(app: App, *numbers: int) -> None:
    rounds = QuarantineRounds(app.internals.services)
    for number in numbers:
        rounds.note("page_officers", f"alarm:{number}", 1, "Damaged")


def run_notice_job(app: App) -> int:
    count = app.worker.jobs["tell_quarantined"].run()
    app.worker.drain()
    return count


def test_operators_are_notified_once_an_hour(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Two hundred quarantined items lead to one notice, items within the next hour to a second one, and no item is
    notified twice.
    """
    appoint_operator(app, chat, dialog)
    assert run_notice_job(app) == 0
    quarantine_items(app, *range(200))
    assert run_notice_job(app) == 1
    (notice,) = chat.hears(chat.person(OPERATOR))
    assert "200 hồ sơ" in notice
    assert find_personal_data(notice) == []
    clock.advance(timedelta(minutes=10))
    quarantine_items(app, 201, 202)
    assert run_notice_job(app) == 0
    clock.advance(timedelta(minutes=50))
    assert run_notice_job(app) == 1
    (notice,) = chat.hears(chat.person(OPERATOR))
    assert "2 hồ sơ" in notice
    clock.advance(timedelta(hours=2))
    assert run_notice_job(app) == 0
    assert outbox(app)
