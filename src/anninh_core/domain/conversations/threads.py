"""Assignment of messages to cases: unassigned messages, moves between cases, and questions about them."""

from anninh_core.domain.conversations.cases import Cases, check_case, check_case_permission, may_read_all_cases
from anninh_core.domain.conversations.files import reseal_files
from anninh_core.domain.conversations.model import (
    CONVERSATION,
    MESSAGE,
    PASSED_ON,
    SMALL_TALK,
    UNASSIGNED,
    Conversation,
    Message,
    ProposedDismissal,
)
from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.conversations.talk import AskedQuestion, QuestionKind
from anninh_core.kernel.errors import WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.replacing import evolve
from anninh_core.usecase.arguments import CaseRef, Cursor, Limit, WithinUnit
from anninh_core.usecase.marks import Service, query, step
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MAX_BESIDE = 50


class MessageThreads(Service):
    """Use cases and steps that assign messages to cases."""

    action_prefix = "conversations"

    def __init__(self, runner: UseCaseRunner, cases: Cases) -> None:
        super().__init__(runner)
        self._cases = cases

    @step(Permission.INTAKE)
    def set_aside(
        self, uow: UnitOfWork, message_id: str, candidates: tuple[str, ...], offered: tuple[str, ...] = ()
    ) -> bool:
        """Leave a message unassigned, for its sender to choose a case or an officer to decide.

        Args:
            candidates: cases that it may belong to; () if it may be no report at all.
            offered: candidates that its sender is asked to choose from.

        Returns:
            True if no earlier message of its sender waits for a decision, so that the sender has to be asked or
            informed now.
        """
        uow.permit(self.context.district.root)
        message = uow.load(MESSAGE, message_id)
        conversation = uow.load(CONVERSATION, message.sender)
        uow.add_event("message.unassigned")
        uow.save(MESSAGE, message.in_doubt(candidates))
        uow.save(CONVERSATION, evolve(conversation, talk=conversation.talk.in_doubt(message_id, offered, uow.at)))
        return not (conversation.talk.asked or conversation.talk.unassigned)

    @step(Permission.INTAKE)
    def hold_back(
        self, uow: UnitOfWork, message_id: str, candidates: tuple[str, ...], lock: SupervisorLock | None = None
    ) -> Message:
        """Leave a message over a limit to an officer's decision; its sender isn't asked about it.

        Args:
            candidates: cases that it may belong to, () for none.
            lock: keeps it from the units that it accuses; None for none.
        """
        uow.permit(self.context.district.root)
        message = uow.load(MESSAGE, message_id)
        uow.add_event("message.unassigned")
        held = evolve(message.in_doubt(candidates), held_back=True)
        return uow.save(MESSAGE, held if lock is None else held.locked(lock, self.context.district.root))

    @step(Permission.INTAKE)
    def set_pace(self, uow: UnitOfWork, conversation_id: str, pace: Pace) -> Conversation:
        """Store the pace of a conversation; add an event if a flood begins."""
        uow.permit(self.context.district.root)
        conversation = uow.load(CONVERSATION, conversation_id)
        if pace.told_at != conversation.talk.pace.told_at:
            uow.add_event("talk.flooded")
        return uow.save(CONVERSATION, conversation.paced(pace))

    @step(Permission.TIP_HANDLE)
    def dismiss(self, uow: UnitOfWork, message_id: str) -> Message:
        """Classify a message as small talk after an officer's check."""
        return _dismiss(uow, message_id)

    @step(Permission.TIP_SUPERVISE)
    def propose_dismissal(self, uow: UnitOfWork, message_id: str, reason: str) -> Message:
        """Record the actor's proposal to dismiss a locked message; another officer has to agree."""
        message = uow.load(MESSAGE, message_id)
        uow.permit(message.unit)
        uow.add_event("message.dismissal_proposed")
        proposed = ProposedDismissal(by=uow.actor.id, at=uow.at, reason=reason)
        return uow.save(MESSAGE, evolve(message, proposed_dismissal=proposed))

    @step(Permission.TIP_SUPERVISE)
    def agree_to_dismissal(self, uow: UnitOfWork, message_id: str) -> Message:
        """Classify a locked message as small talk, agreed by two officers. Its lock stays."""
        return _dismiss(uow, message_id)

    @step(Permission.TIP_SUPERVISE)
    def pass_on(self, uow: UnitOfWork, message_id: str, unit: str) -> Message:
        """Pass a locked message to a unit above; with "", to the authority outside the system, which ends our
        responsibility.
        """
        message = uow.load(MESSAGE, message_id)
        uow.permit(message.unit)
        uow.add_event("message.passed_on")
        if message.lock is None:
            raise WrongStep("Message {message} isn't locked for its supervisor.", message=message_id)
        if not unit:
            return uow.save(MESSAGE, evolve(message, kind=PASSED_ON, candidates=(), proposed_dismissal=None))
        lock = evolve(message.lock, supervisor=unit)
        return uow.save(MESSAGE, evolve(message, unit=unit, lock=lock, proposed_dismissal=None))

    @step(Permission.INTAKE)
    def end_choice(self, uow: UnitOfWork, conversation_id: str) -> tuple[Message, ...]:
        """End the question which case is meant; return the messages that still wait for the choice."""
        uow.permit(self.context.district.root)
        conversation = uow.load(CONVERSATION, conversation_id)
        waiting = (uow.get_readable(MESSAGE, id) for id in conversation.talk.unassigned)
        messages = tuple(message for message in waiting if message is not None and message.kind == UNASSIGNED)
        uow.save(CONVERSATION, evolve(conversation, talk=conversation.talk.decided()))
        return messages

    @step(Permission.INTAKE)
    def note_question(
        self, uow: UnitOfWork, conversation_id: str, kind: QuestionKind, case: str, choices: int
    ) -> Conversation:
        """Record a question about a case that was sent, so that a digit answers it."""
        uow.permit(self.context.district.root)
        conversation = uow.load(CONVERSATION, conversation_id)
        question = AskedQuestion(kind=kind, at=uow.at, choices=choices, case=case)
        return uow.save(CONVERSATION, evolve(conversation, talk=conversation.talk.with_question(question)))

    @step(Permission.INTAKE)
    def end_question(self, uow: UnitOfWork, conversation_id: str, kind: QuestionKind) -> Conversation:
        """Record that a question was answered."""
        uow.permit(self.context.district.root)
        conversation = uow.load(CONVERSATION, conversation_id)
        return uow.save(CONVERSATION, evolve(conversation, talk=conversation.talk.without_question(kind)))

    @step(Permission.INTAKE)
    def expect_another_matter(self, uow: UnitOfWork, conversation_id: str) -> Conversation:
        """Let the next message in a conversation be a new matter, whatever the conversation was about."""
        uow.permit(self.context.district.root)
        conversation = uow.load(CONVERSATION, conversation_id)
        return uow.save(CONVERSATION, evolve(conversation, talk=conversation.talk.anew()))

    @step(Permission.TIP_HANDLE)
    def move(self, uow: UnitOfWork, message_id: str, case: str) -> Message:
        """Move a message to another case of the same person, whose scope encrypts its text and files from now on.

        Raises:
            WrongStep: it belongs to no case yet.
        """
        message = uow.load(MESSAGE, message_id)
        if not message.case:
            raise WrongStep(
                "Message {message} belongs to no case yet: assign it to one with {act:conversations.assign_message}.",
                message=message_id,
            )
        check_case_permission(uow, self._cases, message.case)
        unit = check_case_permission(uow, self._cases, case)
        return uow.save(MESSAGE, reseal_files(uow, self.runner, message, message.linked(case, unit, message.kind)))

    @step(Permission.TIP_HANDLE)
    def replace_case(self, uow: UnitOfWork, conversation_id: str, case: str, into: str) -> None:
        """Replace a case, in a talk and its unassigned messages, by the case that it was joined to."""
        unit = check_case_permission(uow, self._cases, into)
        conversation = uow.get_readable(CONVERSATION, conversation_id)
        if conversation is None:
            return  # Nothing is left to replace: the identity was purged, and the talk with it.
        continued = evolve(conversation, talk=conversation.talk.joined(case, into))
        uow.save(CONVERSATION, continued.continued_by(into, unit) if conversation.last_case == case else continued)
        conditions = {"conversation": conversation_id, "kind": UNASSIGNED, "case": ""}
        for message in tuple(uow.iter_all(MESSAGE, "oldest", where=conditions)):
            if case in message.candidates:
                candidates = dict.fromkeys(into if candidate == case else candidate for candidate in message.candidates)
                uow.save(MESSAGE, evolve(message, candidates=tuple(candidates)))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def unassigned(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        held_back: bool = False,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Message]:
        """Return messages that aren't assigned to a case yet, oldest first.

        They count nowhere and start no deadline; the profile sets the hours within which an officer decides (`[talk]
        assign_hours`). A message that may belong to a case that the actor may not read isn't shown.

        Args:
            unit: messages of this unit and all below it; "" for all that the actor may read.
            held_back: only messages over a limit of their sender; `group_by_sender` groups them.
        """
        return session.list_permitted(
            MESSAGE,
            "oldest",
            unit,
            where={"kind": UNASSIGNED, "case": ""},
            shows=lambda message: (
                (message.held_back or not held_back) and may_read_all_cases(session, self._cases, message.candidates)
            ),
            after=after,
            limit=limit,
        )

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def unassigned_beside(self, session: ReadSession, case: CaseRef) -> tuple[Message, ...]:
        """Return messages that may belong to a case (`kind:id`), oldest first, if you may read that case."""
        check_case(session, self._cases, case)
        ref = Ref.parse(case)
        access = self._cases[ref.kind]
        resident = access.kind.resident(session.load(access.kind, ref.id))
        conditions = {"conversation": resident, "kind": UNASSIGNED, "case": ""}
        messages = session.find(MESSAGE, "oldest", where=conditions, limit=_MAX_BESIDE).items if resident else ()
        # Only officers who list unassigned messages learn that another case is of the same person.
        return tuple(
            evolve(message, candidates=(case,))
            for message in messages
            if case in message.candidates and may_read_all_cases(session, self._cases, message.candidates)
        )


def _dismiss(uow: UnitOfWork, message_id: str) -> Message:
    message = uow.load(MESSAGE, message_id)
    uow.permit(message.unit)
    uow.add_event("message.dismissed")
    return uow.save(MESSAGE, evolve(message, kind=SMALL_TALK, candidates=()))
