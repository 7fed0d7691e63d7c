"""Draining the outbox: each row is started durably, sent, and settled together with what its arrival changes."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from itertools import islice

from attrs import evolve

from anninh_core.dispatch.backoff import delay, may_pass
from anninh_core.dispatch.reasons import in_clear
from anninh_core.kernel.errors import (
    AlreadyDone,
    Conflict,
    NeedsPerson,
    NotFound,
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

Ending = Callable[[Draft, str, str], None]
"""What an arrival or a failure changes: called with the draft, the cause's id, and the proof or the reason."""

_LEASE = timedelta(minutes=2)
_TRIES = 8
_PAGE = 200
_ERROR = 500  # characters of a reason that are kept
_log = logging.getLogger(__name__)


class Outgoing:
    """Sends what lies in the outbox.

    Args:
        arrivals: purpose of a row -> what its arrival changes, in the same commit as its settlement.
        failures: purpose of a row -> what changes when it can't be sent for good, in the same commit too.
    """

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        messengers: Mapping[str, Messenger],
        arrivals: Mapping[str, Ending],
        failures: Mapping[str, Ending],
    ) -> None:
        self._desk = desk
        self._conversations = conversations
        self._messengers = messengers
        self._endings = {"delivered": arrivals, "failed": failures}

    def run(self, limit: int = 50) -> int:
        """Send up to `limit` rows and return how many were claimed."""
        now = self._desk.clock.now()
        rows = self._desk.storage.queues.claim_outbox(now, _LEASE, limit, tuple(self._messengers))
        for row in rows:
            self._send(row)
        return len(rows)

    def reconcile(self, limit: int = 50) -> int:
        """Ask the platforms about rows whose outcome is unknown; return how many were cleared up."""
        return sum(self._reconciled(row) for row in islice(self._reconcilable(), limit))

    def _reconcilable(self) -> Iterator[OutboxRow]:
        """Yield unknown rows of messengers that can tell, oldest first; the others wait for a person."""
        after = ""
        while rows := self._desk.storage.queues.outbox(("unknown",), limit=_PAGE, after=after):
            after = rows[-1].id
            yield from (row for row in rows if self._can_tell(row.messenger))

    def _can_tell(self, instance: str) -> bool:
        messenger = self._messengers.get(instance)
        return messenger is not None and messenger.capabilities.can("reconcile")

    def _send(self, row: OutboxRow) -> None:
        try:
            perform = self._prepared(row)
        except (NotFound, SealBroken, ValueError) as error:
            self._settle(row, "failed", error=f"can't be prepared: {in_clear(error)}")
            return
        if not self._desk.storage.queues.start(row.id, row.token, self._desk.clock.now(), _LEASE):
            _log.info("outbox row %s was left to another worker", row.id)
            return
        row = evolve(row, state="started", attempts=row.attempts + 1)
        try:
            receipt = perform()
        except RetryLater as later:
            self._again(row, self._reason(row, later), later.after)
        except (RecipientUnreachable, RequestRejected, Unsupported) as final:
            self._settle(row, "failed", error=f"{type(final).__name__}: {self._reason(row, final)}")
        except NeedsPerson as wanted:
            self._settle(row, "needs_person", error=self._reason(row, wanted))
        except Exception as error:  # noqa: BLE001  bytes may have left: whatever was raised, the outcome is unknown
            self._unknown(row, error)
        else:
            self._settle(row, "delivered", platform_id=receipt.platform_id, proof=receipt.proof)

    def _opened(self, row: OutboxRow) -> Parcel:
        return unpacked(self._desk.sealer.open(row.scope, row.body, row_binding("outbox", row.id)))

    def _prepared(self, row: OutboxRow) -> Callable[[], Receipt]:
        """Return the call that sends, or does in a group what the parcel says; nothing has left before it is made."""
        parcel, messenger = self._opened(row), self._messengers[row.messenger]
        message = self.message(row, parcel)
        if parcel.act == "send":
            return partial(messenger.send, message)
        if parcel.act == "delete":
            act = partial(messenger.delete_message, message.to, parcel.target)
        elif parcel.act == "remove_member":
            act = partial(messenger.remove_member, message.to, self._who(parcel.target).address)
        else:
            act = partial(messenger.lock_posting, message.to, parcel.act == "lock")
        return partial(self._done, parcel.act, act)

    def _done(self, name: str, act: Callable[[], None]) -> Receipt:
        act()
        return Receipt(platform_id="", at=self._desk.clock.now(), proof=f"{name} accepted")

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

    def _again(self, row: OutboxRow, error: str, after: timedelta | None = None) -> None:
        if row.attempts >= _TRIES:
            self._settle(row, "failed", error=f"gave up after {row.attempts} tries: {error}")
            return
        wait = max(after or timedelta(), delay(row.id, row.attempts))
        self._settle(row, "ready", wait=wait, error=error)

    def _unknown(self, row: OutboxRow, error: Exception) -> None:
        _log.warning("outbox row %s: outcome unknown after %s", row.id, type(error).__name__)
        if isinstance(error, UnknownOutcome) and self._reconciled(row):
            return
        self._settle(row, "unknown", error=self._reason(row, error))

    def _reason(self, row: OutboxRow, error: Exception) -> str:
        """Return why sending failed, without what the platform may have repeated of the message."""
        try:
            parcel = self._opened(row)
            known = [parcel.text, parcel.target, self._who(parcel.to).address.id]
            if parcel.act == "remove_member":
                known.append(self._who(parcel.target).address.id)
        except (NotFound, SealBroken):  # purged while it was sent
            return type(error).__name__
        return in_clear(error, known)

    def _reconciled(self, row: OutboxRow) -> bool:
        """Settle an unknown row by what the platform says. False where it can't tell: a person decides."""
        if not self._can_tell(row.messenger):
            return False
        try:
            verdict = self._messengers[row.messenger].reconcile(self.message(row, self._opened(row)))
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, the row stays as unknown as it was
            _log.warning("outbox row %s could not be reconciled: %s", row.id, type(error).__name__)
            return False
        if verdict is Verdict.DELIVERED:
            self._settle(row, "delivered", proof="reconciled")
        elif verdict is Verdict.NOT_DELIVERED:
            self._again(row, "not delivered; sent again")
        return verdict is not Verdict.UNKNOWN

    def _settle(
        self,
        row: OutboxRow,
        state: str,
        *,
        platform_id: str = "",
        proof: str = "",
        error: str = "",
        wait: timedelta | None = None,
    ) -> None:
        now = self._desk.clock.now()
        settled = OutboxSettled(
            id=row.id,
            token=None if row.state == "unknown" else row.token,  # nobody holds a claim on an unknown row
            state=state,
            at=now,
            due_at=None if wait is None else now + wait,
            platform_id=platform_id,
            proof=proof,
            error=error[:_ERROR],
        )
        try:
            self._settle_with_ending(settled, row)
        except (AlreadyDone, Conflict) as other:
            _log.info("outbox row %s was settled elsewhere: %s", row.id, type(other).__name__)

    def _settle_with_ending(self, settled: OutboxSettled, row: OutboxRow) -> None:
        """Settle a row; an ending that changes a record does so in the same commit."""
        ending = self._endings.get(settled.state, {}).get(row.purpose)
        if ending is not None:
            try:
                self._carry_out(ending, settled, row)
            except AlreadyDone:
                raise
            except Exception as error:  # what happened outside happened, whatever the room says to it
                if may_pass(error):
                    raise
                _log.warning("outbox row %s: its ending was not noted: %s", row.id, type(error).__name__)
                settled = evolve(
                    settled, error=f"{settled.error} not noted in {row.cause}: {in_clear(error)}".strip()[:_ERROR]
                )
            else:
                return
        self._desk.storage.commit([ChangeSet(outbox_settled=settled)])

    def _carry_out(self, ending: Ending, settled: OutboxSettled, row: OutboxRow) -> None:
        def end(draft: Draft) -> None:
            draft.permit(self._desk.district.root)
            draft.settle_outbox(settled)
            ending(draft, _id_of(row.cause), settled.proof or settled.platform_id or settled.error)

        action = "dispatch.arrived" if settled.state == "delivered" else "dispatch.failed"
        self._desk.carry_out(system("delivery"), action, Permission.INTAKE, end)

    def arrived(self, draft: Draft, purpose: str, cause: str, proof: str) -> None:
        """Write an arrival down in the room it belongs to, if any cares."""
        arrival = self._endings["delivered"].get(purpose)
        if arrival is not None:
            arrival(draft, _id_of(cause), proof)


def _id_of(cause: str) -> str:
    return cause.partition(":")[2]
