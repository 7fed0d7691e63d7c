"""Reconciliation: messages of unknown outcome, and what stands on the platform: which of them is which.

Nothing but its words tells a message on the platform from another one. So messages that say the same in one
conversation are told apart by count: as many of them have arrived as stand there, and which ones makes no difference
to whoever reads them.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import assert_never

from anninh_core.kernel.errors import NotFound
from anninh_core.kernel.text import normalize_spaces
from anninh_core.messaging.outbound.opening import OpenedRow, RowOpener, text_of
from anninh_core.messaging.outbound.outcomes import DeliveryOutcome, OutcomeRecorder
from anninh_core.messaging.rows import is_fallback_unknown, outbox_rows
from anninh_core.ports.messenger import Found, Messenger, Verdict
from anninh_core.ports.queues import OutboxRow, OutboxState
from anninh_core.rooms.conversations.service import Conversations
from anninh_core.vocabulary.delivery import Lane
from anninh_core.work.actor import system
from anninh_core.work.parcel import OutboxAction
from anninh_core.work.runner import UseCaseRunner

SKEW = timedelta(minutes=2)
"""How far a platform's clock may be from ours."""

LATEST = timedelta(hours=1)
"""How long after its send ended a message may still come to stand on the platform."""

GRACE = timedelta(minutes=2)
"""How long what isn't there is waited for before it counts as not sent."""

_LONG = timedelta(seconds=5)  # after which a look at what is unknown asks about no further row
_SENT_AGAIN = "not delivered; sent again"
_log = logging.getLogger(__name__)


class Reconciler:
    """Finds out what became of sends by what stands on the platform.

    Args:
        desk: storage and time.
        conversations: knows what people wrote.
        outcomes: records what was found out.
        opener: opens a row.
        messengers: those that may be asked, by instance.
    """

    def __init__(
        self,
        runner: UseCaseRunner,
        conversations: Conversations,
        outcomes: OutcomeRecorder,
        opener: RowOpener,
        messengers: Mapping[str, Messenger],
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._conversations = conversations
        self._outcomes = outcomes
        self._opener = opener
        self._messengers = messengers
        self._after = ""

    def run(self, limit: int = 50) -> int:
        """Ask the platforms about rows whose outcome is unknown; return how many were cleared up.

        Each look goes on behind the last one, so that rows about which nobody can tell keep no other from being asked
        about. A slow platform is asked for a few seconds only: others wait for the worker.
        """
        began, after, cleared = self._context.clock.now(), "", 0
        for count, row in enumerate(islice(self._reconcilable(), limit), 1):
            cleared += self._reconcile_row(row)
            late = self._context.clock.now() - began > _LONG
            after = row.id if late or count == limit else ""
            if late:
                break
        self._after = after
        return cleared

    def reconcile(self, opened: OpenedRow) -> bool:
        """Settle a row of unknown outcome by what the platform says. False where it can't tell: a person decides."""
        if not self._can_tell(opened.row.messenger):
            return False
        try:
            return self._ask(opened)
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, the row stays as unknown as it was
            _log.warning("outbox row %s could not be reconciled: %s", opened.row.id, type(error).__name__)
            return False

    def settle(self, row: OutboxRow, platform_id: str) -> bool:
        """Settle a row as the message that an echo tells of."""
        return self._outcomes.record_match(row, platform_id, "echo")

    def find_candidates(self, conversation: str, text: str) -> Sequence[OutboxRow]:
        """Return the sends under way and of unknown outcome that say a text in a conversation, oldest first.

        Those that left by a fallback said it in other words.
        """
        wanted = normalize_spaces(text)
        states = (OutboxState.STARTED, OutboxState.UNKNOWN)
        rows = outbox_rows(self._context.storage.queues, states, conversation=conversation) if wanted else ()
        same = (row for row in rows if not is_fallback_unknown(row) and text_of(self._runner, row) == wanted)
        return sorted(same, key=lambda row: row.created_seq)

    def _reconcilable(self) -> Iterator[OutboxRow]:
        """Yield unknown rows of messengers that can tell, by age; the others wait for a person."""
        unknown = outbox_rows(self._context.storage.queues, (OutboxState.UNKNOWN,), self._after)
        mine = (row for row in unknown if row.lane is not Lane.MEDIA and not is_fallback_unknown(row))
        return (row for row in mine if self._can_tell(row.messenger))

    def _can_tell(self, instance: str) -> bool:
        messenger = self._messengers.get(instance)
        return messenger is not None and messenger.capabilities.can("reconcile")

    def _reconcile_row(self, row: OutboxRow) -> bool:
        try:
            opened = self._opener.open(row)
        except Exception as error:  # noqa: BLE001  purged, or altered: it stays as unknown as it was
            _log.warning("outbox row %s could not be reconciled: %s", row.id, type(error).__name__)
            return False
        return self.reconcile(opened)

    def _ask(self, opened: OpenedRow) -> bool:
        row, messenger = opened.row, opened.messenger
        answer = messenger.reconcile(opened.message, row.due_at - SKEW)
        if not isinstance(answer, Verdict):
            return opened.parcel.act is OutboxAction.SEND and self._match(opened, answer)
        match answer:
            case Verdict.DELIVERED:
                self._outcomes.record(row, DeliveryOutcome(state=OutboxState.DELIVERED, proof="reconciled"))
                return True
            case Verdict.NOT_DELIVERED:
                self._outcomes.retry(row, _SENT_AGAIN)
                return True
            case Verdict.UNKNOWN:
                return False
            case never:
                assert_never(never)

    def _match(self, opened: OpenedRow, found: Sequence[Found]) -> bool:
        """Settle a row by what its conversation shows; False where that doesn't tell (yet)."""
        row, now = opened.row, self._context.clock.now
        # In this order: what was sent before the look has by now settled, or is among those of the same text.
        same = self.find_candidates(row.conversation, opened.message.text)
        if any(other.state is OutboxState.STARTED and other.id != row.id for other in same):
            return False
        open_ones = {one.id: one for one in (*same, row)}.values()
        mine = match_messages(open_ones, [one for one in found if not self._taken(row, one)], now())
        if row.id in mine:
            return self._outcomes.record_match(row, mine[row.id].platform_id, "reconciled")
        if row.state is not OutboxState.UNKNOWN or row.settled_at is None or now() - row.settled_at < GRACE:
            return False
        self._outcomes.retry(row, _SENT_AGAIN)
        return True

    def _taken(self, row: OutboxRow, found: Found) -> bool:
        """Tell whether a message is known to be another one: a row's, or one that a person wrote."""
        if self._context.storage.queues.by_platform_id(row.messenger, found.platform_id) is not None:
            return True
        try:
            self._conversations.by_platform_id(system("router"), row.conversation, found.platform_id)
        except NotFound:
            return False
        return True


def fits(row: OutboxRow, at: datetime, now: datetime) -> bool:
    """Tell whether what was written at a moment may be what a row sent."""
    return row.due_at - SKEW <= at <= _end(row, now)


def match_messages(rows: Iterable[OutboxRow], found: Iterable[Found], now: datetime) -> Mapping[str, Found]:
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
