"""Reconciliation: messages of unknown outcome are matched with the messages on the platform.

Only its text distinguishes a message on the platform from another one. So messages with the same text in one
conversation are distinguished by count: as many have arrived as the platform shows; which of them makes no difference
to their readers.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import assert_never

from anninh_core.domain.conversations.service import Conversations
from anninh_core.kernel.errors import NotFound
from anninh_core.kernel.text import normalize_spaces
from anninh_core.messaging.outbound.outcomes import DeliveryOutcome, OutcomeRecorder
from anninh_core.messaging.outbound.row_opener import OpenedRow, RowOpener, read_comparable_text
from anninh_core.messaging.rows import has_unknown_fallback_outcome, iter_outbox_rows
from anninh_core.ports.messengers.messenger import Found, Messenger, Verdict
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.usecase.actor import system
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.outbox_message import OutboxAction
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.delivery import Lane

CLOCK_TOLERANCE = timedelta(minutes=2)
"""Maximum difference between a platform's clock and ours."""

MAX_LATENESS = timedelta(hours=1)
"""How long after the end of its send a message may still appear on the platform."""

GRACE_PERIOD = timedelta(minutes=2)
"""How long to wait for a missing message before it counts as not sent."""

UNKNOWN_HOLD_TIME = timedelta(minutes=10)
"""How long a message of unknown outcome blocks the next messages of its conversation."""

_MAX_RUN_TIME = timedelta(seconds=5)  # Time after which a run queries the platforms about no further row.
_SENT_AGAIN = "not delivered; sent again"
_log = logging.getLogger(__name__)


