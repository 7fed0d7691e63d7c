"""Working through the inbox: each event becomes what it is, in one commit that also settles it."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from anninh_core.dispatch.processes.echoes import Echoes
from anninh_core.dispatch.processes.heard import Heard
from anninh_core.dispatch.processes.withdrawals import WithdrawalHandler
from anninh_core.dispatch.progress import Progress
from anninh_core.kernel.errors import AlreadyDone, Conflict, StorageError
from anninh_core.messaging.backoff import delay
from anninh_core.messaging.rows import inbox_rows
from anninh_core.ports.changes import ChangeSet, InboxSettled, NewKey, Outcome
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.queues import InboxRow, InboxState
from anninh_core.rooms.conversations.model import CONVERSATION
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Echo, InboundMessage, Withdrawal
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.sealing import row_binding
from anninh_core.work.together import Act, carry_out_together
from anninh_core.work.unit_of_work import UnitOfWork

_LEASE = timedelta(minutes=2)
_ASIDE = 5
"""Tries, about half a minute, after which an event lets the rest of its conversation go first."""

_OWNER, _TAKEN_UP = "dispatch", "taken_up"
_log = logging.getLogger(__name__)


class Inbound:
    """Claims events and processes them, at least once, once in effect."""

    def __init__(
        self,
        runner: UseCaseRunner,
        messengers: Mapping[str, Messenger],
        heard: Heard,
        echoes: Echoes,
        withdrawing: WithdrawalHandler,
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._messengers = messengers
        self._heard = heard
        self._echoes = echoes
        self._withdrawing = withdrawing

    def run(self, limit: int = 50) -> int:
        """Process up to `limit` events in one commit and return how many were claimed."""
        rows = self._context.storage.queues.claim_inbox(self._context.clock.now(), _LEASE, limit)
        try:
            stored = self._context.sealer.stored([row.scope for row in rows])
            endings = carry_out_together(self._runner, [self._act(row, stored) for row in rows])
        except StorageError as error:  # no event is to blame: all of them stay in the inbox for a later try
            self._give_back(rows, error)
            return len(rows)
        for row, ending in zip(rows, endings, strict=True):
            if isinstance(ending, AlreadyDone | Conflict):
                _log.info("inbox row %s was left to another worker: %s", row.id, type(ending).__name__)
            elif ending is not None:
                self._put_off(row, ending)
        return len(rows)

    def take_up(self) -> int:
        """Try events that failed once more, once an hour, as long as the district's patience for replies lasts.

        They lie on the failure desk meanwhile, and hold nobody up. Returns how many were taken up.
        """
        now, seen = self._context.clock.now(), Progress.read(self._context.storage.states, _OWNER, _TAKEN_UP)
        hour = f"{now:%Y-%m-%dT%H}"
        if seen.word == hour or not seen.move(hour):  # done, or another worker does it
            return 0
        patience = self._context.district.delivery.patience[Lane.REPLY]
        young = (row for row in inbox_rows(self._context.storage.queues) if now - row.received_at < patience)
        again = [InboxSettled(id=row.id, token=None, state=InboxState.NEW, error=row.error) for row in young]
        outcomes = self._runner.apply([ChangeSet(inbox_settled=each) for each in again])
        return sum(outcome is Outcome.COMMITTED for outcome in outcomes)

    def _act(self, row: InboxRow, stored: Mapping[str, NewKey]) -> Act:
        def process(draft: UnitOfWork) -> None:
            body = self._context.sealer.open(row.scope, row.body, row_binding("inbox", row.id), stored)
            draft.permit(self._context.district.root)
            draft.settle_inbox(InboxSettled(id=row.id, token=row.token, messenger=row.source))
            for part in self._messengers[row.source].parse(body):
                if isinstance(part, InboundMessage):
                    self._heard.message(draft, part, row.received_at)
                elif isinstance(part, Echo):
                    self._echoes.echo(draft, part, row.received_at)
                elif isinstance(part, Withdrawal):
                    self._withdrawing.heard(draft, part, row.received_at)
                else:
                    self._heard.report(draft, part)

        return Act(
            actor=system("router"),
            action="dispatch.process",
            permission=Permission.INTAKE,
            body=process,
            reads=((CONVERSATION.name, row.conversation),) if row.conversation else (),
        )

    def _give_back(self, rows: Sequence[InboxRow], error: StorageError) -> None:
        _log.warning("the storage took none of %d inbox rows: %s", len(rows), type(error).__name__)
        for row in rows:
            self._retry(row, error)

    def _retry(self, row: InboxRow, error: Exception) -> None:
        due_at = self._context.clock.now() + delay(row.id, row.attempts)
        self._context.storage.queues.retry_inbox(row.id, row.token, due_at, type(error).__name__)

    def _put_off(self, row: InboxRow, error: Exception) -> None:
        """Try again later; after several tries the event goes to the failure desk, from where it is taken up again.

        Nothing of it is lost, and what came after it in its conversation goes on.
        """
        name = type(error).__name__
        _log.warning("inbox row %s failed (try %d): %s", row.id, row.attempts, name)
        if row.attempts < _ASIDE:
            self._retry(row, error)
            return
        failed = InboxSettled(id=row.id, token=row.token, state=InboxState.FAILED, error=name, messenger=row.source)
        self._runner.apply([ChangeSet(inbox_settled=failed)])
