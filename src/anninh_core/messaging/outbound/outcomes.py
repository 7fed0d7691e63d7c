"""Outcomes of sends, which are recorded together with their effects, retried, or left to the failure desk."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from attrs import evolve, frozen

from anninh_core.kernel.errors import AlreadyDone, Conflict
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.stored_sentences import pack_sentence, unpack_sentence
from anninh_core.messaging.redaction import redact_error
from anninh_core.messaging.retries import is_transient, max_tries, retry_delay
from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled, Outcome
from anninh_core.ports.storages.queues import CLOSED, OutboxRow, OutboxState
from anninh_core.usecase.actor import system
from anninh_core.usecase.resident_names import build_recipient_name
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission

OutcomeHandler = Callable[[UnitOfWork, str, str], None]
"""Function that applies the effect of an arrival or a failure to a record: takes the unit of work, the cause's id, and
the proof or the reason.
"""

_TRIES_BEFORE_DEFERRAL: Mapping[Lane, int] = {Lane.REPLY: 6, Lane.MEDIA: 1}
"""Number of tries by lane, for a reply about a minute, after which a row is deferred behind the other rows of its
conversation.
"""

_MAX_ERROR = 500  # Maximum number of stored characters of a reason.
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class DeliveryOutcome:
    """The outcome of trying to send an outbox row.

    Attributes:
        state: new state of the row; `READY` if it is to be retried.
        platform_id: the platform's id of the message, "" if unknown.
        proof: evidence of the arrival.
        error: why it did not arrive, or may not have, in plain language.
        method: the fallback that sent it or may have sent it, "" for none.
        retry_after: the platform's requested pause.
        can_be_asked: whether the platform can report an unknown outcome.
    """

    state: OutboxState
    platform_id: str = ""
    proof: str = ""
    error: str = ""
    method: str = ""
    retry_after: timedelta | None = None
    can_be_asked: bool = False


class OutcomeRecorder:
    """Settles outbox rows by their outcomes, or retries them.

    Args:
        arrival_handlers: effect of an arrival by the row's purpose, in the same commit as its settlement.
        failures: effect of a permanent failure by the row's purpose, in the same commit too.
    """

    def __init__(
        self,
        runner: UseCaseRunner,
        arrival_handlers: Mapping[str, OutcomeHandler],
        failures: Mapping[str, OutcomeHandler],
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._handlers = {OutboxState.DELIVERED: arrival_handlers, OutboxState.FAILED: failures}

    def record(self, row: OutboxRow, outcome: DeliveryOutcome) -> None:
        """Settle a row by an outcome, with the effect on its record in the same commit, or retry it."""
        if outcome.state is OutboxState.READY:
            self.retry_row(row, outcome.error, outcome.retry_after)
            return
        settled = evolve(
            self._build_settlement(row, outcome.state, outcome.error),
            platform_id=outcome.platform_id,
            proof=outcome.proof,
            delivery_method=outcome.method,
        )
        try:
            self._settle_with_handler(settled, row)
        except (AlreadyDone, Conflict) as other:
            _log.info("outbox row %s was settled elsewhere: %s", row.id, type(other).__name__)

    def record_match(self, row: OutboxRow, platform_id: str, proof: str) -> bool:
        """Settle a row as delivered with a platform's message id, which no other row can then use.

        Returns:
            Whether it was settled; False if another row has that message, or another process settled this row
            meanwhile.
        """
        settled = evolve(self._build_settlement(row, OutboxState.DELIVERED, ""), platform_id=platform_id, proof=proof)
        message_hash = self._context.keys.blind("found", f"{row.messenger}\0{platform_id}")
        try:
            self._settle_with_handler(settled, row, f"found:{message_hash}")
        except (AlreadyDone, Conflict) as other:
            _log.info("outbox row %s was not settled by what was found: %s", row.id, type(other).__name__)
            return False
        return True

    def retry_row(self, row: OutboxRow, error: str, after: timedelta | None = None) -> None:
        """Retry a row after a pause, within the district's patience.

        A reply that has failed for a while is deferred: it moves to the end of its conversation's queue, so that the
        next messages are sent. A fetch is deferred at once: links expire while others are waited for. A broadcast keeps
        its place, as a correction must not overtake its original.

        Args:
            error: why it failed, in plain language.
            after: the platform's requested pause.
        """
        patience = self._context.district.delivery.patience[row.lane]
        is_ours = row.state is not OutboxState.UNKNOWN or bool(row.delivery_method)
        wait = max(after or timedelta(), retry_delay(row.id, row.attempts))
        if row.attempts >= max_tries(patience) or wait > patience:
            # No worker has a claim on a row of unknown outcome: it may have been delivered in the meantime, and must
            # not be marked as failed then.
            state = OutboxState.FAILED if is_ours else OutboxState.NEEDS_PERSON
            self.record(
                row,
                DeliveryOutcome(
                    state=state,
                    error=Sentence(
                        "Gave up after {count} attempts. {reason}", count=row.attempts, reason=unpack_sentence(error)
                    ),
                ),
            )
        elif row.attempts >= _TRIES_BEFORE_DEFERRAL.get(row.lane, row.attempts + 1) and is_ours:
            why = Sentence(
                "Moved to the end of the queue after {count} attempts. {reason}",
                count=row.attempts,
                reason=unpack_sentence(error),
            )
            self._defer_row(row, why, wait)
        else:
            self._commit_settlement(self._build_settlement(row, OutboxState.READY, error, wait))

    def defer_without_try(self, row: OutboxRow, reason: str, wait: timedelta) -> None:
        """Defer an outbox row behind the others of its conversation for `wait`; this doesn't count as a try."""
        self._defer_row(row, reason, wait)

    def mark_unknown(self, row: OutboxRow, method: str) -> OutboxRow | None:
        """Settle an outbox row as unknown before it is sent by a delivery method that can't be reconciled afterwards.

        Returns:
            The row in its new state, to be settled again after the send; None if another worker has the row.
        """
        if self._commit_settlement(
            evolve(self._build_settlement(row, OutboxState.UNKNOWN, ""), delivery_method=method)
        ):
            return evolve(row, state=OutboxState.UNKNOWN, error="", delivery_method=method)
        return None

    def handle_arrival(self, uow: UnitOfWork, purpose: str, cause: str, proof: str) -> None:
        """Apply the effect that a message's arrival has for its purpose, if it has any."""
        handler = self._handlers[OutboxState.DELIVERED].get(purpose)
        if handler is not None:
            handler(uow, _parse_cause_id(cause), proof)

    def _build_settlement(
        self, row: OutboxRow, state: OutboxState, error: str, wait: timedelta | None = None
    ) -> OutboxSettled:
        now = self._context.clock.now()
        is_claimed = row.state is not OutboxState.UNKNOWN  # No worker has a claim on a row of unknown outcome.
        return OutboxSettled(
            id=row.id,
            token=row.token if is_claimed else None,
            seen=None if is_claimed else row.token,
            state=state,
            at=now,
            due_at=None if wait is None else now + wait,
            error=pack_sentence(error, _MAX_ERROR),
            messenger=row.messenger,
            lane=row.lane,
            conversation=build_recipient_name(self._context.names, row.conversation, row) if state in CLOSED else "",
        )

    def _defer_row(self, row: OutboxRow, error: str, wait: timedelta) -> None:
        """Mark an outbox row as failed and requeue it: rows from the failure desk go to the end of the queue.

        A crash in between leaves the row on the desk. It is requeued only by the worker that deferred it, or by
        `restore`.
        """
        until = self._context.clock.now() + wait
        if self._commit_settlement(
            evolve(self._build_settlement(row, OutboxState.FAILED, error), deferred_until=until)
        ):
            self._requeue_row(row, error, until)

    def restore(self, row: OutboxRow) -> bool:
        """Requeue a deferred row that is still on the failure desk; return False for any other row."""
        if row.state is not OutboxState.FAILED or row.deferred_until is None:
            return False
        return self._requeue_row(row, row.error, row.deferred_until)

    def _requeue_row(self, row: OutboxRow, error: str, until: datetime) -> bool:
        ready = self._build_settlement(row, OutboxState.READY, error)
        return self._commit_settlement(evolve(ready, token=None, seen=row.token, due_at=until, deferred_until=until))

    def _commit_settlement(self, settled: OutboxSettled) -> bool:
        (outcome,) = self._runner.apply([ChangeSet(outbox_settled=settled)])
        if outcome is not Outcome.COMMITTED:
            _log.info("outbox row %s was settled elsewhere", settled.id)
        return outcome is Outcome.COMMITTED

    def _settle_with_handler(self, settled: OutboxSettled, row: OutboxRow, request: str = "") -> None:
        handler = self._handlers.get(settled.state, {}).get(row.purpose)
        if handler is not None:
            try:
                self._run_handler(handler, settled, row, request)
            except AlreadyDone:
                raise
            except Exception as error:  # The message was sent, even if the handler can't apply its effect.
                if is_transient(error):
                    raise
                _log.warning("outbox row %s: its outcome was not noted: %s", row.id, type(error).__name__)
                why = Sentence(
                    "{outcome} The outcome couldn't be noted in {case}. {reason}"
                    if settled.error
                    else "The outcome couldn't be noted in {case}. {reason}",
                    outcome=unpack_sentence(settled.error),
                    case=row.cause,
                    reason=redact_error(error),
                )
                settled = evolve(settled, error=pack_sentence(why, _MAX_ERROR))
            else:
                return
        if request:
            self._run_handler(_do_nothing, settled, row, request)
        else:
            self._commit_settlement(settled)

    def _run_handler(self, handler: OutcomeHandler, settled: OutboxSettled, row: OutboxRow, request: str) -> None:
        def settle_and_handle(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            uow.settle_outbox(settled)
            handler(uow, _parse_cause_id(row.cause), settled.proof or settled.platform_id or settled.error)

        action = "dispatch.arrived" if settled.state is OutboxState.DELIVERED else "dispatch.failed"
        self._runner.run_command(system("delivery").with_request(request), action, Permission.INTAKE, settle_and_handle)


def _do_nothing(uow: UnitOfWork, id: str, proof: str) -> None:
    """Do nothing, so that only the settlement of the row is committed."""


def _parse_cause_id(cause: str) -> str:
    return cause.partition(":")[2]
