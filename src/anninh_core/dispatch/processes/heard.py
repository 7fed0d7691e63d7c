"""What is done with a message that arrived: it is written down, and becomes a tip, a question, an answer, a flag."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

from anninh_core.dispatch.fetching import order_files
from anninh_core.dispatch.processes.orders import Orders
from anninh_core.dispatch.router import Known, Route, Turn, route
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.refs import Ref
from anninh_core.plugins import Failure, Plugins
from anninh_core.ports.changes import OutboxSettled
from anninh_core.ports.queues import OutboxState
from anninh_core.rooms.conversations.model import CONVERSATION, MESSAGE, Conversation, Message
from anninh_core.rooms.inquiries.kind import INQUIRY
from anninh_core.rooms.services import Services
from anninh_core.rooms.tips.kind import TIP
from anninh_core.rooms.tips.model import TipState
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import DeliveryNews, DeliveryReport, InboundMessage, Place
from anninh_core.vocabulary.views import PostView
from anninh_core.work.kinds import Kind
from anninh_core.work.parcel import messenger_of
from anninh_core.work.unit_of_work import UnitOfWork

_FRESH = timedelta(minutes=10)
_TAKEN_BACK = "the platform took the message and reported later that it did not arrive"


class Heard:
    """Turns messages into records of the rooms."""

    def __init__(self, rooms: Services, plugins: Plugins, fetching: Collection[str] = ()) -> None:
        """Open the process.

        Args:
            rooms: what the messages become part of.
            plugins: whose opinions are heard.
            fetching: messenger instances from which the files that came with a message have to be fetched.
        """
        self._rooms = rooms
        self._fetching = fetching
        self._plugins = plugins
        self._orders = Orders(rooms)

    def message(self, draft: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        """Write a message down and do what it asks for. Heard again, as in overlapping pastes, it counts once."""
        where = self._rooms.conversations.id_of(message.conversation)
        is_new = _is_new(draft, where)
        if not is_new and told(draft, where, message.id) is not None:
            draft.facts["turn"] = "heard before"
            return
        district = draft.context.district
        opinions = self._plugins.triage(message, district)
        known = Known() if is_new else self._known(draft, where, message, received_at)
        found = route(message, known, opinions.values, district)
        reasons = (*found.reasons, *_unheard(opinions.failures))
        said = self._rooms.conversations.record_message(
            draft, message, kind=found.turn, reasons=reasons, received_at=received_at
        )
        draft.facts["turn"] = found.turn.value
        if message.conversation.messenger in self._fetching:
            order_files(draft, said)
        if message.conversation.place is Place.GROUP:
            self._in_group(draft, message, said)
        else:
            self._in_private(draft, said, found)
            if is_new and found.turn is Turn.CHATTER:
                self._greet(draft, said)

    def _greet(self, draft: UnitOfWork, said: Message) -> None:
        """Answer somebody's first greeting: they learn what they can write here. Later small talk stays unanswered."""
        scope = f"conversation:{said.conversation}"
        words = draft.context.district.say("chatter.reply")
        draft.send(said.conversation, words, purpose="chatter.reply", cause=f"message:{said.id}", scope=scope)

    def report(self, draft: UnitOfWork, report: DeliveryReport) -> None:
        """Note what the platform says of something sent; what it took back lies on the failure desk."""
        row = draft.context.storage.queues.by_platform_id(report.messenger, report.platform_id)
        draft.event(f"delivery.{report.news.value}")
        draft.facts |= {"outbox": row.id if row else "", "platform_id": report.platform_id}
        if row is None or report.news is not DeliveryNews.FAILED:
            return
        draft.event("delivery.reported_failed")
        if row.state is OutboxState.DELIVERED:
            draft.settle_outbox(
                OutboxSettled(
                    id=row.id,
                    token=None,
                    state=OutboxState.FAILED,
                    at=draft.at,
                    error=_TAKEN_BACK,
                    messenger=row.messenger,
                    lane=row.lane,
                )
            )

    def _in_private(self, draft: UnitOfWork, said: Message, found: Route) -> None:
        match found.turn:
            case Turn.COMMAND:
                self._orders.carry_out(draft, said, found)
            case Turn.CONTINUATION:
                self._continue(draft, said, found)
            case Turn.QUESTION:
                self._inquiry(draft, said)
            case Turn.TIP:
                self._tip(draft, said, found)
            case Turn.CHATTER | Turn.UNSUITABLE:
                pass  # written down, and that is all
            case never:
                assert_never(never)

    def _inquiry(self, draft: UnitOfWork, said: Message) -> None:
        inquiry = self._rooms.inquiries.intake.receive(
            draft, said.text, unit=said.unit, conversation=said.conversation, received_at=said.received_at
        )
        self._rooms.conversations.link(draft, said.id, f"inquiry:{inquiry.id}", inquiry.unit, kind=Turn.QUESTION)

    def _tip(self, draft: UnitOfWork, said: Message, found: Route) -> None:
        tip = self._rooms.tips.intake.receive(
            draft,
            said.text,
            unit=said.unit,
            origin="one_to_one",
            conversation=said.conversation,
            category=found.category,
            emergency=found.emergency,
            received_at=said.received_at,
        )
        self._rooms.conversations.link(draft, said.id, f"tip:{tip.id}", tip.unit, kind=Turn.TIP)

    def _continue(self, draft: UnitOfWork, said: Message, found: Route) -> None:
        case = Ref.parse(found.case)
        if found.emergency:
            words = draft.context.district.say("tip.emergency")
            draft.send(
                said.conversation,
                words,
                purpose="tip.emergency",
                cause=found.case,
                scope=f"conversation:{said.conversation}",
                lane=Lane.EMERGENCY,
            )
        if case.kind == "tip":
            unit = self._rooms.tips.intake.add(draft, case.id, acknowledge=bool(said.text)).unit
        else:
            unit = self._rooms.inquiries.intake.add(draft, case.id).unit
        self._rooms.conversations.link(draft, said.id, found.case, unit, kind=Turn.CONTINUATION)

    def _in_group(self, draft: UnitOfWork, message: InboundMessage, said: Message) -> None:
        """Let the opinions flag a group post for a person. Nothing said in a group becomes a case by itself."""
        links = tuple(a.url or a.name for a in message.attachments if a.kind == "link")
        view = PostView(id=said.id, group=said.conversation, text=message.text, links=links)
        opinions = self._plugins.moderation(view, draft.context.district)
        if unheard := _unheard(opinions.failures):
            draft.facts["unheard"] = "; ".join(unheard)
        if not (flags := opinions.values):
            return
        group = draft.include(self._rooms.groups.queries.of_conversation, said.conversation)
        self._rooms.moderation.flagging.flag(
            draft,
            said.id,
            said.text,
            unit=said.unit,
            group=group.id if group else "",
            conversation=said.conversation,
            author=said.sender,
            attachments=said.attachments,
            flags=flags,
        )

    def _known(self, draft: UnitOfWork, where: str, message: InboundMessage, received_at: datetime) -> Known:
        conversation = None if message.conversation.place is Place.GROUP else _remembered(draft, where)
        if conversation is None:
            return Known()
        fresh = conversation.last_heard is not None and received_at - conversation.last_heard <= _FRESH
        last = standing(draft, conversation.last_case)
        return Known(
            replied_case=standing(draft, self._replied(draft, where, message.reply_to)),
            waiting_case=last if _waits(draft, last) else "",
            fresh_case=last if fresh else "",
        )

    def _replied(self, draft: UnitOfWork, where: str, platform_id: str) -> str:
        """Return the case of the message quoted, if it was said in this conversation: others' messages open nothing."""
        if not platform_id:
            return ""
        said = told(draft, where, platform_id)
        if said is not None:
            return said.case
        row = draft.context.storage.queues.by_platform_id(messenger_of(where), platform_id)
        return row.cause if row is not None and row.conversation == where else ""


