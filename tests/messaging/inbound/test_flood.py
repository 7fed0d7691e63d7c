"""A sender with very many messages."""

from tests.messaging.conftest import FIRE

from anninh_core.app import App
from anninh_core.testing import Dialog, MockChat


def test_flooding_sender_delays_no_other(app: App, chat: MockChat, dialog: Dialog) -> None:
    """With three hundred messages of one sender in the inbox, another sender's message is handled in the next round of
    ten events.
    """
    for number in range(300):
        chat.says(chat.person("Thử Văn An"), f"Tin rác số {number}")
    chat.says(chat.person("Thử Thị Bình"), FIRE)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.step(limit=10)
    dialog.hears("Thử Thị Bình", "113.*114")
    assert app.internals.context.storage.queues.depth()["inbox.new"] > 280
