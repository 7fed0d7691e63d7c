"""The messages of a case: an officer assigns messages in doubt, splits two matters, and joins a matter reported
twice.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from attrs import evolve, frozen

from anninh_core.domain.conversations.model import MESSAGE, SMALL_TALK, UNASSIGNED, Message
from anninh_core.domain.conversations.views import MessageView
from anninh_core.domain.tips.intake import SHORT_RECEIPT, Addition
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.domain.units.holders import iter_permission_holders
from anninh_core.domain.units.rules import list_conflict_marks
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.usecase.arguments import (
    CaseRef,
    Cursor,
    DismissalReason,
    IncomingCategory,
    Limit,
    MessageId,
    Reason,
    TipId,
    UnitId,
    WithinUnit,
    Words,
)
from anninh_core.usecase.decision import DECISION, Decision
from anninh_core.usecase.indexing.computed_pages import build_time_key, cut_sorted_page
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow

_SEE_MESSAGES = "conversations.history"

_SMALL_TALK = "small_talk"
_DOUBT = "doubt"  # Rule that a decision about a message in doubt names.
_LOCK = "supervisor_lock"
_DECIDERS = 2  # Number of persons who must agree that a locked message needs no action.
_SHOWN_FOR = timedelta(days=30)
_FAR = datetime.max.replace(tzinfo=UTC)
_MAX_AT_ONCE = 200
_SEVERAL = 2


def list_messages(session: ReadSession, tip: Tip) -> list[Message]:
    """Return the messages about a tip from its reporter, oldest first, without messages of the system or an
    operator.
    """
    criteria = {"case": f"tip:{tip.id}"}
    return _sort_messages(
        [message for message in session.iter_all(MESSAGE, "oldest", where=criteria) if message.sender]
    )


def _sort_messages(messages: Sequence[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: (message.received_at, message.id))


def _require_several_messages(tip: Tip, session: ReadSession) -> None:
    if (count := len(list_messages(session, tip))) < _SEVERAL:
        raise BadInput(
            "Tip {receipt} has {count} messages from its reporter: only a tip with several can be split.",
            receipt=tip.receipt,
            count=count,
        )


def _require_unlocked(messages: Sequence[Message]) -> None:
    """Raise `WrongStep` if one of the messages is locked because it accuses officials: no officer may dismiss it
    alone.
    """
    if (locked := next((message for message in messages if message.is_locked), None)) is not None:
        raise WrongStep(
            "Message {message} is locked for its supervisor: dismiss it together with a second person "
            "through {act:conversations.dismiss_locked_message}, or pass it on with "
            "{act:conversations.pass_on_locked_message}.",
            message=locked.id,
        )


def _check_reason(uow: UnitOfWork, reason: str) -> None:
    allowed_reasons = (_SMALL_TALK, *uow.context.district.false_reasons)
    if reason not in allowed_reasons:
        raise BadInput(
            "{reason!r} isn't a reason to dismiss a message: choose one of {allowed}.",
            reason=reason,
            allowed=tuple(allowed_reasons),
            argument="reason",
        )


def _require_note(message: Message, note: str) -> None:
    if not note.strip():
        raise BadInput(
            "The decision about message {message} needs a reason: write it for the record.", message=message.id
        )


def _check_locks(session: ReadSession, message: Message, case: str) -> None:
    """Raise `WrongStep` if a locked message would be added to a case that the accused may read."""
    if message.is_locked and not session.load(TIP, Ref.parse(case).id).is_locked:
        raise WrongStep(
            "Message {message} is locked for its supervisor and can't be added to this case: open a separate "
            "tip for it with {act:conversations.open_tip}.",
            message=message.id,
        )


def _list_deciders(session: ReadSession, message: Message) -> tuple[str, ...]:
    """Return the ids of the officers who may decide about a locked message: those whom it doesn't accuse."""
    barred = {*MESSAGE.excluded(message)}
    context = session.context
    holders = iter_permission_holders(context, Permission.TIP_SUPERVISE, message.unit, session.today)
    return tuple(officer.id for officer in holders if barred.isdisjoint(list_conflict_marks(context.district, officer)))


def _build_newest_first_key(at: datetime, id: str) -> str:
    return build_time_key(datetime.min.replace(tzinfo=UTC) + (_FAR - at), id)


THREAD_STEPS = TIP_STEPS.with_check("threads.split", _require_several_messages)
"""The checks of all steps for a tip, including the check that a tip to split has several messages."""


