"""Finds the conversation of the newest message, as ended queue rows don't contain it."""

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE


def last_conversation(app: App) -> str:
    """Return the conversation of the newest message."""
    records = app.internals.context.storage.maintenance.scan(MESSAGE.name)
    *_, newest = sorted(
        (app.internals.context.open_record(MESSAGE, record) for record in records), key=lambda message: message.id
    )
    return newest.conversation
