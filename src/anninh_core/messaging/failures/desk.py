"""The failure desk: the list of all events that couldn't be processed and messages that couldn't be delivered, with
officers' decisions on them.
"""

import re
from collections.abc import Callable
from itertools import islice

from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.messaging.failures.listing import (
    RETRYING,
    DeliveryFailure,
    FailureFilter,
    StalledFailures,
    compute_backlog_stats,
    fill_group_chat,
    find_stalled_failures,
    list_failures,
    row_for_handlers,
)
from anninh_core.messaging.failures.postings import PostingTask, list_postings
from anninh_core.messaging.failures.visibility import (
    check_cause_visible,
    iter_visible,
    require_visible,
)
from anninh_core.ports.storages.changes import InboxSettled, OutboxSettled
from anninh_core.ports.storages.queues import CLOSED, FOR_PEOPLE, InboxRow, InboxState, OutboxRow, OutboxState
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.arguments import Cursor, Id, Limit, MessengerName, OneLine, Reason
from anninh_core.usecase.marks import Service, command, query, workflow
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.resident_names import build_recipient_name, is_recipient
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission

_LINK = re.compile(r"https?://\S+")
_DIRECTIONS = ("", "in", "out")


class FailureDesk(Service):
    """Lists failed events and messages, and records officers' decisions about them.

    Args:
        arrived: called with the purpose, cause and proof of a message once its arrival is confirmed.
        posted: marks the task of a row as done on its task sheet: takes the row, the officer who posted, and the link
            to the post or "". It may be called again.
    """

    action_prefix = "delivery"

    def __init__(
        self,
        runner: UseCaseRunner,
        arrived: Callable[[UnitOfWork, str, str, str], None],
        posted: Callable[[OutboxRow, Actor, str], None],
    ) -> None:
        super().__init__(runner)
        self._on_arrival = arrived
        self._on_posted = posted

    @query(Permission.DELIVERY_READ, traced=True, public=True)
    def troubles(
        self,
        session: ReadSession,
        *,
        direction: str = "",
        state: str = "",
        messenger: MessengerName = "",
        after: Cursor = "",
        limit: Limit = 100,
    ) -> tuple[DeliveryFailure, ...]:
        """List the events not processed and messages not delivered in the actor's units, oldest first.

        Args:
            direction: only events that came `in`, or messages that were to go `out`.
            state: only `failed`, `unknown` or `needs_person`; `retrying` lists instead the messages that are still
                retried automatically.
            messenger: only of this messenger instance.
            after: id of the last entry of the previous page; a page with fewer than `limit` entries is the last one.
        """
        session.permitted_units()
        if direction not in _DIRECTIONS or state not in ("", *FOR_PEOPLE, RETRYING):
            states = ", ".join((*FOR_PEOPLE, RETRYING))
            raise BadInput(
                "Direction {direction!r} with state {state!r} isn't possible: the direction is in or out, "
                "the state is one of {allowed}, and either may be empty.",
                direction=direction,
                state=state,
                allowed=states,
            )
        criteria = FailureFilter(direction=direction, state=state, messenger=messenger, after=after)
        return tuple(islice(iter_visible(session, list_failures(self.context.storage.queues, criteria)), limit))

    @query(Permission.DELIVERY_DECIDE, traced=True, public=True)
    def postings(self, session: ReadSession, *, after: Cursor = "", limit: Limit = 50) -> tuple[PostingTask, ...]:
        """List the messages to be posted by hand in the actor's units, oldest first, with their text and destination.

        Args:
            after: id of the last entry of the previous page; a page with fewer than `limit` entries is the last one.
        """
        return list_postings(session, after, limit)

    @query(Permission.DELIVERY_READ)
    def alarm(self, session: ReadSession) -> StalledFailures | None:
        """Return an alarm if the oldest entry in the actor's part of the list is older than allowed."""
        permitted = session.permitted_units()
        queues = self.context.storage.queues
        is_unrestricted = permitted is None
        backlog = (
            queues.standing()
            if is_unrestricted
            else compute_backlog_stats(iter_visible(session, list_failures(queues, FailureFilter())))
        )
        return find_stalled_failures(backlog, session.at, self.context.district.delivery.alarm_after)

    @query(Permission.DELIVERY_DECIDE, traced=True)
    def waiting(self, session: ReadSession, row_id: str) -> OutboxRow:
        """Return a row that waits for a person's decision."""
        return row_for_handlers(self._get_waiting_row(session, row_id), self.context.names.pseudonym)

    @query(Permission.DELIVERY_READ, traced=True)
    def ledger(self, session: ReadSession, cause: str) -> tuple[OutboxRow, ...]:
        """Return every send of a case, an item or a report (`kind:id`), oldest first.

        Raises:
            Refused: the actor has no access to the case, item or report, because of its unit or a conflict of interest.
        """
        check_cause_visible(session, cause)
        rows = self.context.storage.queues.outbox(cause=cause, limit=10_000)
        return tuple(row_for_handlers(fill_group_chat(self.context, row), self.context.names.pseudonym) for row in rows)

    @command(Permission.DELIVERY_DECIDE, public=True, daily=True)
    def rerun(self, uow: UnitOfWork, row_id: Id) -> None:
        """Process a failed event again, as if it had just arrived.

        Raises:
            NotFound: no event of this id has failed.
        """
        self._settle_event(uow, row_id, InboxState.NEW, "rerun")

    @command(Permission.DELIVERY_DECIDE, public=True, daily=True)
    def resend(self, uow: UnitOfWork, row_id: Id) -> None:
        """Send a message again that is known or decided not to have arrived.

        Raises:
            WrongStep: a later row already took the broadcast to this conversation: no conversation gets it twice.
        """
        row = self._settle_row(uow, row_id, OutboxState.READY, "resent")
        if row.lane is Lane.BROADCAST and (newer_row := self._find_later_row(row)):
            raise WrongStep(
                "Outbox row {row} was already sent again as {newer_row}, which is {state}: give {row} up "
                "with {act:failures.give_up}.",
                row=row.id,
                newer_row=newer_row.id,
                state=newer_row.state,
            )

    @command(Permission.DELIVERY_DECIDE, public=True, irreversible=True)
    def give_up(self, uow: UnitOfWork, row_id: Id, reason: Reason) -> None:
        """Decide that a message is no longer sent, or an event no longer processed.

        Raises:
            BadInput: no reason, or the row isn't waiting for a decision.
        """
        if not reason.strip():
            raise BadInput("The reason is missing: write why nothing more will be done.")
        if self._find_failed_event(row_id) is not None:
            self._settle_event(uow, row_id, InboxState.DONE, "given_up")
            subject = f"inbox:{row_id}"
        else:
            self._settle_row(uow, row_id, OutboxState.CANCELLED, "given_up")
            subject = f"outbox:{row_id}"
        uow.decide(subject, rule="delivery", reason="given_up", text=nfc(reason))

    @command(Permission.DELIVERY_DECIDE, public=True)
    def confirm(self, uow: UnitOfWork, row_id: Id, proof: OneLine) -> None:
        """Confirm that a message arrived or was posted by hand, with the proof.

        A link is stored unencrypted in the ledger and on the task sheet of assisted posting, where it closes the task.
        Any other text may name a person, so it is stored encrypted, as a decision.

        Raises:
            NotFound: there is no such row.
            BadInput: no proof, or the row isn't waiting for a decision.
            RetryLater: the sheet can't be written; nothing was confirmed.
        """
        if not proof.strip():
            raise BadInput(
                "The proof is missing: write how you know, for example a link, the name of a screenshot, or "
                "a phone call."
            )
        link = proof if _LINK.fullmatch(proof) else ""
        recorded_proof = proof if link or proof == posting_proof(uow.actor) else f"by word of {uow.actor.id}"
        # The task sheet is written first: if the process crashes in between, the row still waits and is confirmed
        # again.
        self._on_posted(self._get_waiting_row(uow, row_id), uow.actor, link)
        row = self._settle_row(uow, row_id, OutboxState.DELIVERED, "confirmed", recorded_proof)
        if recorded_proof != proof:
            uow.decide(f"outbox:{row.id}", rule="delivery", reason="confirmed", text=nfc(proof))
        # The confirmed arrival has the same effect as an arrival that the platform reported.
        with uow.acting_as(system("delivery")):
            self._on_arrival(uow, row.purpose, row.cause, proof)

    @workflow(Permission.DELIVERY_DECIDE, public=True, daily=True)
    def confirm_posted(self, actor: Actor, row_id: Id, link: OneLine = "") -> None:
        """Confirm a post made by hand: the link is the proof, or without a link the officer's id. See `confirm`.

        Raises:
            RetryLater: the sheet can't be written; nothing was confirmed.
            BadInput: the link is blank, or the row isn't waiting for a decision.
        """
        self.confirm(actor, row_id, link or posting_proof(actor))

    def _find_failed_event(self, row_id: str) -> InboxRow | None:
        """Return the failed event with this id, or None. Events can only be listed, so the list starts just before the
        id.
        """
        rows = self.context.storage.queues.inbox((InboxState.FAILED,), limit=100, after=row_id[:-1])
        return next((row for row in rows if row.id == row_id), None)

    def _settle_event(self, uow: UnitOfWork, row_id: str, state: InboxState, event: str) -> None:
        row = require_visible(uow, row_id, self._find_failed_event(row_id))
        # A dismissed event keeps its conversation: retention uses it to date a sender without any other record.
        uow.settle_inbox(InboxSettled(id=row.id, token=None, state=state, conversation=row.conversation))
        uow.add_event(f"delivery.{event}")
        uow.facts["inbox"] = row.id

    def _get_waiting_row(self, session: ReadSession, row_id: str) -> OutboxRow:
        row = require_visible(session, row_id, self.context.storage.queues.outbox_row(row_id))
        if row.state not in FOR_PEOPLE:
            raise BadInput(
                "Outbox row {row} is {state}, but only these states wait for a person: {allowed}. "
                "{act:failures.troubles} lists such rows.",
                row=row_id,
                state=row.state,
                allowed=tuple(FOR_PEOPLE),
            )
        return row

    def _find_later_row(self, row: OutboxRow) -> OutboxRow | None:
        """Return a later row with the same content for the same conversation that was neither given up nor failed, or
        None.
        """
        rows = self.context.storage.queues.outbox(cause=row.cause, after=row.id, limit=10_000)
        same = (
            candidate
            for candidate in rows
            if candidate.purpose == row.purpose and is_recipient(self.context.names, row.conversation, candidate)
        )
        return next(
            (candidate for candidate in same if candidate.state not in (OutboxState.FAILED, OutboxState.CANCELLED)),
            None,
        )

    def _settle_row(self, uow: UnitOfWork, row_id: str, state: OutboxState, event: str, proof: str = "") -> OutboxRow:
        row = self._get_waiting_row(uow, row_id)
        due_at = uow.at if state is OutboxState.READY else None
        uow.settle_outbox(
            OutboxSettled(
                id=row.id,
                token=None,
                seen=row.token,
                state=state,
                at=uow.at,
                due_at=due_at,
                proof=proof,
                messenger=row.messenger,
                lane=row.lane,
                conversation=build_recipient_name(self.context.names, row.conversation, row) if state in CLOSED else "",
            )
        )
        uow.add_event(f"delivery.{event}")
        uow.facts["outbox"] = row.id
        return row


def posting_proof(officer: Actor) -> str:
    """Return the proof of a post that an officer made by hand and confirmed without a link."""
    return f"posted by {officer.id}"