class Reconciler:
    """Determines the outcome of sends from the messages on the platform.

    Args:
        messengers: those that can be queried, by instance.
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
        """Query the platforms about rows with an unknown outcome; return how many were settled.

        Each run continues after the last row of the previous run, so that rows that can't be settled don't keep others
        from being checked. A run ends after a few seconds, as a slow platform would block the worker.
        """
        started_at = self._context.clock.now()
        after = ""
        cleared = 0
        for count, row in enumerate(islice(self._iter_reconcilable(), limit), 1):
            cleared += self._reconcile_row(row)
            is_late = self._context.clock.now() - started_at > _MAX_RUN_TIME
            after = row.id if is_late or count == limit else ""
            if is_late:
                break
        self._after = after
        return cleared

    def reconcile(self, opened: OpenedRow) -> bool:
        """Settle a row of unknown outcome by the platform's response. Return False if it is inconclusive: a person
        decides.
        """
        if not self._can_reconcile(opened.row.messenger):
            return False
        try:
            return self._query_platform(opened)
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, the row stays as unknown as it was
            _log.warning("outbox row %s could not be reconciled: %s", opened.row.id, type(error).__name__)
            return False

    def settle_by_echo(self, row: OutboxRow, platform_id: str) -> bool:
        """Settle an outbox row as delivered, as the message that an echo reports."""
        return self._outcomes.record_match(row, platform_id, "echo")

    def find_candidates(self, conversation: str, text: str) -> Sequence[OutboxRow]:
        """Return the rows with this text in a conversation that are being sent or have an unknown outcome, oldest
        first.

        Those sent by a fallback had a different text, and are left out.
        """
        normalized = normalize_spaces(text)
        states = (OutboxState.STARTED, OutboxState.UNKNOWN)
        rows = iter_outbox_rows(self._context.storage.queues, states, conversation=conversation) if normalized else ()
        candidates = (
            row
            for row in rows
            if not has_unknown_fallback_outcome(row) and read_comparable_text(self._runner, row) == normalized
        )
        return sorted(candidates, key=lambda row: row.created_seq)

    def _iter_reconcilable(self) -> Iterator[OutboxRow]:
        """Yield the outbox rows of unknown outcome whose messengers support reconciliation, by age; the others wait for
        a person.
        """
        unknown = iter_outbox_rows(self._context.storage.queues, (OutboxState.UNKNOWN,), self._after)
        rows = (row for row in unknown if row.lane is not Lane.MEDIA and not has_unknown_fallback_outcome(row))
        return (row for row in rows if self._can_reconcile(row.messenger))

    def _can_reconcile(self, instance: str) -> bool:
        messenger = self._messengers.get(instance)
        return messenger is not None and messenger.capabilities.can("reconcile")

    def _reconcile_row(self, row: OutboxRow) -> bool:
        try:
            opened = self._opener.open(row)
        except Exception as error:  # noqa: BLE001  purged, or altered: it stays as unknown as it was
            _log.warning("outbox row %s could not be reconciled: %s", row.id, type(error).__name__)
            return False
        return self.reconcile(opened)

    def _query_platform(self, opened: OpenedRow) -> bool:
        row = opened.row
        messenger = opened.messenger
        answer = messenger.reconcile(opened.message, row.due_at - CLOCK_TOLERANCE)
        if not isinstance(answer, Verdict):
            return opened.outbox_message.act is OutboxAction.SEND and self._match_platform_messages(opened, answer)
        match answer:
            case Verdict.DELIVERED:
                self._outcomes.record(row, DeliveryOutcome(state=OutboxState.DELIVERED, proof="reconciled"))
                return True
            case Verdict.NOT_DELIVERED:
                self._outcomes.retry_row(row, _SENT_AGAIN)
                return True
            case Verdict.UNKNOWN:
                return False
            case never:
                assert_never(never)

    def _match_platform_messages(self, opened: OpenedRow, platform_messages: Sequence[Found]) -> bool:
        """Settle an outbox row by the messages in its conversation. Return False if they are inconclusive so far."""
        row = opened.row
        now = self._context.clock.now
        # The order matters: rows sent before the platform was queried are settled by now, or are among the candidates
        # with the same text.
        candidates = self.find_candidates(row.conversation, opened.message.text)
        if any(other.state is OutboxState.STARTED and other.id != row.id for other in candidates):
            return False
        open_rows = {candidate.id: candidate for candidate in (*candidates, row)}.values()
        matches = match_messages(
            open_rows,
            [candidate for candidate in platform_messages if not self._is_known_message(row, candidate)],
            now(),
        )
        if row.id in matches:
            return self._outcomes.record_match(row, matches[row.id].platform_id, "reconciled")
        if row.state is not OutboxState.UNKNOWN or row.settled_at is None or now() - row.settled_at < GRACE_PERIOD:
            return False
        self._outcomes.retry_row(row, _SENT_AGAIN)
        return True

    def _is_known_message(self, row: OutboxRow, message: Found) -> bool:
        """Return whether a message on the platform is already known: as the message of a row, or as one that a person
        wrote.
        """
        if self._context.storage.queues.by_platform_id(row.messenger, message.platform_id) is not None:
            return True
        try:
            self._conversations.by_platform_id(system("delivery"), row.conversation, message.platform_id)
        except NotFound:
            return False
        return True


def may_match(row: OutboxRow, at: datetime, now: datetime) -> bool:
    """Return whether a message written at the moment `at` may be the one that an outbox row sent."""
    return row.due_at - CLOCK_TOLERANCE <= at <= _latest_match_time(row, now)


def match_messages(rows: Iterable[OutboxRow], platform_messages: Iterable[Found], now: datetime) -> Mapping[str, Found]:
    """Match outbox rows with messages on the platform, as many as possible, older rows first; return the messages by
    row id.

    Each message goes to the matching row with the earliest latest match time, so that no other row is left without a
    message that it could have matched.
    """
    unmatched = sorted(rows, key=lambda row: row.created_seq)
    matches = dict[str, Found]()
    for message in sorted(platform_messages, key=lambda message: message.at):
        fitting = [row for row in unmatched if may_match(row, message.at, now)]
        if fitting:
            soonest = min(fitting, key=lambda row: _latest_match_time(row, now))
            unmatched.remove(soonest)
            matches[soonest.id] = message
    return matches


def release_blocked_conversations(context: UseCaseContext) -> int:
    """Release conversations that a message of unknown outcome has blocked for `UNKNOWN_HOLD_TIME`; return how many."""
    return context.storage.queues.release_held(context.clock.now(), UNKNOWN_HOLD_TIME)


def _latest_match_time(row: OutboxRow, now: datetime) -> datetime:
    """Return the latest moment at which a message sent by an outbox row can have been written."""
    return (row.settled_at if row.state is OutboxState.UNKNOWN and row.settled_at else now) + MAX_LATENESS
