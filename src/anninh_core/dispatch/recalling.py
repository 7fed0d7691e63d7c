"""Messages of unknown outcome, and what stands on the platform: which of them is which.

Nothing but its words tells a message on the platform from another one. So messages that say the same in one
conversation are told apart by count: as many of them have arrived as stand there, and which ones makes no difference
to whoever reads them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from anninh_core.dispatch.ladder import is_marked
from anninh_core.dispatch.settling import Settling
from anninh_core.dispatch.troubles import unsent
from anninh_core.kernel.errors import BadInput, NotFound, SealBroken
from anninh_core.kernel.text import squeezed
from anninh_core.ports.platform import Found, Recalls
from anninh_core.ports.queues import OutboxRow, OutboxState
from anninh_core.rooms.conversations.service import Conversations
from anninh_core.vocabulary.messages import OutgoingMessage
from anninh_core.work.actor import system
from anninh_core.work.desk import Desk
from anninh_core.work.parcel import OutboxAction, Parcel, unpacked
from anninh_core.work.sealing import row_binding

SKEW = timedelta(minutes=2)
"""How far a platform's clock may be from ours."""

LATEST = timedelta(hours=1)
"""How long after its send ended a message may still come to stand on the platform."""

GRACE = timedelta(minutes=2)
"""How long what isn't there is waited for before it counts as not sent."""


def opened(desk: Desk, row: OutboxRow) -> Parcel:
    """Open what lies sealed in a row of the outbox."""
    return unpacked(desk.sealer.open(row.scope, row.body, row_binding("outbox", row.id)))


class Recalling:
    """Finds out what became of sends by what stands on the platform."""

    def __init__(self, desk: Desk, conversations: Conversations, settling: Settling) -> None:
        self._desk = desk
        self._conversations = conversations
        self._settling = settling

    def clear_up(self, row: OutboxRow, message: OutgoingMessage, messenger: Recalls) -> bool:
        """Settle a row of unknown outcome by what its conversation shows; False where that doesn't tell (yet)."""
        found = messenger.sent_like(message, row.due_at - SKEW)
        if found is None:
            return False
        # In this order: what was sent before the look has by now settled, or is among the alike.
        alike = self.alike(row.conversation, message.text)
        if any(other.state is OutboxState.STARTED and other.id != row.id for other in alike):
            return False
        open_ones = {one.id: one for one in (*alike, row)}.values()
        mine = matched(open_ones, [one for one in found if not self._taken(row, one)], self._desk.clock.now())
        if row.id in mine:
            return self._settling.found(row, mine[row.id].platform_id, "reconciled")
        if (
            row.state is not OutboxState.UNKNOWN
            or row.settled_at is None
            or self._desk.clock.now() - row.settled_at < GRACE
        ):
            return False
        self._settling.again(row, "not delivered; sent again")
        return True

    def settle(self, row: OutboxRow, platform_id: str) -> bool:
        """Settle a row as the message that an echo tells of."""
        return self._settling.found(row, platform_id, "echo")

    def alike(self, conversation: str, text: str) -> Sequence[OutboxRow]:
        """Return the sends under way and of unknown outcome that say a text in a conversation, oldest first.

        Those that went by a rung above the window said it in other words.
        """
        wanted = squeezed(text)
        queues = self._desk.storage.queues
        rows = unsent(queues, (OutboxState.STARTED, OutboxState.UNKNOWN), conversation=conversation) if wanted else ()
        same = (row for row in rows if not is_marked(row) and self._says(row) == wanted)
        return sorted(same, key=lambda row: row.created_seq)

    def _says(self, row: OutboxRow) -> str:
        try:
            parcel = opened(self._desk, row)
        except (BadInput, NotFound, SealBroken):  # purged meanwhile, or not of this version: nobody can tell
            return ""
        return squeezed(parcel.text) if parcel.act is OutboxAction.SEND else ""

    def _taken(self, row: OutboxRow, found: Found) -> bool:
        """Tell whether a message is known to be another one: a row's, or one that a person wrote."""
        if self._desk.storage.queues.by_platform_id(row.messenger, found.platform_id) is not None:
            return True
        try:
            self._conversations.by_platform_id(system("router"), row.conversation, found.platform_id)
        except NotFound:
            return False
        return True


def fits(row: OutboxRow, at: datetime, now: datetime) -> bool:
    """Tell whether what was written at a moment may be what a row sent."""
    return row.due_at - SKEW <= at <= _end(row, now)


def matched(rows: Iterable[OutboxRow], found: Iterable[Found], now: datetime) -> Mapping[str, Found]:
    """Return which rows are which messages, by their ids: as many as can be, older rows first.

    Each message goes to the row, of those that it fits, that it may soonest be too late for: so no other is left over
    that could have had it.
    """
    left, mine = sorted(rows, key=lambda row: row.created_seq), dict[str, Found]()
    for one in sorted(found, key=lambda one: one.at):
        fitting = [row for row in left if fits(row, one.at, now)]
        if fitting:
            soonest = min(fitting, key=lambda row: _end(row, now))
            left.remove(soonest)
            mine[soonest.id] = one
    return mine


def _end(row: OutboxRow, now: datetime) -> datetime:
    """Return the last moment at which what a row sent can have been written."""
    return (row.settled_at if row.state is OutboxState.UNKNOWN and row.settled_at else now) + LATEST
