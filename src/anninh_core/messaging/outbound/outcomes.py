"""Outcomes of sends: recorded together with their effects, retried, or left to the failure desk."""

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
from anninh_core.usecase.resident_names import name_recipient
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission

OutcomeHandler = Callable[[UnitOfWork, str, str], None]
"""What an arrival or a failure changes: called with the unit of work, the cause's id, and the proof or the reason."""

_TRIES_BEFORE_DEFERRAL: Mapping[Lane, int] = {Lane.REPLY: 6, Lane.MEDIA: 1}
"""Lane -> tries, for a reply about a minute, after which a row lets the rest of its conversation go first."""

_MAX_ERROR = 500  # characters of a reason that are kept
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class DeliveryOutcome:
    """What came of trying to send a row.

    Attributes:
        state: what the row becomes; `READY` where it is to be tried again.
        platform_id: of what stands on the platform, "" where that isn't known.
        proof: how an arrival is known.
        error: why it did not arrive, or may not have, in clear.
        method: the fallback by which it left or may have left, "" for none.
        retry_after: how long the platform wants to be left alone.
        can_be_asked: whether the platform may tell what became of an unknown one.
    """

    state: OutboxState
    platform_id: str = ""
    proof: str = ""
    error: str = ""
    method: str = ""
    retry_after: timedelta | None = None
    can_be_asked: bool = False


class OutcomeRecorder:
    """Settles outbox rows.

    Args:
        arrival_handlers: purpose of a row -> what its arrival changes, in the same commit as its settlement.
        failures: purpose of a row -> what changes when it can't be sent for good, in the same commit too.
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
        """Settle a row by an outcome for now; what that changes in a record, it does in the same commit."""
        if outcome.state is OutboxState.READY:
            self.retry(row, outcome.error, outcome.retry_after)
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
        """Settle a row as the message that stands on the platform under an id, which then is no other row's.

        Returns:
            Whether it was; not where another row has that message, or somebody settled this one meanwhile.
        """
        settled = evolve(self._build_settlement(row, OutboxState.DELIVERED, ""), platform_id=platform_id, proof=proof)
        message_hash = self._context.keys.blind("found", f"{row.messenger}\0{platform_id}")
        try:
            self._settle_with_handler(settled, row, f"found:{message_hash}")
        except (AlreadyDone, Conflict) as other:
            _log.info("outbox row %s was not settled by what was found: %s", row.id, type(other).__name__)
            return False
        return True

    def retry(self, row: OutboxRow, error: str, after: timedelta | None = None) -> None:
        """Try a row again after a pause, as long as the district's patience lasts.

        A reply that has failed for a while steps aside: it queues up at the end of its conversation, which goes on.
        What is fetched does so at once: links die while others are waited for.
        A broadcast keeps its place, for a correction must not overtake its original.

        Args:
            error: why it did not go, in clear.
            after: how long the platform wants to be left alone.
        """
        patience = self._context.district.delivery.patience[row.lane]
        is_ours = row.state is not OutboxState.UNKNOWN or bool(row.delivery_method)
        wait = max(after or timedelta(), retry_delay(row.id, row.attempts))
        if row.attempts >= max_tries(patience) or wait > patience:
            # Nobody holds an unknown row: it may have become delivered meanwhile, and must not become failed then.
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
            self._defer(row, why, wait)
        else:
            self._commit(self._build_settlement(row, OutboxState.READY, error, wait))

    def step_aside(self, row: OutboxRow, reason: str, wait: timedelta) -> None:
        """Let the rest of a row's conversation go first, and look at it again after a time; it counts as no try."""
        self._defer(row, reason, wait)

    def mark_unknown(self, row: OutboxRow, method: str) -> OutboxRow | None:
        """Settle a row as unknown before it is sent in a way that nobody can ask about afterwards.

        Returns the row as it is now, whose outcome is settled once more; None where it isn't ours any more.
        """
        if self._commit(evolve(self._build_settlement(row, OutboxState.UNKNOWN, ""), delivery_method=method)):
            return evolve(row, state=OutboxState.UNKNOWN, error="", delivery_method=method)
        return None

    def handle_arrival(self, uow: UnitOfWork, purpose: str, cause: str, proof: str) -> None:
        """Write an arrival down with the subject it belongs to, if any cares."""
        handler = self._handlers[OutboxState.DELIVERED].get(purpose)
        if handler is not None:
            handler(uow, _cause_id(cause), proof)

    def _build_settlement(
        self, row: OutboxRow, state: OutboxState, error: str, wait: timedelta | None = None
    ) -> OutboxSettled:
        now = self._context.clock.now()
        is_claimed = row.state is not OutboxState.UNKNOWN  # nobody holds a claim on an unknown row
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
            conversation=name_recipient(self._context.names, row.conversation, row) if state in CLOSED else "",
        )

    def _defer(self, row: OutboxRow, error: str, wait: timedelta) -> None:
        """Fail a row and take it up again: what comes from the failure desk queues up at the end.

        Whoever stops in between leaves it on the desk. It is taken up only by whom it belonged to, or by `restore`.
        """
        until = self._context.clock.now() + wait
        if self._commit(evolve(self._build_settlement(row, OutboxState.FAILED, error), deferred_until=until)):
            self._requeue(row, error, until)

    def restore(self, row: OutboxRow) -> bool:
        """Take a row up again that stepped aside and stayed there; False where it wasn't so."""
        if row.state is not OutboxState.FAILED or row.deferred_until is None:
            return False
        return self._requeue(row, row.error, row.deferred_until)

    def _requeue(self, row: OutboxRow, error: str, until: datetime) -> bool:
        ready = self._build_settlement(row, OutboxState.READY, error)
        return self._commit(evolve(ready, token=None, seen=row.token, due_at=until, deferred_until=until))

    def _commit(self, settled: OutboxSettled) -> bool:
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
            except Exception as error:  # what happened outside happened, whatever the subject says to it
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
            self._run_handler(_no_op, settled, row, request)
        else:
            self._commit(settled)

    def _run_handler(self, handler: OutcomeHandler, settled: OutboxSettled, row: OutboxRow, request: str) -> None:
        def end(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            uow.settle_outbox(settled)
            handler(uow, _cause_id(row.cause), settled.proof or settled.platform_id or settled.error)

        action = "dispatch.arrived" if settled.state is OutboxState.DELIVERED else "dispatch.failed"
        self._runner.run_command(system("delivery").with_request(request), action, Permission.INTAKE, end)


def _no_op(uow: UnitOfWork, id: str, proof: str) -> None:
    """Change no record: that it is settled is all there is to it."""


def _cause_id(cause: str) -> str:
    return cause.partition(":")[2]
