"""Handling an inbound message: it is recorded, and becomes a tip, a question, an answer or a flag."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Message, conversation_scope
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import TipState
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.inbound.attachment_fetcher import queue_file_fetches
from anninh_core.messaging.inbound.command_handler import CommandHandler
from anninh_core.messaging.inbound.message_router import ConversationState, MessageClass, Route, route
from anninh_core.messaging.inbound.place_answers import route_place_answer
from anninh_core.plugins import Failure, Plugins
from anninh_core.ports.changes import OutboxSettled
from anninh_core.ports.queues import OutboxState
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.outbox_message import messenger_of
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import DeliveryNews, DeliveryReport, InboundMessage, Place
from anninh_core.vocabulary.views import PostView

_FRESH_CASE_AGE = timedelta(minutes=10)
_REVOKED = "the platform took the message and reported later that it did not arrive"


class MessageHandler:
    """Turns messages into records of the domain."""

    def __init__(self, services: Services, plugins: Plugins, fetching: Collection[str] = ()) -> None:
        """Open the process.

        Args:
            services: what the messages become part of.
            plugins: whose opinions are heard.
            fetching: messenger instances from which the files that came with a message have to be fetched.
        """
        self._services = services
        self._fetching = fetching
        self._plugins = plugins
        self._commands = CommandHandler(services)

    def handle_message(self, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        """Write a message down and do what it asks for. Heard again, as in overlapping pastes, it counts once."""
        conversation_id = uow.find_id(CONVERSATION, message.conversation.key)
        is_new = _is_new(uow, conversation_id)
        if not is_new and find_message(uow, conversation_id, message.id) is not None:
            uow.facts["turn"] = "heard before"
            return
        district = uow.context.district
        opinions = self._plugins.triage(message, district)
        state = ConversationState() if is_new else self._conversation_state(uow, conversation_id, message, received_at)
        decision = route(message, state, opinions.values, district)
        decision = route_place_answer(uow, conversation_id, message, decision)
        reasons = (*decision.reasons, *_missing_opinions(opinions.failures))
        stored_message = self._services.conversations.record_message(
            uow, message, kind=decision.message_class, reasons=reasons, received_at=received_at
        )
        uow.facts["turn"] = decision.message_class.value
        if message.conversation.messenger in self._fetching:
            queue_file_fetches(uow, stored_message)
        if message.conversation.place is Place.GROUP:
            self._handle_group(uow, message, stored_message)
        else:
            self._handle_private(uow, stored_message, decision)
            if is_new and decision.message_class is MessageClass.CHATTER:
                self._greet(uow, stored_message)

    def _greet(self, uow: UnitOfWork, said: Message) -> None:
        """Answer somebody's first greeting: they learn what they can write here. Later small talk stays unanswered."""
        scope = conversation_scope(said.conversation)
        text = uow.context.district.say("chatter.reply")
        uow.send(said.conversation, text, purpose="chatter.reply", cause=f"message:{said.id}", scope=scope)

    def handle_report(self, uow: UnitOfWork, report: DeliveryReport) -> None:
        """Note what the platform says of something sent; what it took back lies on the failure desk."""
        row = uow.context.storage.queues.by_platform_id(report.messenger, report.platform_id)
        uow.add_event(f"delivery.{report.news.value}")
        uow.facts |= {"outbox": row.id if row else "", "platform_id": report.platform_id}
        if row is None or report.news is not DeliveryNews.FAILED:
            return
        uow.add_event("delivery.reported_failed")
        if row.state is OutboxState.DELIVERED:
            uow.settle_outbox(
                OutboxSettled(
                    id=row.id,
                    token=None,
                    state=OutboxState.FAILED,
                    at=uow.at,
                    error=_REVOKED,
                    messenger=row.messenger,
                    lane=row.lane,
                )
            )

    def _handle_private(self, uow: UnitOfWork, said: Message, found: Route) -> None:
        match found.message_class:
            case MessageClass.COMMAND:
                self._commands.handle(uow, said, found)
            case MessageClass.CONTINUATION:
                self._continue_case(uow, said, found)
            case MessageClass.QUESTION:
                self._create_inquiry(uow, said)
            case MessageClass.TIP:
                self._create_tip(uow, said, found)
            case MessageClass.CHATTER | MessageClass.UNSUITABLE:
                pass  # written down, and that is all
            case never:
                assert_never(never)

    def _create_inquiry(self, uow: UnitOfWork, said: Message) -> None:
        inquiry = self._services.inquiries.intake.receive(
            uow, said.text, unit=said.unit, conversation=said.conversation, received_at=said.received_at
        )
        self._services.conversations.link(uow, said.id, f"inquiry:{inquiry.id}", kind=MessageClass.QUESTION)

    def _create_tip(self, uow: UnitOfWork, said: Message, found: Route) -> None:
        tip = self._services.tips.intake.receive(
            uow,
            said.text,
            unit=said.unit,
            origin="one_to_one",
            conversation=said.conversation,
            category=found.category,
            emergency=found.emergency,
            received_at=said.received_at,
            attachments=said.attachments,
        )
        self._services.conversations.link(uow, said.id, f"tip:{tip.id}", kind=MessageClass.TIP)

    def _continue_case(self, uow: UnitOfWork, said: Message, found: Route) -> None:
        case = Ref.parse(found.case)
        if found.emergency:
            text = uow.context.district.say("tip.emergency")
            uow.send(
                said.conversation,
                text,
                purpose="tip.emergency",
                cause=found.case,
                scope=found.case,
                lane=Lane.EMERGENCY,
            )
        if case.kind == "tip":
            self._services.tips.intake.add(uow, case.id, acknowledge=bool(said.text))
            self._services.tips.sorting.hear_place(uow, case.id, said.text, said.attachments)
        else:
            self._services.inquiries.intake.add(uow, case.id)
        self._services.conversations.link(uow, said.id, found.case, kind=MessageClass.CONTINUATION)

    def _handle_group(self, uow: UnitOfWork, message: InboundMessage, said: Message) -> None:
        """Let the opinions flag a group post for a person. Nothing said in a group becomes a case by itself."""
        links = tuple(a.url or a.name for a in message.attachments if a.kind == "link")
        view = PostView(id=said.id, group=said.conversation, text=message.text, links=links)
        opinions = self._plugins.moderation(view, uow.context.district)
        if missing := _missing_opinions(opinions.failures):
            uow.facts["unheard"] = "; ".join(missing)
        if not (flags := opinions.values):
            return
        group = uow.include(self._services.groups.queries.of_conversation, said.conversation)
        self._services.moderation.flagging.flag(
            uow,
            said.id,
            said.text,
            unit=said.unit,
            group=group.id if group else "",
            conversation=said.conversation,
            author=said.sender,
            attachments=said.attachments,
            flags=flags,
        )

    def _conversation_state(
        self, uow: UnitOfWork, where: str, message: InboundMessage, received_at: datetime
    ) -> ConversationState:
        conversation = None if message.conversation.place is Place.GROUP else uow.get(CONVERSATION, where)
        if conversation is None:
            return ConversationState()
        is_fresh = conversation.last_heard is not None and received_at - conversation.last_heard <= _FRESH_CASE_AGE
        last_case = readable_case(uow, conversation.last_case)
        return ConversationState(
            replied_case=readable_case(uow, self._quoted_case(uow, where, message.reply_to)),
            waiting_case=last_case if _is_waiting(uow, last_case) else "",
            fresh_case=last_case if is_fresh else "",
        )

    def _quoted_case(self, uow: UnitOfWork, where: str, platform_id: str) -> str:
        """Return the case of the message quoted, if it was said in this conversation: others' messages open nothing."""
        if not platform_id:
            return ""
        message = find_message(uow, where, platform_id)
        if message is not None:
            return message.case
        row = uow.context.storage.queues.by_platform_id(messenger_of(where), platform_id)
        return row.cause if row is not None and row.conversation == where else ""


