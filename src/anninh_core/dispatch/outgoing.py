"""Draining the outbox: each row is started durably, sent, and settled together with what its arrival changes."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from anninh_core.dispatch.backoff import delay
from anninh_core.kernel.errors import (
    AlreadyDone,
    AnninhError,
    Conflict,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    SealBroken,
    UnknownOutcome,
    Unsupported,
)
from anninh_core.ports.changes import ChangeSet, OutboxSettled
from anninh_core.ports.messenger import Messenger, Verdict
from anninh_core.ports.queues import OutboxRow
from anninh_core.rooms.conversations.model import Conversation
from anninh_core.rooms.conversations.service import Conversations
from anninh_core.vocabulary.messages import OutgoingMessage, Place, Receipt
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft
from anninh_core.work.parcel import Parcel, unpacked
from anninh_core.work.sealing import row_binding

Arrival = Callable[[Draft, str, str], None]
"""What an arrival changes: called with the draft, the cause's id and the proof."""

_LEASE = timedelta(minutes=2)
_TRIES = 8
_log = logging.getLogger(__name__)


class Outgoing:
    """Sends what lies in the outbox.

    Args:
        arrivals: purpose of a row -> what its arrival changes, in the same commit as its settlement.
    """

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        messengers: Mapping[str, Messenger],
        arrivals: Mapping[str, Arrival],
    ) -> None:
        self._desk = desk
        self._conversations = conversations
        self._messengers = messengers
        self._arrivals = arrivals

    def run(self, limit: int = 50) -> int:
        """Send up to `limit` rows and return how many were claimed."""
        now = self._desk.clock.now()
        rows = self._desk.storage.queues.claim_outbox(now, _LEASE, limit, tuple(self._messengers))
        for row in rows:
            self._send(row)
        return len(rows)

    def reconcile(self, limit: int = 50) -> int:
        """Ask the platforms about rows whose outcome is unknown; return how many were cleared up."""
        unknown = self._desk.storage.queues.outbox(("unknown",), limit=limit)
        return sum(self._reconciled(row) for row in unknown)

    def _send(self, row: OutboxRow) -> None:
        try:
            parcel = self._opened(row)
            message = self.message(row, parcel)
        except (AnninhError, UnicodeError, ValueError) as error:
            self._settle(row, "failed", error=f"can't be prepared: {error}")
            return
        if not self._desk.storage.queues.start(row.id, row.token, self._desk.clock.now()):
            _log.info("outbox row %s was left to another worker", row.id)
            return
        try:
            receipt = self._perform(self._messengers[row.messenger], parcel, message)
        except RetryLater as later:
            self._again(row, later.after, str(later))
        except (RecipientUnreachable, RequestRejected, Unsupported) as final:
            self._settle(row, "failed", error=f"{type(final).__name__}: {final}")
        except NeedsPerson as wanted:
            self._settle(row, "needs_person", error=str(wanted))
        except Exception as error:  # noqa: BLE001  bytes may have left: whatever was raised, the outcome is unknown
            self._unknown(row, error)
        else:
            self._settle(row, "delivered", platform_id=receipt.platform_id, proof=receipt.proof)

    def _opened(self, row: OutboxRow) -> Parcel:
        return unpacked(self._desk.sealer.open(row.scope, row.body, row_binding("outbox", row.id)))

    def _perform(self, messenger: Messenger, parcel: Parcel, message: OutgoingMessage) -> Receipt:
        """Send, or do in a group what the parcel says."""
        if parcel.act == "send":
            return messenger.send(message)
        if parcel.act == "delete":
            messenger.delete_message(message.to, parcel.target)
        elif parcel.act == "remove_member":
            messenger.remove_member(message.to, self._who(parcel.target).address)
        else:
            messenger.lock_posting(message.to, parcel.act == "lock")
        return Receipt(platform_id="", at=self._desk.clock.now(), proof=f"{parcel.act} accepted")

    def _who(self, conversation: str) -> Conversation:
        return self._conversations.who(system("router"), conversation)

    def message(self, row: OutboxRow, parcel: Parcel) -> OutgoingMessage:
        """Make the message of a row, its recipient's address from the vault.

        Raises:
            SealBroken: the recipient's identity was purged.
        """
        who = self._who(parcel.to)
        return OutgoingMessage(
            key=row.id,
            to=who.address,
            title=who.name if who.address.place is Place.GROUP else "",
            text=parcel.text,
            purpose=row.purpose,
            attachments=parcel.attachments,
            reply_to=parcel.reply_to,
        )

    def _again(self, row: OutboxRow, after: timedelta | None, error: str) -> None:
        if row.attempts >= _TRIES:
            self._settle(row, "failed", error=f"gave up after {row.attempts} tries: {error}")
            return
        wait = max(after or timedelta(), delay(row.id, row.attempts))
        self._settle(row, "ready", due_at=wait, error=error)

    def _unknown(self, row: OutboxRow, error: Exception) -> None:
        _log.warning("outbox row %s: outcome unknown after %s", row.id, type(error).__name__)
        if isinstance(error, UnknownOutcome) and self._reconciled(row, token=row.token):
            return
        self._settle(row, "unknown", error=f"{type(error).__name__}: {error}")

    def _reconciled(self, row: OutboxRow, token: int | None = None) -> bool:
        """Settle an unknown row by what the platform says. False where it can't tell: a person decides."""
        messenger = self._messengers.get(row.messenger)
        if messenger is None or not messenger.capabilities.can("reconcile"):
            return False
        try:
            verdict = messenger.reconcile(self.message(row, self._opened(row)))
        except (AnninhError, SealBroken) as error:
            _log.warning("outbox row %s could not be reconciled: %s", row.id, type(error).__name__)
            return False
        if verdict is Verdict.DELIVERED:
            self._settle(row, "delivered", proof="reconciled", token=token)
        elif verdict is Verdict.NOT_DELIVERED:
            self._settle(row, "ready", due_at=timedelta(), error="not delivered; sent again", token=token)
        return verdict is not Verdict.UNKNOWN

    def _settle(
        self,
        row: OutboxRow,
        state: str,
        *,
        platform_id: str = "",
        proof: str = "",
        error: str = "",
        due_at: timedelta | None = None,
        token: int | None = -1,
    ) -> None:
        now = self._desk.clock.now()
        settled = OutboxSettled(
            id=row.id,
            token=row.token if token == -1 else token,
            state=state,
            at=now,
            due_at=None if due_at is None else now + due_at,
            platform_id=platform_id,
            proof=proof,
            error=error[:500],
        )
        try:
            self.settle(settled, row.purpose, row.cause)
        except (AlreadyDone, Conflict) as other:
            _log.info("outbox row %s was settled elsewhere: %s", row.id, type(other).__name__)

    def settle(self, settled: OutboxSettled, purpose: str, cause: str) -> None:
        """Settle a row; an arrival that changes a record does so in the same commit.

        Raises:
            LeaseLost: the row belongs to another worker now.
        """
        if settled.state != "delivered" or purpose not in self._arrivals:
            self._desk.storage.commit([ChangeSet(outbox_settled=settled)])
            return

        def arrive(draft: Draft) -> None:
            draft.permit(self._desk.district.root)
            draft.settle_outbox(settled)
            self.arrived(draft, purpose, cause, settled.proof or settled.platform_id)

        self._desk.carry_out(system("delivery"), "dispatch.arrived", Permission.INTAKE, arrive)

    def arrived(self, draft: Draft, purpose: str, cause: str, proof: str) -> None:
        """Write an arrival down in the room it belongs to, if any cares."""
        arrival = self._arrivals.get(purpose)
        if arrival is not None:
            arrival(draft, cause.partition(":")[2], proof)
