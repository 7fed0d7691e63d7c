"""Somebody who writes without end."""

from tests.messaging.conftest import FIRE

from anninh_core.app import App
from anninh_core.testing import Dialog, MockChat


def test_one_who_writes_without_end_holds_up_nobody_else(app: App, chat: MockChat, dialog: Dialog) -> None:
    """Three hundred messages of one person wait before another's; hers is answered in the next round, of ten events."""
    for number in range(300):
        chat.says(chat.person("Thử Văn An"), f"Tin rác số {number}")
    chat.says(chat.person("Thử Thị Bình"), FIRE)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.step(limit=10)
    dialog.hears("Thử Thị Bình", "113.*114")
    assert app.internals.context.storage.queues.depth()["inbox.new"] > 280