@view
class DismissedMessageView:
    """A message about which one officer decided that it needs no action.

    Attributes:
        message: the message with its text.
        by: id of the officer.
        at: when the officer decided.
        reason: code from the list of reasons, `dismissed` if the officer only wrote a text.
        note: why, in the officer's words.
    """

    message: MessageView
    by: str
    at: datetime
    reason: str
    note: str


@frozen(kw_only=True)
class DismissedMessage:
    """A message and the decision of one officer that it needs no action.

    Attributes:
        message: the message.
        decision: who decided that, when and why.
    """

    message: Message
    decision: Decision

    @property
    def id(self) -> str:
        """Id of the message."""
        return self.message.id

    @property
    def at(self) -> datetime:
        """When the message was dismissed."""
        return self.decision.at

    @property
    def items(self) -> tuple[Message]:
        """The displayed message, as the journal records it."""
        return (self.message,)

    def for_handlers(self, names: Pseudonyms) -> "DismissedMessage":
        """Return the message as officers see it: with the sender's pseudonym for this conversation."""
        return evolve(self, message=self.message.for_handlers(names))

    def to_view(self) -> DismissedMessageView:
        """Return the view of the message and its decision."""
        decision = self.decision
        return make_view(
            DismissedMessageView, self, by=decision.by, at=decision.at, reason=decision.reason, note=decision.text
        )


