"""Fetching of messages' attachments from the platform: at least once, and independent of sending."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from attrs import evolve

from anninh_core.domain.conversations.files import get_file_storage, read_file, store_file
from anninh_core.domain.conversations.model import MESSAGE, Message, build_conversation_scope, message_scope
from anninh_core.domain.conversations.service import Conversations
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.kernel.errors import (
    AlreadyDone,
    BadInput,
    DecryptionError,
    DeliveryError,
    LeaseLost,
    MediaTooLarge,
    NotFound,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    Unsupported,
)
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.sentences import Sentence
from anninh_core.messaging.outbound.outcomes import DeliveryOutcome, OutcomeRecorder
from anninh_core.messaging.outbound.sender import LEASE, ClaimOutcome
from anninh_core.messaging.redaction import redact_error
from anninh_core.messaging.rows import iter_outbox_rows
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import Fetches
from anninh_core.ports.storages.changes import OutboxSettled
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.usecase.actor import system
from anninh_core.usecase.outbox_message import OutboxAction, build_outbox_scope, open_outbox_message
from anninh_core.usecase.resident_names import build_recipient_name
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.files import Scan
from anninh_core.vocabulary.permissions import Permission

FILE_KINDS = frozenset({"image", "video", "audio", "file"})
"""Kinds of attachments that are fetched; stickers, links and locations have no file."""

_BY = system("delivery")
_FINAL_ERRORS = (RecipientUnreachable, RequestRejected, Unsupported)
_PAGE = 200  # Number of failed rows that are checked together.
_log = logging.getLogger(__name__)


def queue_file_fetches(uow: UnitOfWork, message: Message) -> None:
    """Queue the download of a message's files from its platform, in the commit that records the message."""
    for number, attachment in enumerate(message.attachments):
        if attachment.kind in FILE_KINDS and attachment.url and not attachment.blob:
            uow.queue_action(
                message.conversation,
                OutboxAction.FETCH,
                f"{message.id}:{number}",
                purpose="attachment.fetch",
                cause=f"message:{message.id}",
                scope=_find_scope(uow, message),
                lane=Lane.MEDIA,
            )


def queue_inspection(uow: UnitOfWork, message: Message, number: int) -> None:
    """Queue another inspection of a file that was stored while no scanner was available."""
    uow.queue_action(
        message.conversation,
        OutboxAction.INSPECT,
        f"{message.id}:{number}",
        purpose="attachment.inspect",
        cause=f"message:{message.id}",
        scope=_find_scope(uow, message),
        lane=Lane.MEDIA,
    )


def _find_scope(uow: UnitOfWork, message: Message) -> str:
    """Return the scope under which a row about a message is encrypted: the message's scope, unless that scope names a
    person.
    """
    scope = MESSAGE.scope(message)
    return build_outbox_scope(uow.at) if scope == build_conversation_scope(message.conversation) else scope


