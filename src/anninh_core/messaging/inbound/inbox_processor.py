"""Processing of the inbox: each event is handled and settled in one commit."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.identity.custody.details import ACTIVE as ACTIVE_CUSTODIANS
from anninh_core.kernel.errors import AlreadyDone, Conflict, StorageError
from anninh_core.messaging.inbound.echo_handler import EchoHandler
from anninh_core.messaging.inbound.message_handler import MessageHandler
from anninh_core.messaging.inbound.reading import AccusingMessage, Event, Unreadable, parse_inbox_body
from anninh_core.messaging.inbound.withdrawal_handler import WithdrawalHandler
from anninh_core.messaging.retries import retry_delay
from anninh_core.messaging.rows import UNREADABLE, iter_inbox_rows
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.changes import ChangeSet, InboxSettled, NewKey, Outcome
from anninh_core.ports.storages.queues import InboxRow, InboxState
from anninh_core.usecase.actor import system
from anninh_core.usecase.batch import BatchItem, run_batch
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.resident_names import build_author_name
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Address, Echo, InboundMessage, Withdrawal
from anninh_core.vocabulary.permissions import Permission

_LEASE = timedelta(minutes=2)
_TRIES_BEFORE_FAILURE = 5
"""Number of tries (about half a minute) after which an event fails, so that later events of its conversation are
processed.
"""

_OWNER = "dispatch"
_RETRIED_HOUR = "taken_up"
_log = logging.getLogger(__name__)


class InboxProcessor:
    """Claims events from the inbox and processes each at least once, with exactly one effect."""

    def __init__(
        self,
        runner: UseCaseRunner,
        messengers: Mapping[str, Messenger],
        message_handler: MessageHandler,
        echo_handler: EchoHandler,
        withdrawal_handler: WithdrawalHandler,
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._messengers = messengers
        self._message_handler = message_handler
        self._echo_handler = echo_handler
        self._withdrawal_handler = withdrawal_handler

    def run(self, limit: int = 50) -> int:
        """Process up to `limit` events in one commit and return how many were claimed."""
        rows = self._context.storage.queues.claim_inbox(self._context.clock.now(), _LEASE, limit)
        if not rows:
            return 0
        try:
            stored = self._context.encryptor.get_wrapped_keys([row.scope for row in rows])
            results = run_batch(self._runner, [self._build_item(row, stored) for row in rows])
        # The error isn't caused by a single event, so that all of them stay in the inbox for a later try.
        except StorageError as error:
            self._retry_all(rows, error)
            return len(rows)
        for row, result in zip(rows, results, strict=True):
            if isinstance(result, AlreadyDone | Conflict):
                _log.info("inbox row %s was left to another worker: %s", row.id, type(result).__name__)
            elif result is not None:
                self._handle_failure(row, result)
        return len(rows)

    def retry_failed(self) -> int:
        """Retry failed events once an hour, within the district's patience for replies; return how many are retried.

        They stay on the list of failures meanwhile, and block nothing.
        """
        now = self._context.clock.now()
        position = StreamPosition.read(self._context.storage.states, _OWNER, _RETRIED_HOUR)
        hour = f"{now:%Y-%m-%dT%H}"
        # The failed events of this hour were already retried, or another worker retries them.
        if position.value == hour or not position.store_next(hour):
            return 0
        patience = self._context.district.delivery.patience[Lane.REPLY]
        recent = (row for row in iter_inbox_rows(self._context.storage.queues) if now - row.received_at < patience)
        settlements = [InboxSettled(id=row.id, token=None, state=InboxState.NEW, error=row.error) for row in recent]
        outcomes = self._runner.apply([ChangeSet(inbox_settled=settlement) for settlement in settlements])
        return sum(outcome is Outcome.COMMITTED for outcome in outcomes)

    def _build_item(self, row: InboxRow, stored: Mapping[str, NewKey]) -> BatchItem:
        event = self._parse_event(row, stored)

        def process_event(uow: UnitOfWork) -> None:
            if isinstance(event, Exception):
                raise event
            uow.permit(self._context.district.root)
            author = build_author_name(self._context.names, row.conversation, row)
            uow.settle_inbox(InboxSettled(id=row.id, token=row.token, messenger=row.source, conversation=author))
            for part in event:
                if isinstance(part, InboundMessage):
                    self._message_handler.handle_message(uow, part, row.received_at)
                elif isinstance(part, AccusingMessage):
                    self._message_handler.handle_accusation(uow, part.message, row.received_at)
                elif isinstance(part, Echo):
                    self._echo_handler.handle(uow, part, row.received_at)
                elif isinstance(part, Withdrawal):
                    self._withdrawal_handler.handle(uow, part, row.received_at)
                else:
                    self._message_handler.handle_report(uow, part)

        return BatchItem(
            actor=system("router"),
            action="dispatch.process",
            permission=Permission.INTAKE,
            body=process_event,
            reads=((CONVERSATION.name, row.conversation),) if row.conversation else (),
            lists=(ACTIVE_CUSTODIANS,),
            finds=tuple(_list_lookups(event)),
        )

    def _parse_event(
        self, row: InboxRow, stored: Mapping[str, NewKey]
    ) -> Sequence[Event | AccusingMessage] | Exception:
        """Return the parsed parts of an event, or the error that prevents reading it, so that the batch continues."""
        try:
            body = self._context.encryptor.decrypt(
                row.scope, row.body, build_row_associated_data("inbox", row.id), stored
            )
            return parse_inbox_body(self._messengers[row.source], body)
        except Exception as error:  # noqa: BLE001  whatever it is, it is the event's own
            return error

    def _retry_all(self, rows: Sequence[InboxRow], error: StorageError) -> None:
        _log.warning("the storage took none of %d inbox rows: %s", len(rows), type(error).__name__)
        for row in rows:
            self._retry_event(row, type(error).__name__)

    def _retry_event(self, row: InboxRow, reason: str) -> None:
        due_at = self._context.clock.now() + retry_delay(row.id, row.attempts)
        self._context.storage.queues.retry_inbox(row.id, row.token, due_at, reason)

    def _handle_failure(self, row: InboxRow, error: Exception) -> None:
        """Retry an event later; after several tries, move it to the failure desk, from where it is retried hourly.

        Nothing is lost, and later events of its conversation are processed.
        """
        name = f"{UNREADABLE}{error.error}" if isinstance(error, Unreadable) else type(error).__name__
        _log.warning("inbox row %s failed (try %d): %s", row.id, row.attempts, name)
        if row.attempts < _TRIES_BEFORE_FAILURE:
            self._retry_event(row, name)
            return
        failed = InboxSettled(id=row.id, token=row.token, state=InboxState.FAILED, error=name, messenger=row.source)
        self._runner.apply([ChangeSet(inbox_settled=failed)])


def _list_lookups(event: Sequence[Event | AccusingMessage] | Exception) -> Iterator[tuple[Kind[Any], str]]:
    """Yield the lookups (kind and key) that find an event's conversations and people."""
    for part in () if isinstance(event, Exception) else event:
        for address in (getattr(part, "conversation", None), getattr(part, "sender", None)):
            if isinstance(address, Address):
                yield CONVERSATION, address.key
