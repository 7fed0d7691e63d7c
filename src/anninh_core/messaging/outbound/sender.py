"""Sending of the rows in the outbox: each is claimed, postponed or released, decrypted, durably started, and sent."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from attrs import evolve, frozen

from anninh_core.kernel.errors import Damaged, NotFound, Purged
from anninh_core.kernel.sentences import Sentence
from anninh_core.messaging.outbound.fallback import list_methods, try_methods
from anninh_core.messaging.outbound.leak_gate import HELD, STOPPED, WAIT, GateDecision, LeakGate
from anninh_core.messaging.outbound.outcomes import DeliveryOutcome, OutcomeRecorder
from anninh_core.messaging.outbound.reconciliation import Reconciler
from anninh_core.messaging.outbound.row_opener import OpenedRow, RowOpener
from anninh_core.messaging.outbound.scheduling import SendScheduler
from anninh_core.messaging.redaction import redact_error
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled
from anninh_core.ports.storages.queues import LANES, SENDING, OutboxRow, OutboxState
from anninh_core.usecase.runner import UseCaseRunner

LEASE = timedelta(minutes=2)
"""How long a worker's lease on an outbox row lasts, from the claim and again from the start of sending."""

_log = logging.getLogger(__name__)


@frozen
class ClaimOutcome:
    """The result of claiming outbox rows.

    Attributes:
        rows: those that may be sent now, most urgent lane first.
        postponed: number of rows that were given back until later.
    """

    rows: tuple[OutboxRow, ...] = ()
    postponed: int = 0


class OutboxSender:
    """Sends the rows of the outbox.

    Args:
        runner: gives access to storage, clock and the profile's ladders of delivery methods.
        messengers: all of them, by instance.
        scheduler: decides which rows may be sent now.
        gate: decides whether the content of a row may be sent at all.
    """

    def __init__(  # noqa: PLR0917  the parts that a row passes, in its order
        self,
        runner: UseCaseRunner,
        messengers: Mapping[str, Messenger],
        opener: RowOpener,
        outcomes: OutcomeRecorder,
        reconciler: Reconciler,
        scheduler: SendScheduler,
        gate: LeakGate,
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._messengers = messengers
        self._opener = opener
        self._outcomes = outcomes
        self._reconciler = reconciler
        self._scheduler = scheduler
        self._gate = gate

    def run(self, limit: int = 50, stopping: Callable[[], bool] = lambda: False) -> ClaimOutcome:
        """Claim and send up to `limit` rows: of all unlimited messengers together, and of each rate-limited one.

        Args:
            stopping: called before each row; once it returns True, the remaining rows are given back at once.
        """
        claim = self.claim(limit)
        for index, row in enumerate(claim.rows):
            if stopping():
                self.give_back(claim.rows[index:])
                break
            self.send(row)
        return claim

    def claim(self, limit: int) -> ClaimOutcome:
        """Claim outbox rows, and give back those that may not be sent now, without counting a try."""
        now = self._context.clock.now()
        rows = sorted(self._claim_rows(now, limit), key=lambda row: LANES.index(row.lane))
        wait_until = self._scheduler.postpone_rows(rows, now)
        postponed = [row for row in rows if row.id in wait_until]
        self.give_back(postponed, wait_until)
        return ClaimOutcome(tuple(row for row in rows if row.id not in wait_until), len(postponed))

    def give_back(self, rows: Sequence[OutboxRow], later: Mapping[str, datetime] | None = None) -> None:
        """Give back claimed outbox rows that were never started.

        Args:
            later: moment before which a row is not to be claimed again, by row id; at once for a missing id.
        """
        now, later = self._context.clock.now(), later or {}
        settlements = [
            OutboxSettled(
                id=row.id,
                token=row.token,
                state=OutboxState.READY,
                at=now,
                due_at=later.get(row.id),
                error=row.error,
                deferred_until=row.deferred_until,
                messenger=row.messenger,
                lane=row.lane,
            )
            for row in rows
        ]
        if settlements:
            self._runner.apply([ChangeSet(outbox_settled=settlement) for settlement in settlements])

    def send(self, row: OutboxRow) -> None:
        """Send a claimed outbox row, and record the outcome."""
        try:
            opened = self._opener.open(row)
            methods = list_methods(opened, self._context.district.delivery_methods(row.purpose), self._context.clock)
        except (NotFound, Purged, Damaged, ValueError) as error:
            failed = DeliveryOutcome(
                state=OutboxState.FAILED,
                error=Sentence("The message can't be prepared. {reason}", reason=redact_error(error)),
            )
            self._outcomes.record(row, failed)
            return
        if not self._passes_leak_check(opened):
            return
        if not self._context.storage.queues.start(row.id, row.token, self._context.clock.now(), LEASE):
            _log.info("outbox row %s was left to another worker", row.id)
            return
        started = evolve(row, state=OutboxState.STARTED, attempts=row.attempts + 1)
        opened = evolve(opened, row=started)
        if result := try_methods(opened, methods, self._outcomes.mark_unknown):
            self._record_outcome(evolve(opened, row=result[0]), result[1])

    def _passes_leak_check(self, opened: OpenedRow) -> bool:
        """Return whether an outbox row passes the leak check; settle one that doesn't."""
        row = opened.row
        later = self._context.clock.now() + WAIT
        match self._gate.check(opened):
            case GateDecision.FREE:
                return True
            case GateDecision.WAITS:
                self.give_back([evolve(row, error=HELD)], {row.id: later})
            case GateDecision.STEPS_ASIDE:
                self._outcomes.defer_without_try(row, HELD, WAIT)
            case GateDecision.STOPPED:
                self._outcomes.record(row, DeliveryOutcome(state=OutboxState.CANCELLED, error=STOPPED))
            case never:
                assert_never(never)
        return False

    def reconcile(self, limit: int = 50) -> int:
        """Query the platforms about rows with an unknown outcome; see `Reconciler.run`."""
        return self._reconciler.run(limit)

    def _claim_rows(self, now: datetime, limit: int) -> Iterator[OutboxRow]:
        for claim_limit, instances in self._scheduler.claim_portions(tuple(self._messengers), now, limit):
            yield from self._context.storage.queues.claim_outbox(now, LEASE, claim_limit, instances, SENDING)

    def _record_outcome(self, opened: OpenedRow, outcome: DeliveryOutcome) -> None:
        if outcome.state is OutboxState.UNKNOWN:
            _log.warning("outbox row %s: outcome unknown", opened.row.id)
            if outcome.can_be_asked and self._reconciler.reconcile(opened):
                return
        self._outcomes.record(opened.row, outcome)
