"""Fetching what came with a message: soon, at least once, and beside whatever is sent, which it never holds up."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from attrs import evolve

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
from anninh_core.messaging.outbound.opening import open_parcel
from anninh_core.messaging.outbound.outcomes import DeliveryOutcome, OutcomeRecorder
from anninh_core.messaging.outbound.sender import LEASE, Claim
from anninh_core.messaging.redaction import redact_error
from anninh_core.messaging.rows import outbox_rows
from anninh_core.ports.changes import OutboxSettled
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.platform import Fetches
from anninh_core.ports.queues import OutboxRow, OutboxState
from anninh_core.rooms.conversations.files import files_of
from anninh_core.rooms.conversations.model import MESSAGE, Message
from anninh_core.rooms.conversations.service import Conversations
from anninh_core.rooms.retention.kind import PURGE_ORDER
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.parcel import OutboxAction
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork

FILES = frozenset({"image", "video", "audio", "file"})
"""Kinds of attachments that are fetched; a sticker, a link or a place says all by itself."""

_BY = system("delivery")
_FINAL = (RecipientUnreachable, RequestRejected, Unsupported)
_PAGE = 200  # failed rows that are looked at together
_log = logging.getLogger(__name__)


def order_files(draft: UnitOfWork, said: Message) -> None:
    """Have the files of a message fetched that lie on its platform, in the commit that writes the message down."""
    for number, attachment in enumerate(said.attachments):
        if attachment.kind in FILES and attachment.url and not attachment.blob:
            draft.act(
                said.conversation,
                OutboxAction.FETCH,
                f"{said.id}:{number}",
                purpose="attachment.fetch",
                cause=f"message:{said.id}",
                scope=MESSAGE.scope(said),
                lane=Lane.MEDIA,
            )


class Fetching:
    """Fetches what lies in the outbox to be fetched.

    Nothing is changed on the platform by it, so that no outcome is unknown: whatever went wrong is tried again.

    Args:
        outcomes: tries a row again, or gives it to the failure desk.
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
        self._looked = ""
        self._messengers = {name: one for name, one in messengers.items() if isinstance(one, Fetches) and one.fetches}

    @property
    def instances(self) -> tuple[str, ...]:
        """The messenger instances from which something may have to be fetched."""
        return tuple(self._messengers)

    def run(self, limit: int = 1) -> int:
        """Claim and fetch up to `limit` attachments; return how many were claimed."""
        rows = self.claim(limit).rows
        for row in rows:
            self.fetch(row)
        return len(rows)

    def claim(self, limit: int) -> Claim:
        """Claim up to `limit` rows that ask for an attachment."""
        if not self._messengers:
            return Claim()
        now = self._context.clock.now()
        return Claim(tuple(self._context.storage.queues.claim_outbox(now, LEASE, limit, self.instances, (Lane.MEDIA,))))

    def take_up(self) -> int:
        """Try again what a worker that died was fetching, or was putting off; return how many rows that were."""
        lost = [
            row
            for row in outbox_rows(self._context.storage.queues, (OutboxState.UNKNOWN,), lane=Lane.MEDIA)
            if self._ours(row)
        ]
        for row in lost:
            self._outcomes.retry(row, "a worker ended while it fetched")
        return len(lost) + sum(self._outcomes.restore(row) for row in self._failed_page() if self._is_over(row))

    def _failed_page(self) -> Sequence[OutboxRow]:
        """Return some of the rows that failed, each time the next ones: there may be many, and few were cut off."""
        page = self._context.storage.queues.outbox(
            (OutboxState.FAILED,), limit=_PAGE, after=self._looked, lane=Lane.MEDIA
        )
        self._looked = page[-1].id if len(page) == _PAGE else ""
        return page

    def _ours(self, row: OutboxRow) -> bool:
        return row.messenger in self._messengers

    def _is_over(self, row: OutboxRow) -> bool:
        """Tell whether whoever settled a row of ours has had the time to put it off."""
        ended = row.settled_at
        return self._ours(row) and ended is not None and self._context.clock.now() - ended > LEASE

    def fetch(self, row: OutboxRow) -> None:
        """Fetch what a claimed row asks for; whatever comes of it is settled."""
        if not self._context.storage.queues.start(row.id, row.token, self._context.clock.now(), LEASE):
            _log.info("outbox row %s was left to another worker", row.id)
            return
        row = evolve(row, state=OutboxState.STARTED, attempts=row.attempts + 1)
        try:
            self._had(row)
        except (AlreadyDone, LeaseLost) as other:
            _log.info("outbox row %s was settled elsewhere: %s", row.id, type(other).__name__)
        except Exception as error:  # noqa: BLE001  nothing was changed outside: whatever was raised, it is tried again
            self._failed(row, error)

    def _had(self, row: OutboxRow) -> None:
        """Fetch an attachment and settle its row, together with what became of it; raises what came in between."""
        wanted = self._wanted(row)
        attachment = self._attachment(wanted)
        if attachment.blob or attachment.lost:  # a worker that was overtaken has done it
            self._outcomes.record(row, DeliveryOutcome(state=OutboxState.DELIVERED, proof="had before"))
            return
        try:
            data = self._messengers[row.messenger].fetch(attachment)
        except _FINAL as final:
            reason = _lost(final)
            self._settle(row, reason, lambda draft: self._conversations.lose_attachment(draft, *wanted, reason))
        except DeliveryError as error:
            self._outcomes.retry(row, redact_error(error, (attachment.url, attachment.name)), _after(error))
        else:
            blob = files_of(self._runner, row.conversation).put(data)
            self._settle(row, "fetched", lambda draft: self._conversations.keep_attachment(draft, *wanted, blob))

    def _wanted(self, row: OutboxRow) -> tuple[str, int]:
        """Return the message and the number of the attachment that a row asks for."""
        parcel = open_parcel(self._context, row)
        if parcel.act is not OutboxAction.FETCH:
            raise BadInput(f"outbox row {row.id} asks for '{parcel.act}' in the lane of what is fetched; give it up")
        message_id, _, number = parcel.target.rpartition(":")
        return message_id, int(number)

    def _attachment(self, wanted: tuple[str, int]) -> Attachment:
        message_id, number = wanted
        record = self._context.storage.records.get(MESSAGE.name, message_id)
        if record is None:
            raise NotFound(f"there is no message {message_id}")
        return self._context.opened(MESSAGE, record).attachments[number]

    def _settle(self, row: OutboxRow, proof: str, note: Callable[[UnitOfWork], object]) -> None:
        """Settle a row in the same commit in which a message notes what became of its attachment."""
        at = self._context.clock.now()
        settled = OutboxSettled(
            id=row.id,
            token=row.token,
            state=OutboxState.DELIVERED,
            at=at,
            proof=proof,
            messenger=row.messenger,
            lane=row.lane,
        )

        def end(draft: UnitOfWork) -> None:
            draft.permit(self._context.district.root)
            draft.settle_outbox(settled)
            note(draft)

        self._runner.run_command(_BY, "dispatch.fetched", Permission.INTAKE, end)

    def _failed(self, row: OutboxRow, error: Exception) -> None:
        if isinstance(error, DecryptionError) and self._is_purged(row.scope):
            self._outcomes.record(row, DeliveryOutcome(state=OutboxState.DELIVERED, proof="purged before"))
            return
        _log.warning("outbox row %s: fetching failed by %s", row.id, type(error).__name__)
        self._outcomes.retry(row, redact_error(error))

    def _is_purged(self, scope: str) -> bool:
        """Tell whether a scope was purged; it has a key again where its conversation has gone on since."""
        order = self._context.storage.records.get(PURGE_ORDER.name, scope)
        return self._context.storage.keyring.get(scope) is None or (order is not None and bool(order.columns["done"]))


def _lost(error: DeliveryError | Unsupported) -> str:
    """Return what a message notes of an attachment that can't be had."""
    if isinstance(error, MediaTooLarge):
        return "too_large"
    return "expired" if isinstance(error, RecipientUnreachable) else "refused"


def _after(error: DeliveryError) -> timedelta | None:
    return error.after if isinstance(error, RetryLater) else None
