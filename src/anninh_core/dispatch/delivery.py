"""The failure desk: one list of everything not processed or not delivered, and what a person decides about it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from attrs import frozen

from anninh_core.kernel.errors import BadInput, NotFound, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.ports.changes import OutboxSettled
from anninh_core.ports.queues import InboxRow, OutboxRow
from anninh_core.rooms.conversations.model import CONVERSATION
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor, system
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft
from anninh_core.work.look import Look
from anninh_core.work.marks import Room, command, query

OPEN = ("failed", "unknown", "needs_person")
Row = TypeVar("Row", InboxRow, OutboxRow)
_PAGE = 200
_LINK = re.compile(r"https?://\S+")


@frozen(kw_only=True)
class Trouble:
    """Something that waits for a person.

    Attributes:
        direction: `in` or `out`.
        since: when it was received or became due.
    """

    id: str
    direction: str
    state: str
    messenger: str
    conversation: str
    purpose: str
    cause: str
    since: datetime
    attempts: int
    reason: str


class Delivery(Room):
    """Looks at and decides about messages that did not go through."""

    room = "delivery"

    def __init__(self, desk: Desk, arrived: Callable[[Draft, str, str, str], None]) -> None:
        super().__init__(desk)
        self._arrived = arrived

    @query(Permission.DELIVERY_READ)
    def troubles(self, look: Look, *, limit: int = 100) -> tuple[Trouble, ...]:
        """List what was not processed or not delivered in the actor's units, oldest first."""
        permitted = look.permitted_units()
        came = (
            Trouble(
                id=row.id,
                direction="in",
                state=row.state,
                messenger=row.source,
                conversation=row.conversation,
                purpose="",
                cause="",
                since=row.received_at,
                attempts=row.attempts,
                reason=row.error,
            )
            for row in islice(self._of(self._failed_rows(), permitted), limit)
        )
        gone = map(_trouble, islice(self._of(self._open_rows(), permitted), limit))
        return tuple(sorted([*came, *gone], key=lambda trouble: trouble.since))[:limit]

    @query(Permission.DELIVERY_DECIDE)
    def waiting(self, look: Look, row_id: str) -> OutboxRow:
        """Return a row that waits for a person's decision."""
        return self._waiting(look, row_id)

    @query(Permission.DELIVERY_READ)
    def ledger(self, look: Look, cause: str) -> tuple[OutboxRow, ...]:
        """Return every send of a case, an item or a report, oldest first."""
        look.permit(self.desk.district.root)
        return tuple(self.desk.storage.queues.outbox(cause=cause, limit=10_000))

    @command(Permission.DELIVERY_DECIDE)
    def resend(self, draft: Draft, row_id: str) -> None:
        """Send again what is known or decided not to have arrived.

        Raises:
            WrongStep: the broadcast went to this conversation by a later row: nobody gets it twice.
        """
        row = self._decided(draft, row_id, "ready", "resent")
        if row.lane == "broadcast" and (later := self._later(row)):
            raise WrongStep(
                f"outbox row {row.id} was sent anew as {later.id}, which is {later.state}: give this one up"
            )

    @command(Permission.DELIVERY_DECIDE)
    def give_up(self, draft: Draft, row_id: str, reason: str) -> None:
        """Decide that a message shall not be sent any more."""
        if not reason.strip():
            raise BadInput("say why it shall not be sent any more")
        row = self._decided(draft, row_id, "cancelled", "given_up")
        draft.decide(f"outbox:{row.id}", rule="delivery", reason="given_up", text=nfc(reason))

    @command(Permission.DELIVERY_DECIDE)
    def confirm(self, draft: Draft, row_id: str, proof: str) -> None:
        """State that a message did arrive, or was posted by hand, and how that is known.

        A link stands in the ledger as it is. Words may name somebody: they are kept sealed, as a decision.
        """
        if not proof.strip():
            raise BadInput("say how it is known: a link, a screenshot's name, a phone call …")
        shown = proof if _LINK.fullmatch(proof) or proof == posted_by(draft.actor) else f"by word of {draft.actor.id}"
        row = self._decided(draft, row_id, "delivered", "confirmed", shown)
        if shown != proof:
            draft.decide(f"outbox:{row.id}", rule="delivery", reason="confirmed", text=nfc(proof))
        with draft.acting(system("delivery")):  # the room's own consequence, as if the platform had told it
            self._arrived(draft, row.purpose, row.cause, proof)

    def _unit(self, conversation: str) -> str:
        """Return the unit that a conversation belongs to, the root where nobody knows it."""
        record = self.desk.storage.records.get(CONVERSATION.name, conversation)
        return record.unit if record else self.desk.district.root

    def _waiting(self, look: Look, row_id: str) -> OutboxRow:
        row = self.desk.storage.queues.outbox_row(row_id)
        look.permit(self._unit(row.conversation) if row else self.desk.district.root)
        if row is None:
            raise NotFound(f"there is no outbox row {row_id!r}; `anninh failures` lists those that wait")
        if row.state not in OPEN:
            raise BadInput(f"outbox row {row_id} is {row.state}; only {', '.join(OPEN)} wait for a person")
        return row

    def _later(self, row: OutboxRow) -> OutboxRow | None:
        """Return a later row that takes the same to the same conversation, None where that was given up or is none."""
        rows = self.desk.storage.queues.outbox(cause=row.cause, after=row.id, limit=10_000)
        same = (one for one in rows if (one.purpose, one.conversation) == (row.purpose, row.conversation))
        return next((one for one in same if one.state not in ("failed", "cancelled")), None)

    def _decided(self, draft: Draft, row_id: str, state: str, event: str, proof: str = "") -> OutboxRow:
        row = self._waiting(draft, row_id)
        due = draft.at if state == "ready" else None
        draft.settle_outbox(OutboxSettled(id=row.id, token=None, state=state, at=draft.at, due_at=due, proof=proof))
        draft.event(f"delivery.{event}")
        draft.facts["outbox"] = row.id
        return row

    def _of(self, rows: Iterable[Row], permitted: Sequence[str] | None) -> Iterator[Row]:
        return (row for row in rows if permitted is None or self._unit(row.conversation) in permitted)

    def _failed_rows(self) -> Iterator[InboxRow]:
        after = ""
        while rows := self.desk.storage.queues.inbox(("failed",), limit=_PAGE, after=after):
            after = rows[-1].id
            yield from rows

    def _open_rows(self) -> Iterator[OutboxRow]:
        after = ""
        while rows := self.desk.storage.queues.outbox(OPEN, limit=_PAGE, after=after):
            after = rows[-1].id
            yield from rows


def posted_by(officer: Actor) -> str:
    """Return the proof of a post that an officer made by hand and that no link leads to."""
    return f"posted by {officer.id}"


def _trouble(row: OutboxRow) -> Trouble:
    return Trouble(
        id=row.id,
        direction="out",
        state=row.state,
        messenger=row.messenger,
        conversation=row.conversation,
        purpose=row.purpose,
        cause=row.cause,
        since=row.due_at,
        attempts=row.attempts,
        reason=row.error,
    )
