"""What a person posts by hand into a group: the words, where, and how its task sheet learns that it is done."""

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
    """Something that a person does by hand, as no program can.

    Attributes:
        id: of the entry of the failure desk that `failures.confirm_posted` takes.
        cause: `kind:id` of what it is sent for, "" for nothing.
        group: id of the registered group, "" where none is registered.
        title: what the group is called; "" for what goes to no group, of which neither words nor address are shown.
        link: invitation link that leads into the group, "" for none.
        text: the words to post; "" where there are none, or they can't be opened any more.
        files: how many files go with them.
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
    """Return what waits to be done by hand in the actor's units, oldest first."""
    wanted = FailureFilter(direction="out", state=OutboxState.NEEDS_PERSON, after=after)
    found = iter_visible(session, list_failures(session.context.storage.queues, wanted))
    return tuple(_describe(session, one) for one in islice(found, limit))


def _describe(session: ReadSession, failure: DeliveryFailure) -> PostingTask:
    where = session.get_readable(CONVERSATION, failure.conversation)
    if where is None or where.address.place is not Place.GROUP:  # somebody's own chat: their case has the words
        return make_view(PostingTask, failure, group="", title="", link="", text="", files=0)
    groups = session.find(GROUP, "id", where={"conversation": failure.conversation}, limit=1).items
    message = _open_message(session, failure.id)
    return make_view(
        PostingTask,
        failure,
        group=groups[0].id if groups else "",
        title=groups[0].title if groups else where.name,
        link=groups[0].link if groups else "",
        text=message.text if message is not None else "",
        files=len(message.attachments) if message is not None else 0,
    )


def _open_message(session: ReadSession, row_id: str) -> OutboxMessage | None:
    """Return what lies sealed in a row, None where it was purged or is nothing to post."""
    row = session.context.storage.queues.outbox_row(row_id)
    if row is None:  # settled meanwhile
        return None
    try:
        message = open_outbox_message(session.context, row)
    except (BadInput, Purged, Damaged):
        return None
    return message if message.act is OutboxAction.SEND else None


class TaskSheets:
    """The sheets of all messengers whose posts are made by people."""

    def __init__(self, runner: UseCaseRunner, messengers: Mapping[str, Messenger]) -> None:
        self._runner = runner
        self._context = runner.context
        self._messengers = messengers

    def confirm(self, row: OutboxRow, officer: Actor, link: str) -> None:
        """Mark the task of a row as done; nothing happens where no sheet asks for it. May be called again.

        Raises:
            RetryLater: the sheet can't be written.
        """
        messenger = self._messengers.get(row.messenger)
        if isinstance(messenger, ByHand):
            with suppress(NotFound):  # it failed before it came onto a sheet, and was posted all the same
                messenger.confirm(row.id, self._officer_name(officer), link)

    def _officer_name(self, officer: Actor) -> str:
        """Return how the sheet names who confirmed: people read it, so by name."""
        record = self._context.storage.records.get(OFFICER.name, officer.id)
        return self._context.open_record(OFFICER, record).name if record else officer.label