def _is_new(draft: UnitOfWork, where: str) -> bool:
    """Tell whether a conversation was never met; one whose identity was purged was."""
    try:
        return draft.peek(CONVERSATION, where) is None
    except DecryptionError:
        return False


def _remembered(draft: UnitOfWork, where: str) -> Conversation | None:
    """Return whose conversation it is; None for somebody new, and for somebody whose identity was purged."""
    try:
        return draft.peek(CONVERSATION, where)
    except DecryptionError:
        return None  # one that was altered is refused when the message is written down


_KIND_OF_CASE: Mapping[str, Kind[Any]] = {"tip": TIP, "inquiry": INQUIRY}


def told(draft: UnitOfWork, where: str, platform_id: str) -> Message | None:
    """Return what was written down of a conversation under the platform's id."""
    known = {"conversation": where, "platform": platform_id}
    return next(iter(draft.find(MESSAGE, "newest", where=known, limit=1).items), None) if platform_id else None


def standing(draft: UnitOfWork, case: str) -> str:
    """Return a case that can be continued, "" for one that was purged: its reporter is heard all the same."""
    if not case:
        return ""
    ref = Ref.parse(case)
    if ref.kind not in _KIND_OF_CASE:
        return ""
    try:
        return case if draft.peek(_KIND_OF_CASE[ref.kind], ref.id) is not None else ""
    except DecryptionError:
        return ""


def _waits(draft: UnitOfWork, case: str) -> bool:
    if not case:
        return False
    ref = Ref.parse(case)
    return ref.kind == "tip" and draft.load(TIP, ref.id).state is TipState.WAITING


def _unheard(failures: Sequence[Failure]) -> tuple[str, ...]:
    """Name the plugins whose opinion is missing, for whoever reads the reasons."""
    return tuple(f"{failure.plugin} did not run: {failure.reason}" for failure in failures if not failure.ran)
