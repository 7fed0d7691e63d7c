"""The failure desk: one list of everything not processed or not delivered, and what a person decides about it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from anninh_core.kernel.errors import BadInput, NotFound, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.messaging.failures.listing import (
    RETRYING,
    Alarm,
    DeliveryFailure,
    FailureFilter,
    backlog_stats,
    find_alarm,
    list_failures,
)
from anninh_core.ports.changes import InboxSettled, OutboxSettled
from anninh_core.ports.queues import FOR_PEOPLE, InboxRow, InboxState, OutboxRow, OutboxState
from anninh_core.rooms.conversations.model import CONVERSATION
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor, system
from anninh_core.work.marks import Service, command, query, workflow
from anninh_core.work.read_session import ReadSession
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork

_LINK = re.compile(r"https?://\S+")
_DIRECTIONS = ("", "in", "out")


class FailureDesk(Service):
    """Looks at and decides about messages that did not go through.

    Args:
        desk: where it works.
        arrived: what a known arrival changes, by purpose, cause and proof.
        posted: tells the sheet that asks for a row who posted it, and the link to it or "". It may be called again.
    """

    room = "delivery"

    def __init__(
        self,
        runner: UseCaseRunner,
        arrived: Callable[[UnitOfWork, str, str, str], None],
        posted: Callable[[OutboxRow, Actor, str], None],
    ) -> None:
        super().__init__(runner)
        self._arrived = arrived
        self._posted = posted

    @query(Permission.DELIVERY_READ)
    def troubles(
        self,
        look: ReadSession,
        *,
        direction: str = "",
        state: str = "",
        messenger: str = "",
        after: str = "",
        limit: int = 100,
    ) -> tuple[DeliveryFailure, ...]:
        """List what was not processed or not delivered in the actor's units, oldest first.

        Args:
            direction: only what came `in`, or was to go `out`.
            state: only `failed`, `unknown` or `needs_person`; `retrying` lists instead what is still tried by itself.
            messenger: only of this messenger instance.
            after: id of the last entry of the page before; fewer than `limit` on a page mean that it is the last one.
            limit: at most so many.
        """
        permitted = look.permitted_units()
        if direction not in _DIRECTIONS or state not in ("", *FOR_PEOPLE, RETRYING):
            states = ", ".join((*FOR_PEOPLE, RETRYING))
            raise BadInput(f"there is no direction {direction!r} with state {state!r}: in or out, {states}")
        wanted = FailureFilter(direction=direction, state=state, messenger=messenger, after=after)
        return tuple(islice(self._of(list_failures(self.context.storage.queues, wanted), permitted), limit))

    @query(Permission.DELIVERY_READ)
    def alarm(self, look: ReadSession) -> Alarm | None:
        """Return an alarm where the actor's part of the list stands still: its oldest entry is older than allowed."""
        permitted, queues = look.permitted_units(), self.context.storage.queues
        whole = permitted is None
        found = (
            queues.standing() if whole else backlog_stats(self._of(list_failures(queues, FailureFilter()), permitted))
        )
        return find_alarm(found, look.at, self.context.district.delivery.alarm_after)

    @query(Permission.DELIVERY_DECIDE)
    def waiting(self, look: ReadSession, row_id: str) -> OutboxRow:
        """Return a row that waits for a person's decision."""
        return self._waiting(look, row_id)

    @query(Permission.DELIVERY_READ)
    def ledger(self, look: ReadSession, cause: str) -> tuple[OutboxRow, ...]:
        """Return every send of a case, an item or a report, oldest first."""
        look.permit(self.context.district.root)
        return tuple(self.context.storage.queues.outbox(cause=cause, limit=10_000))

    @command(Permission.DELIVERY_DECIDE)
    def rerun(self, draft: UnitOfWork, row_id: str) -> None:
        """Process an event once more, as if it had just come.

        Raises:
            NotFound: no event of this id has failed.
        """
        self._undone(draft, row_id, InboxState.NEW, "rerun")

    @command(Permission.DELIVERY_DECIDE)
    def resend(self, draft: UnitOfWork, row_id: str) -> None:
        """Send again what is known or decided not to have arrived.

        Raises:
            WrongStep: the broadcast went to this conversation by a later row: nobody gets it twice.
        """
        row = self._decided(draft, row_id, OutboxState.READY, "resent")
        if row.lane is Lane.BROADCAST and (later := self._later(row)):
            raise WrongStep(
                f"outbox row {row.id} was sent anew as {later.id}, which is {later.state}: give this one up"
            )

    @command(Permission.DELIVERY_DECIDE)
    def give_up(self, draft: UnitOfWork, row_id: str, reason: str) -> None:
        """Decide that a message shall not be sent, or an event not be processed, any more."""
        if not reason.strip():
            raise BadInput("say why nothing more shall be done about it")
        if self._failed(row_id) is not None:
            self._undone(draft, row_id, InboxState.DONE, "given_up")
            subject = f"inbox:{row_id}"
        else:
            self._decided(draft, row_id, OutboxState.CANCELLED, "given_up")
            subject = f"outbox:{row_id}"
        draft.decide(subject, rule="delivery", reason="given_up", text=nfc(reason))

    @command(Permission.DELIVERY_DECIDE)
    def confirm(self, draft: UnitOfWork, row_id: str, proof: str) -> None:
        """State that a message did arrive, or was posted by hand, and how that is known.

        A link stands in the ledger as it is, and on the sheet of assisted posting, which asks for the post no longer.
        Words may name somebody: they are kept sealed, as a decision.

        Raises:
            NotFound: there is no such row.
            BadInput: no proof, or the row waits for nobody.
            RetryLater: the sheet can't be written; nothing was confirmed.
        """
        if not proof.strip():
            raise BadInput("say how it is known: a link, a screenshot's name, a phone call …")
        link = proof if _LINK.fullmatch(proof) else ""
        shown = proof if link or proof == posted_by(draft.actor) else f"by word of {draft.actor.id}"
        # The sheet first: where the program stops in between, the row still waits and is confirmed again.
        self._posted(self._waiting(draft, row_id), draft.actor, link)
        row = self._decided(draft, row_id, OutboxState.DELIVERED, "confirmed", shown)
        if shown != proof:
            draft.decide(f"outbox:{row.id}", rule="delivery", reason="confirmed", text=nfc(proof))
        with draft.acting(system("delivery")):  # the room's own consequence, as if the platform had told it
            self._arrived(draft, row.purpose, row.cause, proof)

    @workflow(Permission.DELIVERY_DECIDE)
    def confirm_posted(self, actor: Actor, row_id: str, link: str = "") -> None:
        """Confirm a post made by hand: a link is the proof; without one, the officer's word is. See `confirm`."""
        self.confirm(actor, row_id, link or posted_by(actor))

    def _unit(self, conversation: str) -> str:
        """Return the unit that a conversation belongs to, the root where nobody knows it."""
        record = self.context.storage.records.get(CONVERSATION.name, conversation)
        return record.unit if record else self.context.district.root

    def _failed(self, row_id: str) -> InboxRow | None:
        """Return an event that failed; looked for from just before its id, as events are only listed."""
        rows = self.context.storage.queues.inbox((InboxState.FAILED,), limit=100, after=row_id[:-1])
        return next((row for row in rows if row.id == row_id), None)

    def _undone(self, draft: UnitOfWork, row_id: str, state: InboxState, event: str) -> None:
        row = self._failed(row_id)
        draft.permit(self._unit(row.conversation) if row else self.context.district.root)
        if row is None:
            raise NotFound(
                f"no event {row_id!r} has failed; `anninh failures list --direction in` lists those that did"
            )
        draft.settle_inbox(InboxSettled(id=row.id, token=None, state=state))
        draft.event(f"delivery.{event}")
        draft.facts["inbox"] = row.id

    def _waiting(self, look: ReadSession, row_id: str) -> OutboxRow:
        row = self.context.storage.queues.outbox_row(row_id)
        look.permit(self._unit(row.conversation) if row else self.context.district.root)
        if row is None:
            raise NotFound(f"there is no outbox row {row_id!r}; `anninh failures` lists those that wait")
        if row.state not in FOR_PEOPLE:
            raise BadInput(f"outbox row {row_id} is {row.state}; only {', '.join(FOR_PEOPLE)} wait for a person")
        return row

    def _later(self, row: OutboxRow) -> OutboxRow | None:
        """Return a later row that takes the same to the same conversation, None where that was given up or is none."""
        rows = self.context.storage.queues.outbox(cause=row.cause, after=row.id, limit=10_000)
        same = (one for one in rows if (one.purpose, one.conversation) == (row.purpose, row.conversation))
        return next((one for one in same if one.state not in (OutboxState.FAILED, OutboxState.CANCELLED)), None)

    def _decided(self, draft: UnitOfWork, row_id: str, state: OutboxState, event: str, proof: str = "") -> OutboxRow:
        row = self._waiting(draft, row_id)
        due = draft.at if state is OutboxState.READY else None
        draft.settle_outbox(
            OutboxSettled(
                id=row.id,
                token=None,
                seen=row.token,
                state=state,
                at=draft.at,
                due_at=due,
                proof=proof,
                messenger=row.messenger,
                lane=row.lane,
            )
        )
        draft.event(f"delivery.{event}")
        draft.facts["outbox"] = row.id
        return row

    def _of(self, found: Iterable[DeliveryFailure], permitted: Sequence[str] | None) -> Iterator[DeliveryFailure]:
        return (one for one in found if permitted is None or self._unit(one.conversation) in permitted)


def posted_by(officer: Actor) -> str:
    """Return the proof of a post that an officer made by hand and that no link leads to."""
    return f"posted by {officer.id}"
