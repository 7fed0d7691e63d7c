"""Handling of an inbound message: it is recorded, and becomes a tip, a question, an answer or a flag."""

from collections.abc import Collection, Sequence
from datetime import datetime

from attrs import evolve

from anninh_core.domain.conversations.model import CONVERSATION, Message
from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.services import Services
from anninh_core.domain.units.named_officers import find_named_officers
from anninh_core.messaging.inbound.accusing_messages import AccusingMessages, remove_accusation
from anninh_core.messaging.inbound.attachment_fetcher import queue_file_fetches
from anninh_core.messaging.inbound.groups_in_danger import GroupDanger
from anninh_core.messaging.inbound.message_router import route_accusation, route_message
from anninh_core.messaging.inbound.officers.desk import OfficerDesk
from anninh_core.messaging.inbound.private_handler import PrivateMessageHandler
from anninh_core.messaging.inbound.supervision import find_accused_units
from anninh_core.messaging.inbound.talk.accusations import Accusation, find_accusation, split_for_danger_search
from anninh_core.messaging.inbound.talk.flood import apply_limits
from anninh_core.messaging.inbound.talk.history import CaseHistory
from anninh_core.messaging.inbound.talk.loading import find_message, load_history
from anninh_core.messaging.inbound.talk.place_answers import route_place_answer
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.plugins import PluginFailure, Plugins
from anninh_core.ports.storages.changes import OutboxSettled
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.usecase.outbox_message import build_outbox_scope, find_recipient
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import DeliveryNews, DeliveryReport, InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.views import PostToModerate

_REVOKED = "the platform took the message and reported later that it did not arrive"


