"""What ended rows of the queues have in place of the conversation: a name of one record, which joins no two of them."""

from anninh_core.ports.storages.changes import NewOutbox
from anninh_core.ports.storages.queues import InboxRow, OutboxRow
from anninh_core.usecase.indexing.resident_names import ResidentNames


def name_recipient(names: ResidentNames, conversation: str, row: NewOutbox | OutboxRow) -> str:
    """Return what a closed row has in place of a conversation: a name of the record that the row belongs to alone."""
    return names.pseudonym(conversation, row.cause or f"outbox:{row.id}")


def name_author(names: ResidentNames, conversation: str, row: InboxRow) -> str:
    """Return what an event that was processed has in place of a conversation: a name of this event alone."""
    return names.pseudonym(conversation, f"inbox:{row.id}")


def is_recipient(names: ResidentNames, conversation: str, row: OutboxRow) -> bool:
    """Return whether a row goes to a conversation, or went there."""
    return row.conversation in (conversation, name_recipient(names, conversation, row))