def _is_new(uow: UnitOfWork, where: str) -> bool:
    """Tell whether nothing was written down of a conversation yet."""
    return not where or uow.get(CONVERSATION, where) is None


_KIND_OF_CASE: Mapping[str, Kind[Any]] = {"tip": TIP, "inquiry": INQUIRY}


def find_message(uow: UnitOfWork, where: str, platform_id: str) -> Message | None:
    """Return what was written down of a conversation under the platform's id."""
    filters = {"conversation": where, "platform": platform_id}
    return next(iter(uow.find(MESSAGE, "newest", where=filters, limit=1).items), None) if platform_id else None


def readable_case(uow: UnitOfWork, case: str) -> str:
    """Return a case that can be continued, "" for one that was purged: its reporter is heard all the same."""
    if not case:
        return ""
    ref = Ref.parse(case)
    if ref.kind not in _KIND_OF_CASE:
        return ""
    try:
        return case if uow.get(_KIND_OF_CASE[ref.kind], ref.id) is not None else ""
    except DecryptionError:
        return ""


def _is_waiting(uow: UnitOfWork, case: str) -> bool:
    if not case:
        return False
    ref = Ref.parse(case)
    return ref.kind == "tip" and uow.load(TIP, ref.id).state is TipState.WAITING


def _missing_opinions(failures: Sequence[Failure]) -> tuple[str, ...]:
    """Name the plugins whose opinion is missing, for whoever reads the reasons."""
    return tuple(f"{failure.plugin} did not run: {failure.reason}" for failure in failures if not failure.ran)
