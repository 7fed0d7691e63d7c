"""Messages that both report danger and accuse officials: the danger is reported at once, the accusation separately.

The accusation is put back into the inbox and becomes a case of its own in a later commit, so that no entry of the audit
log, and no record, names both cases.
"""

from datetime import datetime

import msgspec
from attrs import evolve

from anninh_core.messaging.inbound.intake import inbox_scope
from anninh_core.messaging.inbound.reading import ACCUSING_PREFIX
from anninh_core.messaging.inbound.talk.accusations import keep_before_accusation
from anninh_core.ports.storages.changes import NewInbox
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage


class AccusingMessages:
    """Separates an accusation of officials from a report of danger, so that only the supervisor gets the accusation."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self._runner = runner

    def put_back(self, uow: UnitOfWork, message: InboundMessage, conversation: str, received_at: datetime) -> None:
        """Put the whole message into the inbox again, so that its accusation becomes a case of its own; this unit of
        work only opens the case of the danger.

        Args:
            message: the whole message, with its files.
            conversation: id of its conversation.
            received_at: when the original message was received: the deadlines of the accusation start then.
        """
        context = uow.context
        id = context.ids.new()
        key = self._runner.ensure_key(inbox_scope(uow.at))
        source = message.conversation.messenger
        whole = evolve(message, id="")  # The platform's message id belongs to the part that reports the danger.
        body = ACCUSING_PREFIX + msgspec.json.encode(whole)
        uow.add_inbox_row(
            NewInbox(
                id=id,
                source=source,
                dedupe=context.keys.blind("event", f"{source}\0accusing\0{message.id}"),
                conversation=conversation,
                received_at=received_at,
                scope=key.scope,
                body=context.encryptor.encrypt(key, body, build_row_associated_data("inbox", id)),
            )
        )


def remove_accusation(message: InboundMessage, district: District, category: str) -> InboundMessage:
    """Return the message as shown to helpers: without any text that names an official, a unit or a wrong.

    Args:
        message: the whole message.
        district: its profile lists the words.
        category: incoming category of the danger, "" for none.
    """
    incoming = district.incoming.get(category)
    name = incoming.name if incoming else district.say("alarm.no_category")
    text = keep_before_accusation(message.text, district) or district.say("tip.words_withheld", category=name)
    locations = tuple(attachment for attachment in message.attachments if attachment.kind == "location")
    return evolve(message, text=text, attachments=locations, reply_to="")
