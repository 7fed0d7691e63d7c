"""Messages that a person posts into a group by hand: their text and destination, and the closing of the task on its
sheet.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from itertools import islice

from attrs import field

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.errors import BadInput, Damaged, NotFound, Purged
from anninh_core.messaging.failures.listing import DeliveryFailure, FailureFilter, list_failures
from anninh_core.messaging.failures.visibility import iter_visible
from anninh_core.ports.messengers.messenger import ByHand, Messenger
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.outbox_message import OutboxAction, OutboxMessage, open_outbox_message
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.messages import Place


@view
class PostingTask:
    """A message that a person has to post by hand, as no adapter can.

    Attributes:
        id: of the entry of the failure desk that `failures.confirm_posted` takes.
        cause: `kind:id` of the record it is sent for, "" for none.
        group: id of the registered group, "" if none is registered.
        title: name of the group; "" for a private chat, for which neither text nor address is shown.
        link: invitation link to the group, "" for none.
        text: text to post; "" if there is none, or if it can't be decrypted any more.
        files: number of files to attach.
    """

    id: str
    messenger: str
    purpose: str
    cause: str
    since: datetime
    group: str
    title: str
    link: str
    text: str = field(repr=False)
    files: int


def list_postings(session: ReadSession, after: str, limit: int) -> tuple[PostingTask, ...]:
    """Return the messages to be posted by hand in the actor's units, oldest first."""
    criteria = FailureFilter(direction="out", state=OutboxState.NEEDS_PERSON, after=after)
    failures = iter_visible(session, list_failures(session.context.storage.queues, criteria))
    return tuple(_build_posting_task(session, failure) for failure in islice(failures, limit))


def _build_posting_task(session: ReadSession, failure: DeliveryFailure) -> PostingTask:
    conversation = session.get_readable(CONVERSATION, failure.conversation)
    # For a private chat no text is shown here: the case contains it.
    if conversation is None or conversation.address.place is not Place.GROUP:
        return make_view(PostingTask, failure, group="", title="", link="", text="", files=0)
    groups = session.find(GROUP, "id", where={"conversation": failure.conversation}, limit=1).items
    message = _open_message(session, failure.id)
    return make_view(
        PostingTask,
        failure,
        group=groups[0].id if groups else "",
        title=groups[0].title if groups else conversation.name,
        link=groups[0].link if groups else "",
        text=message.text if message is not None else "",
        files=len(message.attachments) if message is not None else 0,
    )


def _open_message(session: ReadSession, row_id: str) -> OutboxMessage | None:
    """Return the decrypted message of an outbox row, or None if it was purged or isn't a message to send."""
    row = session.context.storage.queues.outbox_row(row_id)
    if row is None:  # The row was settled in the meantime.
        return None
    try:
        message = open_outbox_message(session.context, row)
    except (BadInput, Purged, Damaged):
        return None
    return message if message.act is OutboxAction.SEND else None


class TaskSheets:
    """The task sheets of all messengers whose messages are posted by hand."""

    def __init__(self, runner: UseCaseRunner, messengers: Mapping[str, Messenger]) -> None:
        self._runner = runner
        self._context = runner.context
        self._messengers = messengers

    def confirm(self, row: OutboxRow, officer: Actor, link: str) -> None:
        """Mark the task of an outbox row as done; do nothing if no sheet has a task for it. It may be called again.

        Raises:
            RetryLater: the sheet can't be written.
        """
        messenger = self._messengers.get(row.messenger)
        if isinstance(messenger, ByHand):
            # The message failed before its task was put on a sheet, and was posted nevertheless.
            with suppress(NotFound):
                messenger.confirm(row.id, self._officer_name(officer), link)

    def _officer_name(self, officer: Actor) -> str:
        """Return the name of the confirming officer for the task sheet, which people read."""
        record = self._context.storage.records.get(OFFICER.name, officer.id)
        return self._context.open_record(OFFICER, record).name if record else officer.label