class MessageHandler:
    """Turns inbound messages into records of the domain."""

    def __init__(self, services: Services, plugins: Plugins, fetching: Collection[str] = ()) -> None:
        """Create the handlers for officers, groups, private messages and accusations.

        Args:
            fetching: messenger instances from which attached files have to be fetched.
        """
        self._services = services
        self._fetching = fetching
        self._plugins = plugins
        self._officers = OfficerDesk(services)
        self._danger = GroupDanger(services)
        self._private = PrivateMessageHandler(services)
        self._accusing = AccusingMessages(services.units.runner)

    def handle_message(self, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        """Record a message and act on it. A repeated message, as in overlapping pastes, counts once."""
        conversation_id = uow.find_id(CONVERSATION, message.conversation.key)
        is_new = _is_first_message(uow, conversation_id)
        if not is_new and find_message(uow, conversation_id, message.id) is not None:
            uow.facts["turn"] = "heard before"
            return
        district = uow.context.district
        opinions = self._plugins.triage(message, district)
        if self._officers.take(uow, message, conversation_id, received_at, opinions.values):
            return
        history = self._load_history(uow, "" if is_new else conversation_id, message, received_at)
        decision = route_message(message, history, self._select_opinions(message, opinions.values, district), district)
        decision = route_place_answer(uow, conversation_id, message, decision)
        if message.conversation.place is Place.PERSON:
            decision = apply_limits(decision, history, district.flood)
        if decision.emergency and decision.accusation is not None:
            self._split_off_danger(uow, message, decision, history, accusation=decision.accusation)
            return
        stored_message = self._record_message(uow, message, decision, received_at, opinions.failures)
        if message.conversation.place is Place.GROUP:
            self._handle_group_post(uow, message, stored_message)
            if any(opinion.emergency for opinion in opinions.values):
                self._danger.note(uow, stored_message)
        else:
            self._private.handle(uow, stored_message, decision, history)
            if is_new and decision.message_class is MessageClass.CHATTER:
                self._reply_to_greeting(uow, stored_message)

    def _select_opinions(
        self, message: InboundMessage, opinions: Sequence[TriageOpinion], district: District
    ) -> Sequence[TriageOpinion]:
        """Return the opinions that count for a message: if it contains a certain accusation, those that see danger in
        any of its parts, if there are any; else all.
        """
        is_private = message.conversation.place is Place.PERSON
        accusation = find_accusation(message.text, district) if is_private else None
        if accusation is None or not accusation.is_certain:
            return opinions
        parts = (
            self._plugins.triage(evolve(message, text=part), district) for part in split_for_danger_search(message.text)
        )
        of_parts = [opinion for part in parts for opinion in part.values]
        return tuple(opinion for opinion in (*of_parts, *opinions) if opinion.emergency) or opinions

    def handle_accusation(self, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        """Record the accusation in a message as a locked tip; the message's danger already has a case."""
        conversation_id = uow.find_id(CONVERSATION, message.conversation.key)
        district = uow.context.district
        opinions = self._plugins.triage(message, district)
        history = self._load_history(uow, conversation_id, message, received_at)
        decision = route_accusation(message, history, opinions.values, district)
        decision = apply_limits(decision, history, district.flood)
        stored_message = self._record_message(uow, message, decision, received_at, opinions.failures)
        self._private.handle(uow, stored_message, decision, history)

    def _split_off_danger(
        self,
        uow: UnitOfWork,
        message: InboundMessage,
        route: Route,
        history: CaseHistory,
        *,
        accusation: Accusation,
    ) -> None:
        """Open a case for the danger in a message, without the text that accuses officials; the accusation follows
        separately for the supervisor only.
        """
        district = uow.context.district
        harmless = remove_accusation(message, district, route.category)
        stored_message = self._record_message(uow, harmless, route, history.at, ())
        self._accusing.put_back(uow, message, stored_message.conversation, history.at)
        places = [route.place.unit] if route.place is not None else []
        units = find_accused_units(district, accusation, (*places, stored_message.unit))
        accused = find_named_officers(uow.context, message.text, units)
        self._private.handle(uow, stored_message, evolve(route, accusation=None, passed_over=accused), history)

    def _record_message(
        self,
        uow: UnitOfWork,
        message: InboundMessage,
        route: Route,
        received_at: datetime,
        failures: Sequence[PluginFailure],
    ) -> Message:
        stored_message = self._services.conversations.record_message(
            uow,
            message,
            kind=route.message_class,
            reasons=(*route.reasons, *_describe_missing_opinions(failures)),
            received_at=received_at,
        )
        uow.facts["turn"] = route.message_class.value
        if message.conversation.messenger in self._fetching:
            queue_file_fetches(uow, stored_message)
        return stored_message

    @staticmethod
    def _load_history(
        uow: UnitOfWork, conversation_id: str, message: InboundMessage, received_at: datetime
    ) -> CaseHistory:
        """Return the case history of a resident's conversation; empty for a new resident or a group."""
        conversation = uow.get(CONVERSATION, conversation_id) if conversation_id else None
        if conversation is None or message.conversation.place is Place.GROUP:
            pace = Pace().heard(received_at, uow.context.district.flood)
            return CaseHistory(at=received_at, rules=uow.context.district.talk, pace=pace)
        return load_history(uow, conversation, message, received_at)

    def _reply_to_greeting(self, uow: UnitOfWork, message: Message) -> None:
        """Reply to a person's first greeting with what they can write here. Later small talk gets no reply."""
        uow.send(
            message.conversation,
            uow.context.district.say("chatter.reply"),
            purpose="chatter.reply",
            cause=f"message:{message.id}",
            scope=build_outbox_scope(uow.at),
        )

    def handle_report(self, uow: UnitOfWork, report: DeliveryReport) -> None:
        """Record a delivery report of the platform; a message that it revoked goes to the failure desk."""
        row = uow.context.storage.queues.by_platform_id(report.messenger, report.platform_id)
        uow.add_event(f"delivery.{report.news.value}")
        mark = uow.context.names.mark(report.platform_id, report.messenger)
        uow.facts |= {"outbox": row.id if row else "", "platform_id": mark}
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
                    conversation=find_recipient(uow.context, row),
                )
            )

    def _handle_group_post(self, uow: UnitOfWork, message: InboundMessage, stored_message: Message) -> None:
        """Flag a group post for an officer if a plugin's opinion says so. No group post becomes a case
        automatically.
        """
        links = tuple(
            attachment.url or attachment.name for attachment in message.attachments if attachment.kind == "link"
        )
        view = PostToModerate(id=stored_message.id, group=stored_message.conversation, text=message.text, links=links)
        opinions = self._plugins.moderation(view, uow.context.district)
        if missing := _describe_missing_opinions(opinions.failures):
            uow.facts["unheard"] = "; ".join(missing)
        if not (flags := opinions.values):
            return
        group = uow.include(self._services.groups.queries.of_conversation, stored_message.conversation)
        self._services.moderation.flagging.flag(
            uow,
            stored_message.id,
            stored_message.text,
            unit=stored_message.unit,
            group=group.id if group else "",
            conversation=stored_message.conversation,
            author=stored_message.sender,
            attachments=stored_message.attachments,
            flags=flags,
        )


def _is_first_message(uow: UnitOfWork, conversation_id: str) -> bool:
    """Return whether no message of a conversation is recorded yet."""
    return not conversation_id or uow.get(CONVERSATION, conversation_id) is None


def _describe_missing_opinions(failures: Sequence[PluginFailure]) -> tuple[str, ...]:
    """Return a line for each plugin that gave no opinion, for readers of the reasons."""
    return tuple(f"{failure.plugin} did not run: {failure.reason}" for failure in failures if not failure.ran)