class CaseThreads(Workflow):
    """Moves messages between cases. Text, files and search terms are re-encrypted in the same commit."""

    action_prefix = "threads"

    @command(Permission.TIP_HANDLE, Permission.INTAKE, public=True)
    def assign_message(self, uow: UnitOfWork, message_id: MessageId, case: CaseRef) -> Message:
        """Put a message that was in doubt into one of the cases that it may belong to.

        Args:
            message_id: as `conversations.unassigned` lists it.
            case: `kind:id`, one of its candidates.

        Raises:
            WrongStep: it isn't in doubt any more.
            BadInput: the case is none of its candidates.
        """
        message = self._get_unassigned_message(uow, message_id)
        get_permitted_tip(uow, Ref.parse(case).id)
        self._check_candidate(message, case)
        _check_locks(uow, message, case)
        self.services.tips.intake.add(uow, Ref.parse(case).id, Addition(text=message.text))
        uow.add_event("message.assigned")
        return self.services.conversations.link(uow, message.id, case, kind=MessageClass.CONTINUATION)

    @command(Permission.TIP_HANDLE, public=True)
    def dismiss_message(self, uow: UnitOfWork, message_id: MessageId, reason: Reason) -> Message:
        """Note that nothing has to be done about a message that was in doubt.

        Raises:
            WrongStep: it isn't in doubt any more.
            BadInput: no reason.
        """
        message = self._get_unassigned_message(uow, message_id)
        _require_unlocked([message])
        if not reason.strip():
            raise BadInput(
                "Message {message} can't be dismissed without a reason: write for the record why nothing has "
                "to be done.",
                message=message_id,
            )
        uow.decide(f"message:{message.id}", rule=_DOUBT, reason="dismissed", text=nfc(reason))
        return self.services.threads.dismiss(uow, message.id)

    @command(Permission.TIP_HANDLE, Permission.INTAKE, public=True)
    def assign_messages(self, uow: UnitOfWork, messages: Sequence[MessageId], case: CaseRef) -> tuple[Message, ...]:
        """Put several messages that were in doubt into one of the cases that each of them may belong to; all or none.

        Raises:
            WrongStep: one isn't in doubt any more.
            BadInput: no message or more than 200, or the case is no candidate of one of them.
        """
        in_doubt = self._get_unassigned_messages(uow, messages)
        get_permitted_tip(uow, Ref.parse(case).id)
        for message in in_doubt:
            self._check_candidate(message, case)
            _check_locks(uow, message, case)
            self.services.tips.intake.add(uow, Ref.parse(case).id, Addition(text=message.text))
        uow.add_event("message.assigned")
        link = self.services.conversations.link
        return tuple(
            link(uow, unassigned_message.id, case, kind=MessageClass.CONTINUATION) for unassigned_message in in_doubt
        )

    @command(Permission.TIP_HANDLE, public=True)
    def dismiss_messages(
        self, uow: UnitOfWork, messages: Sequence[MessageId], *, reason: DismissalReason, note: Words
    ) -> tuple[Message, ...]:
        """Note that nothing has to be done about several messages that were in doubt; all or none.

        Each keeps its words and gets its own decision. This has no effect on their sender.

        Args:
            messages: as `conversations.unassigned` lists them, at most 200.
            reason: `small_talk`, or a code of the profile's `[handling.false_reasons]`.
            note: why, for the record.

        Raises:
            WrongStep: one isn't in doubt any more.
            BadInput: no message or more than 200, an unknown reason, or no note.
        """
        in_doubt = self._get_unassigned_messages(uow, messages)
        _require_unlocked(in_doubt)
        _check_reason(uow, reason)
        if not note.strip():
            raise BadInput(
                "The {count} messages can't be dismissed without a reason: write for the record why nothing "
                "has to be done.",
                count=len(in_doubt),
            )
        for message in in_doubt:
            uow.decide(f"message:{message.id}", rule=_DOUBT, reason=reason, text=nfc(note))
        return tuple(self.services.threads.dismiss(uow, message.id) for message in in_doubt)

    @command(Permission.TIP_SUPERVISE, public=True)
    def dismiss_locked_message(
        self, uow: UnitOfWork, message_id: MessageId, *, reason: DismissalReason, note: Words
    ) -> Message:
        """Note that nothing has to be done about a locked message; it is dismissed once a second person agrees.

        Both decisions are kept. Where fewer than two persons may decide, it can only be passed on.

        Args:
            message_id: as `conversations.unassigned` lists it.
            reason: `small_talk`, or a code of the profile's `[handling.false_reasons]`; both give the same.
            note: why, for the record.

        Raises:
            WrongStep: it isn't locked or not in doubt, the actor proposed it, or fewer than two persons may decide.
            BadInput: an unknown reason, another one than was proposed, or no note.
        """
        message = self._get_locked_message(uow, message_id)
        _check_reason(uow, reason)
        _require_note(message, note)
        deciders = _list_deciders(uow, message)
        if len(deciders) < _DECIDERS:
            raise WrongStep(
                "Message {message} can be dismissed only if two persons agree, but {count} may decide about "
                "it: pass it on with {act:conversations.pass_on_locked_message}.",
                message=message_id,
                count=len(deciders),
            )
        proposed = message.proposed_dismissal
        if proposed is not None and proposed.by == uow.actor.id:
            raise WrongStep(
                "You proposed to dismiss message {message} yourself: another person must agree.", message=message_id
            )
        if proposed is not None and proposed.reason != reason:
            raise BadInput(
                "The first person proposed to dismiss message {message} as {reason!r}, not as {chosen!r}: "
                "both must give the same reason.",
                message=message_id,
                reason=proposed.reason,
                chosen=reason,
            )
        uow.decide(f"message:{message.id}", rule=_LOCK, reason=reason, text=nfc(note))
        if proposed is None:
            return self.services.threads.propose_dismissal(uow, message.id, reason)
        return self.services.threads.agree_to_dismissal(uow, message.id)

    @command(Permission.TIP_SUPERVISE, public=True)
    def pass_on_locked_message(
        self, uow: UnitOfWork, message_id: MessageId, *, note: Words, unit: UnitId = ""
    ) -> Message:
        """Give a locked message to a unit above in the line of supervision, or to the office outside.

        Args:
            message_id: as `conversations.unassigned` lists it.
            note: why it is passed on, and for the office outside also how, for the record.
            unit: a unit above the one that has the message; "" for the office outside.

        Raises:
            WrongStep: the message isn't locked, or not in doubt.
            BadInput: the unit isn't above the one that has the message, or is accused; or no note.
        """
        message = self._get_locked_message(uow, message_id)
        _require_note(message, note)
        district = uow.context.district
        above = [id for id in district.ancestors(message.unit) if id != message.unit]
        accused = message.lock.units if message.lock is not None else ()
        if unit and (unit not in above or any(district.is_within(unit, id) for id in accused)):
            raise BadInput(
                "Message {message} can't be passed on to {unit!r}: choose a unit above ({units}) that isn't "
                "accused, or leave the unit out for the office outside.",
                message=message_id,
                unit=unit,
                units=tuple(above),
            )
        uow.decide(f"message:{message.id}", rule=_LOCK, reason="passed_on", text=nfc(note), evidence=unit)
        return self.services.threads.pass_on(uow, message.id, unit)

    @query(Permission.TIP_SUPERVISE, traced=True, public=True)
    def dismissed(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[DismissedMessage]:
        """List the messages that officers dismissed alone in the last 30 days, newest first, for supervisors of the
        unit above.

        Args:
            unit: only messages of this unit and the units below it; "" for all.
        """
        session.permitted_units()
        dismissed = self._iter_dismissed(session, frozenset(session.context.district.subtree(unit)) if unit else None)
        return cut_sorted_page(
            [(_build_newest_first_key(entry.at, entry.id), entry) for entry in dismissed], after=after, limit=limit
        )

    @staticmethod
    def _iter_dismissed(session: ReadSession, inside: frozenset[str] | None) -> Iterator[DismissedMessage]:
        permitted = session.permitted_units()
        district = session.context.district
        for decision in session.iter_all(DECISION, "newest", complete=False):
            if decision.at < session.at - _SHOWN_FOR:
                return
            is_above = permitted is None or district.superior(decision.unit) in permitted
            if decision.rule != _DOUBT or not is_above or (inside is not None and decision.unit not in inside):
                continue
            message = session.get_readable(MESSAGE, Ref.parse(decision.subject).id)
            if message is not None and message.kind == SMALL_TALK and not session.is_barred(MESSAGE.excluded(message)):
                yield DismissedMessage(message=message, decision=decision)

    @command(Permission.TIP_HANDLE, Permission.INTAKE, public=True)
    def open_tip(
        self,
        uow: UnitOfWork,
        messages: Sequence[MessageId],
        *,
        category: IncomingCategory = "",
        emergency: bool = False,
    ) -> Tip:
        """Make a tip from messages of one person that were in doubt; its deadlines count from the reception of the
        first message.

        Raises:
            WrongStep: one isn't in doubt any more.
            BadInput: no message, or messages of different people.
        """
        in_doubt = self._get_unassigned_messages(uow, messages)
        tip = self._receive_tip(uow, in_doubt, origin="one_to_one", category=category, emergency=emergency)
        for message in in_doubt:
            self.services.conversations.link(uow, message.id, f"tip:{tip.id}", kind=MessageClass.TIP)
        uow.add_event("message.assigned")
        return tip

    @command(Permission.TIP_HANDLE, Permission.INTAKE, public=True)
    def split(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        messages: Sequence[MessageId],
        reason: Reason,
        *,
        category: IncomingCategory = "",
    ) -> Tip:
        """Create a separate tip from messages about a second matter.

        Its clocks run from the reception of the first of them; its reporter is sent its receipt. The original tip keeps
        its own. Each tip then has the text of its own messages only.

        Args:
            tip_id: the tip.
            messages: ids of messages of it, not all of them.
            reason: why, for the record.
            category: incoming category of the new tip; left out if it is not known yet.

        Raises:
            WrongStep: the tip isn't worked on.
            BadInput: no message, or all of them; or no reason.
            NotVisible: one is none of its messages.
        """
        tip = self._get_tip_for_step(uow, "threads.split", tip_id, reason)
        all_messages = list_messages(uow, tip)
        for id in sorted({*messages} - {message.id for message in all_messages}):
            other = uow.get_readable(MESSAGE, id)
            truth = "there is none" if other is None else f"it belongs to {other.case or 'no case'}"
            raise uow.build_withheld_error(MESSAGE.name, id, truth, _SEE_MESSAGES, unit=tip.unit)
        chosen = [message for message in all_messages if message.id in {*messages}]
        if not chosen or len(chosen) == len(all_messages):
            raise BadInput(
                "Tip {receipt} has {count} messages from its reporter: name some of them, not none or all.",
                receipt=tip.receipt,
                count=len(all_messages),
            )
        new_tip = self._receive_tip(
            uow, chosen, origin=tip.origin, category=category, emergency=False, unit=tip.unit, lock=tip.lock
        )
        for message in chosen:
            self.services.threads.move(uow, message.id, f"tip:{new_tip.id}")
        remaining_texts = [message.text for message in all_messages if message not in chosen]
        self.services.tips.splitting.mark_single(uow, tip.id, [message.id for message in chosen], nfc(reason))
        self.services.tips.splitting.rebuild_words(uow, tip.id, remaining_texts)
        uow.facts |= {"from": tip.id, "messages": len(chosen)}
        uow.add_event("tip.split")
        return new_tip

    @command(Permission.TIP_HANDLE, public=True)
    def join(self, uow: UnitOfWork, tip_id: TipId, *, into: TipId, reason: Reason) -> Tip:
        """Join a tip to another of the same reporter that reports the same matter; return that.

        The earlier reception counts, both receipts lead to it, and it has the notes of both files. In past months it
        counts once: figures that were sent show the difference as restated.

        Args:
            tip_id: the tip that ends as part of the other.
            into: the tip that continues.
            reason: why, for the record.

        Raises:
            WrongStep: one of them isn't worked on, or was settled before.
            BadInput: they have different reporters, or are the same; or no reason.
        """
        tip, target = (self._get_tip_for_step(uow, "threads.join", id, reason) for id in (tip_id, into))
        tip_messages = list_messages(uow, tip)
        target_messages = list_messages(uow, target)
        for message in tip_messages:
            self.services.threads.move(uow, message.id, f"tip:{target.id}")
        self.services.notes.move_notes(uow, f"tip:{tip.id}", f"tip:{target.id}")
        joined = self.services.tips.splitting.join(uow, tip.id, target.id, nfc(reason))
        texts = [message.text for message in _sort_messages([*tip_messages, *target_messages])] or [
            target.text,
            tip.text,
        ]
        self.services.threads.replace_case(uow, tip.conversation, f"tip:{tip.id}", f"tip:{target.id}")
        return self.services.tips.splitting.rebuild_words(uow, joined.id, texts)

    @command(Permission.TIP_HANDLE, public=True)
    def keep_together(self, uow: UnitOfWork, tip_id: TipId, reason: Reason) -> Tip:
        """Note that a tip marked as having a second matter has only one matter.

        Raises:
            WrongStep: nothing is marked.
            BadInput: no reason.
        """
        tip = self._get_tip_for_step(uow, "threads.keep_together", tip_id, reason)
        return self.services.tips.splitting.mark_single(uow, tip.id, tip.second_matters, nfc(reason))

    def _get_locked_message(self, uow: UnitOfWork, message_id: str) -> Message:
        message = self._get_unassigned_message(uow, message_id)
        if not message.is_locked:
            raise WrongStep("Message {message} isn't locked for its supervisor.", message=message_id)
        return message

    @staticmethod
    def _check_candidate(message: Message, case: str) -> None:
        if case not in message.candidates:
            raise BadInput(
                "Message {message} can't belong to {case!r}. Possible cases: {allowed}.",
                message=message.id,
                case=case,
                allowed=message.candidates,
            )

    def _get_unassigned_messages(self, uow: UnitOfWork, messages: Sequence[str]) -> list[Message]:
        """Return the messages in doubt with the given ids, oldest first, without duplicates."""
        ids = tuple(dict.fromkeys(messages))
        uow.permitted_units()
        if not 0 < len(ids) <= _MAX_AT_ONCE:
            raise BadInput(
                "One call can't decide about {count} messages: name 1 to {most} of those that "
                "{act:conversations.unassigned} lists.",
                count=len(ids),
                most=_MAX_AT_ONCE,
            )
        return _sort_messages([self._get_unassigned_message(uow, id) for id in ids])

    def _get_unassigned_message(self, uow: UnitOfWork, message_id: str) -> Message:
        """Return a message that is still in doubt.

        Raises:
            NotVisible: there is no such message, or it may belong to a case from which the actor is excluded.
            WrongStep: it isn't in doubt any more.
        """
        message = uow.get_permitted(MESSAGE, message_id, _SEE_MESSAGES)
        for case in (*message.candidates, *filter(None, (message.case,))):
            if Ref.parse(case).kind == TIP.name and uow.is_excluded(TIP, Ref.parse(case).id):
                truth = f"it may belong to {case}, from which {uow.actor.label} is excluded by a conflict of interest"
                raise uow.build_withheld_error(MESSAGE.name, message_id, truth, _SEE_MESSAGES, unit=message.unit)
        if message.kind != UNASSIGNED or message.case:
            raise WrongStep(
                "Message {message} isn't in doubt any more: its kind is {kind!r}, its case {case}.",
                message=message_id,
                kind=message.kind,
                case=(message.case,) if message.case else (),
            )
        return message

    @staticmethod
    def _get_tip_for_step(uow: UnitOfWork, step: str, tip_id: str, reason: str) -> Tip:
        tip = get_permitted_tip(uow, tip_id)
        THREAD_STEPS.require(step, tip, uow)
        if not reason.strip():
            raise BadInput(
                "The decision about tip {receipt} needs a reason: write it for the record.",
                receipt=tip.receipt,
            )
        return tip

    def _receive_tip(
        self,
        uow: UnitOfWork,
        messages: Sequence[Message],
        *,
        origin: str,
        category: str,
        emergency: bool,
        unit: str = "",
        lock: SupervisorLock | None = None,
    ) -> Tip:
        if not messages:
            raise BadInput("No message is named: name at least one; {act:conversations.history} lists the messages.")
        if len({message.sender for message in messages}) > 1:
            raise BadInput("Messages from different people are different reports: open a tip for each person.")
        return self.services.tips.intake.receive(
            uow,
            "\n".join(message.text for message in messages if message.text),
            unit=unit or messages[0].unit,
            origin=origin,
            conversation=messages[0].sender,
            category=category,
            emergency=emergency,
            receipt_text=SHORT_RECEIPT,
            received_at=messages[0].received_at,
            lock=lock or next((message.lock for message in messages if message.lock is not None), None),
        )