class AttachmentFetcher:
    """Fetches the attachments that outbox rows request.

    Fetching changes nothing on the platform, so that no outcome is unknown: after any error it is retried.

    Args:
        outcomes: retries a row, or hands it to the failure desk.
    """

    def __init__(
        self,
        runner: UseCaseRunner,
        conversations: Conversations,
        messengers: Mapping[str, Messenger],
        outcomes: OutcomeRecorder,
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._conversations = conversations
        self._outcomes = outcomes
        self._last_checked_id = ""
        self._messengers = {
            name: messenger
            for name, messenger in messengers.items()
            if isinstance(messenger, Fetches) and messenger.fetches
        }

    @property
    def instances(self) -> tuple[str, ...]:
        """The messenger instances from which attachments can be fetched."""
        return tuple(self._messengers)

    def run(self, limit: int = 1) -> int:
        """Claim and fetch up to `limit` attachments; return how many were claimed."""
        rows = self.claim(limit).rows
        for row in rows:
            self.fetch(row)
        return len(rows)

    def claim(self, limit: int) -> ClaimOutcome:
        """Claim up to `limit` rows that request an attachment."""
        if not self._messengers:
            return ClaimOutcome()
        now = self._context.clock.now()
        return ClaimOutcome(
            tuple(self._context.storage.queues.claim_outbox(now, LEASE, limit, self.instances, (Lane.MEDIA,)))
        )

    def retry_failed(self) -> int:
        """Retry rows that a crashed worker was fetching or deferring; return how many."""
        interrupted = [
            row
            for row in iter_outbox_rows(self._context.storage.queues, (OutboxState.UNKNOWN,), lane=Lane.MEDIA)
            if self._is_fetchable(row)
        ]
        for row in interrupted:
            self._outcomes.retry_row(row, "a worker ended while it fetched")
        return len(interrupted) + sum(
            self._outcomes.restore(row) for row in self._next_failed_page() if self._is_restorable(row)
        )

    def _next_failed_page(self) -> Sequence[OutboxRow]:
        """Return the next page of failed rows, wrapping around: there may be many, and few were interrupted."""
        page = self._context.storage.queues.outbox(
            (OutboxState.FAILED,), limit=_PAGE, after=self._last_checked_id, lane=Lane.MEDIA
        )
        self._last_checked_id = page[-1].id if len(page) == _PAGE else ""
        return page

    def _is_fetchable(self, row: OutboxRow) -> bool:
        return row.messenger in self._messengers

    def _is_restorable(self, row: OutboxRow) -> bool:
        """Return whether a failed row belongs here and was settled too long ago for its worker still to defer it."""
        settled_at = row.settled_at
        return self._is_fetchable(row) and settled_at is not None and self._context.clock.now() - settled_at > LEASE

    def fetch(self, row: OutboxRow) -> None:
        """Fetch the attachment that a claimed row requests, and settle the row whatever the outcome."""
        if not self._context.storage.queues.start(row.id, row.token, self._context.clock.now(), LEASE):
            _log.info("outbox row %s was left to another worker", row.id)
            return
        row = evolve(row, state=OutboxState.STARTED, attempts=row.attempts + 1)
        try:
            self._fetch_and_settle(row)
        except (AlreadyDone, LeaseLost) as other:
            _log.info("outbox row %s was settled elsewhere: %s", row.id, type(other).__name__)
        except Exception as error:  # noqa: BLE001  nothing was changed outside: whatever was raised, it is tried again
            self._handle_error(row, error)

    def _fetch_and_settle(self, row: OutboxRow) -> None:
        """Fetch an attachment and settle its row in one commit with the message.

        Raises:
            Exception: whatever error prevented it; the caller retries.
        """
        act, target = self._parse_target(row)
        message = self._get_message(target[0])
        attachment = message.attachments[target[1]]
        if act is OutboxAction.INSPECT:
            self._inspect_and_settle(row, message, target)
            return
        if attachment.blob or attachment.lost:  # Another worker has already fetched the attachment.
            self._outcomes.record(row, DeliveryOutcome(state=OutboxState.DELIVERED, proof="had before"))
            return
        try:
            data = self._messengers[row.messenger].fetch(attachment)
        except _FINAL_ERRORS as final:
            reason = _explain_loss(final)
            self._settle(row, reason, lambda uow: self._conversations.lose_attachment(uow, *target, reason))
        except DeliveryError as error:
            self._outcomes.retry_row(
                row, redact_error(error, (attachment.url, attachment.name)), _find_retry_delay(error)
            )
        else:
            scope = message_scope(message)
            stored_file = store_file(
                get_file_storage(self._runner, scope), self._context.inspector, data, attachment.kind
            )

            def record_attachment(uow: UnitOfWork) -> None:
                message_with_file = self._conversations.keep_attachment(
                    uow, *target, stored_file[0], scope, file=stored_file[1]
                )
                if stored_file[1].scan is Scan.UNSCANNED and self._has_scanner:
                    queue_inspection(uow, message_with_file, target[1])

            self._settle(row, "fetched", record_attachment)

    @property
    def _has_scanner(self) -> bool:
        return self._context.inspector is not None and self._context.inspector.scans

    def _inspect_and_settle(self, row: OutboxRow, message: Message, target: tuple[str, int]) -> None:
        """Inspect a file again that couldn't be scanned when it was stored."""
        attachment = message.attachments[target[1]]
        if not attachment.blob:
            self._outcomes.record(row, DeliveryOutcome(state=OutboxState.DELIVERED, proof="gone before"))
            return
        scope = message_scope(message)
        original = read_file(self._runner, message, attachment.blob)
        blob, record = store_file(
            get_file_storage(self._runner, scope), self._context.inspector, original, attachment.kind
        )
        if record.scan is Scan.UNSCANNED and self._has_scanner:
            self._outcomes.retry_row(row, Sentence("No scanner could be asked."))
            return
        self._settle(
            row, "inspected", lambda uow: self._conversations.keep_attachment(uow, *target, blob, scope, file=record)
        )

    def _parse_target(self, row: OutboxRow) -> tuple[OutboxAction, tuple[str, int]]:
        """Return the action that an outbox row requests, and the message id and the attachment's number."""
        message = open_outbox_message(self._context, row)
        if message.act not in (OutboxAction.FETCH, OutboxAction.INSPECT):
            raise BadInput(
                "Outbox row {row} asks for {action}, but it is in the lane for fetching files: give it up "
                "with {act:failures.give_up}.",
                row=row.id,
                action=message.act,
            )
        message_id, _, number = message.target.rpartition(":")
        return message.act, (message_id, int(number))

    def _get_message(self, message_id: str) -> Message:
        record = self._context.storage.records.get(MESSAGE.name, message_id)
        if record is None:
            raise NotFound("Message {message} doesn't exist.", kind="message", id=message_id, message=message_id)
        return self._context.open_record(MESSAGE, record)

    def _settle(self, row: OutboxRow, proof: str, note: Callable[[UnitOfWork], object]) -> None:
        """Settle an outbox row in the same commit in which the message records the outcome for its attachment."""
        at = self._context.clock.now()
        settled = OutboxSettled(
            id=row.id,
            token=row.token,
            state=OutboxState.DELIVERED,
            at=at,
            proof=proof,
            messenger=row.messenger,
            lane=row.lane,
            conversation=build_recipient_name(self._context.names, row.conversation, row),
        )

        def settle_row(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            uow.settle_outbox(settled)
            note(uow)

        self._runner.run_command(_BY, "dispatch.fetched", Permission.INTAKE, settle_row)

    def _handle_error(self, row: OutboxRow, error: Exception) -> None:
        if isinstance(error, DecryptionError) and any(map(self._is_purged, self._list_scopes(row))):
            self._outcomes.record(row, DeliveryOutcome(state=OutboxState.DELIVERED, proof="purged before"))
            return
        _log.warning("outbox row %s: fetching failed by %s", row.id, type(error).__name__)
        self._outcomes.retry_row(row, redact_error(error))

    def _list_scopes(self, row: OutboxRow) -> Iterator[str]:
        """Yield the scope under which an outbox row is encrypted, and the scope of its message."""
        yield row.scope
        cause = Ref.parse(row.cause)
        record = self._context.storage.records.get(cause.kind, cause.id) if cause.kind == MESSAGE.name else None
        if record is not None:
            yield record.scope

    def _is_purged(self, scope: str) -> bool:
        """Return whether a scope was purged: it has no data key, or a new data key because its conversation continued
        after the purge.
        """
        purge_order = self._context.storage.records.get(PURGE_ORDER.name, scope)
        return self._context.storage.keyring.get(scope) is None or (
            purge_order is not None and bool(purge_order.columns["done"])
        )


def _explain_loss(error: DeliveryError | Unsupported) -> str:
    """Return why an attachment can't be fetched, as the message records it."""
    if isinstance(error, MediaTooLarge):
        return "too_large"
    return "expired" if isinstance(error, RecipientUnreachable) else "refused"


def _find_retry_delay(error: DeliveryError) -> timedelta | None:
    return error.after if isinstance(error, RetryLater) else None
