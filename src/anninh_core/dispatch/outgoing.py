"""Draining the outbox: rows are claimed, held back or let go, started durably, sent, and settled by what came of it."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import assert_never

from attrs import evolve, frozen

from anninh_core.dispatch.gate import Gate
from anninh_core.dispatch.ladder import Rung, in_words, is_marked, rungs_of, task
from anninh_core.dispatch.reasons import in_clear
from anninh_core.dispatch.recalling import Recalling, opened
from anninh_core.dispatch.router import receipt_told
from anninh_core.dispatch.settling import Settling
from anninh_core.dispatch.troubles import unsent
from anninh_core.kernel.errors import (
    BadInput,
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
from anninh_core.ports.platform import Recalls
from anninh_core.ports.queues import LANES, SENDING, OutboxRow, OutboxState
from anninh_core.rooms.conversations.model import Conversation
from anninh_core.rooms.conversations.service import Conversations
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.district import WINDOW
from anninh_core.vocabulary.messages import OutgoingMessage, Place, Receipt
from anninh_core.work.actor import system
from anninh_core.work.desk import Desk
from anninh_core.work.parcel import OutboxAction, Parcel

LEASE = timedelta(minutes=2)
"""How long a claimed row, and after it was started once more a send, belongs to its worker."""

_LONG = timedelta(seconds=5)  # after which a look at what is unknown asks about no further row
_Tried = tuple[tuple[str, str], ...]
"""Rungs and why they led nowhere."""

_log = logging.getLogger(__name__)


@frozen
class Claim:
    """What came of a claim.

    Attributes:
        rows: those that may leave now, the most urgent lane first.
        held: how many were given back until later.
    """

    rows: tuple[OutboxRow, ...] = ()
    held: int = 0


class Outgoing:
    """Sends what lies in the outbox.

    Args:
        settling: what becomes of a row after it was sent.
        gate: which rows may leave now.
    """

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        messengers: Mapping[str, Messenger],
        settling: Settling,
        gate: Gate,
    ) -> None:
        self._desk = desk
        self._conversations = conversations
        self._messengers = messengers
        self._settling = settling
        self._recalling = Recalling(desk, conversations, settling)
        self._gate = gate
        self._asked = ""

    def run(self, limit: int = 50, stopping: Callable[[], bool] = lambda: False) -> Claim:
        """Claim and send up to `limit` rows: of all messengers that nothing holds back, and of each that is paced.

        Args:
            limit: at most so many.
            stopping: asked before each row; once it says so, the rest is given back at once.
        """
        claim = self.claim(limit)
        for at, row in enumerate(claim.rows):
            if stopping():
                self.give_back(claim.rows[at:])
                break
            self.send(row)
        return claim

    def claim(self, limit: int) -> Claim:
        """Claim rows and give back, without counting a try, those that may not leave now."""
        now = self._desk.clock.now()
        rows = sorted(self._claimed(now, limit), key=lambda row: LANES.index(row.lane))
        later = self._gate.later(rows, now)
        held = [row for row in rows if row.id in later]
        self.give_back(held, later)
        return Claim(tuple(row for row in rows if row.id not in later), len(held))

    def give_back(self, rows: Sequence[OutboxRow], later: Mapping[str, datetime] | None = None) -> None:
        """Give claimed rows back that were never started.

        Args:
            rows: what was claimed.
            later: id -> moment before which it is not to be claimed again; at once where it is missing.
        """
        now, later = self._desk.clock.now(), later or {}
        settled = [
            OutboxSettled(
                id=row.id,
                token=row.token,
                state=OutboxState.READY,
                at=now,
                due_at=later.get(row.id),
                error=row.error,
                deferred_until=row.deferred_until,
            )
            for row in rows
        ]
        if settled:
            self._desk.storage.commit([ChangeSet(outbox_settled=each) for each in settled])

    def _claimed(self, now: datetime, limit: int) -> Iterator[OutboxRow]:
        for most, instances in self._gate.portions(tuple(self._messengers), now, limit):
            yield from self._desk.storage.queues.claim_outbox(now, LEASE, most, instances, SENDING)

    def reconcile(self, limit: int = 50) -> int:
        """Ask the platforms about rows whose outcome is unknown; return how many were cleared up.

        Each look goes on behind the last one, so that rows about which nobody can tell keep no other from being asked
        about. A slow platform is asked for a few seconds only: others wait for the worker.
        """
        began, asked, cleared = self._desk.clock.now(), "", 0
        for count, row in enumerate(islice(self._reconcilable(), limit), 1):
            cleared += self._reconciled(row)
            late = self._desk.clock.now() - began > _LONG
            asked = row.id if late or count == limit else ""
            if late:
                break
        self._asked = asked
        return cleared

    def _reconcilable(self) -> Iterator[OutboxRow]:
        """Yield unknown rows of messengers that can tell, by age; the others wait for a person."""
        lost = unsent(self._desk.storage.queues, (OutboxState.UNKNOWN,), self._asked)
        mine = (row for row in lost if row.lane is not Lane.MEDIA and not is_marked(row))
        return (row for row in mine if self._can_tell(row.messenger))

    def _can_tell(self, instance: str) -> bool:
        messenger = self._messengers.get(instance)
        return messenger is not None and messenger.capabilities.can("reconcile")

    def send(self, row: OutboxRow) -> None:
        """Send a claimed row; whatever comes of it is settled."""
        try:
            rungs = self._prepared(row)
        except (NotFound, SealBroken, ValueError) as error:
            self._settling.settle(row, OutboxState.FAILED, error=f"can't be prepared: {in_clear(error)}")
            return
        if not self._desk.storage.queues.start(row.id, row.token, self._desk.clock.now(), LEASE):
            _log.info("outbox row %s was left to another worker", row.id)
            return
        self._climb(evolve(row, state=OutboxState.STARTED, attempts=row.attempts + 1), rungs)

    def _climb(self, row: OutboxRow, rungs: Sequence[Rung], tried: _Tried = ()) -> None:
        """Try the lowest rung; `tried` are those below it, with the reasons why they don't lead to the recipient."""
        if not rungs:
            self._settling.settle(row, OutboxState.FAILED, error=f"{RecipientUnreachable.__name__}: {in_words(tried)}")
        elif (send := rungs[0].send) is None:
            self._settling.settle(row, OutboxState.NEEDS_PERSON, error=task(tried))
        elif not rungs[0].marked:
            self._performed(row, send, rungs, tried)
        elif marked := self._settling.mark(row, rungs[0].name):
            self._performed(marked, send, rungs, tried)

    def _performed(self, row: OutboxRow, send: Callable[[], Receipt], rungs: Sequence[Rung], tried: _Tried) -> None:
        rung = rungs[0]
        try:
            receipt = send()
        except Exception as error:  # noqa: BLE001  bytes may have left: whatever was raised, the row has to tell
            told = (*tried, (rung.name, self._reason(row, error)))
            if rung.passes(error) and (tried or rungs[1:]):
                self._climb(row, rungs[1:], told)
            else:
                self._failed(row, rung, error, in_words(told))
        else:
            method, proof = (rung.name, rung.name) if rung.marked else ("", receipt.proof)
            self._settling.settle(
                row, OutboxState.DELIVERED, platform_id=receipt.platform_id, proof=proof, method=method
            )

    def _failed(self, row: OutboxRow, rung: Rung, error: Exception, reason: str) -> None:
        match error:
            case RetryLater():
                self._settling.again(row, reason, error.after)
            case RecipientUnreachable() | RequestRejected() | Unsupported():
                self._settling.settle(row, OutboxState.FAILED, error=f"{type(error).__name__}: {reason}")
            case NeedsPerson():
                self._settling.settle(row, OutboxState.NEEDS_PERSON, error=reason)
            case _:
                self._unknown(row, rung, error, reason)

    def _opened(self, row: OutboxRow) -> Parcel:
        return opened(self._desk, row)

    def _prepared(self, row: OutboxRow) -> tuple[Rung, ...]:
        """Return the calls that send, or do in a group what the parcel says; nothing has left before one is made."""
        parcel, messenger = self._opened(row), self._messengers[row.messenger]
        message = self.message(row, parcel)
        match parcel.act:
            case OutboxAction.SEND:
                return rungs_of(self._desk.district.ladder(row.purpose), messenger, message)
            case OutboxAction.DELETE:
                act = partial(messenger.delete_message, message.to, parcel.target)
            case OutboxAction.REMOVE_MEMBER:
                act = partial(messenger.remove_member, message.to, self._who(parcel.target).address)
            case OutboxAction.LOCK:
                act = partial(messenger.lock_posting, message.to, True)
            case OutboxAction.UNLOCK:
                act = partial(messenger.lock_posting, message.to, False)
            case OutboxAction.FETCH:
                raise BadInput(f"outbox row {row.id} is to be fetched, and stands in lane {row.lane!r}; give it up")
            case never:
                assert_never(never)
        return (Rung(WINDOW, partial(self._done, parcel.act, act)),)

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
            facts=self._facts(who, parcel),
        )

    def _facts(self, who: Conversation, parcel: Parcel) -> Mapping[str, str]:
        district = self._desk.district
        root = district.units[district.root]
        unit = district.units.get(who.unit, root)  # a later profile may not know it any more
        return {"receipt": receipt_told(parcel.text), "unit": unit.name, "district": root.name}

    def _unknown(self, row: OutboxRow, rung: Rung, error: Exception, reason: str) -> None:
        _log.warning("outbox row %s: outcome unknown after %s", row.id, type(error).__name__)
        if rung.marked:  # what stands in the conversation are other words than the message's
            self._settling.settle(row, OutboxState.UNKNOWN, error=reason, method=rung.name)
        elif not (isinstance(error, UnknownOutcome) and self._reconciled(row)):
            self._settling.settle(row, OutboxState.UNKNOWN, error=reason)

    def _reason(self, row: OutboxRow, error: Exception) -> str:
        """Return why sending failed, without what the platform may have repeated of the message."""
        try:
            parcel = self._opened(row)
            known = [parcel.text, parcel.target, self._who(parcel.to).address.id]
            if parcel.act is OutboxAction.REMOVE_MEMBER:
                known.append(self._who(parcel.target).address.id)
        except (BadInput, NotFound, SealBroken):  # purged while it was sent
            return type(error).__name__
        return in_clear(error, known)

    def _reconciled(self, row: OutboxRow) -> bool:
        """Settle an unknown row by what the platform says. False where it can't tell: a person decides."""
        if not self._can_tell(row.messenger):
            return False
        try:
            parcel, messenger = self._opened(row), self._messengers[row.messenger]
            message = self.message(row, parcel)
            if isinstance(messenger, Recalls) and parcel.act is OutboxAction.SEND:
                return self._recalling.clear_up(row, message, messenger)
            verdict = messenger.reconcile(message)
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, the row stays as unknown as it was
            _log.warning("outbox row %s could not be reconciled: %s", row.id, type(error).__name__)
            return False
        match verdict:
            case Verdict.DELIVERED:
                self._settling.settle(row, OutboxState.DELIVERED, proof="reconciled")
                return True
            case Verdict.NOT_DELIVERED:
                self._settling.again(row, "not delivered; sent again")
                return True
            case Verdict.UNKNOWN:
                return False
            case never:
                assert_never(never)
