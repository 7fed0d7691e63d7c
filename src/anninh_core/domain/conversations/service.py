"""Use cases of messages and conversations: the router records messages, and the officers who handle a case read
them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from anninh_core.domain.conversations.cases import check_case, check_case_permission, is_locked_case
from anninh_core.domain.conversations.details import DetailSealer, skip_sealing, update_name
from anninh_core.domain.conversations.files import reseal_files
from anninh_core.domain.conversations.message_files import get_attachment
from anninh_core.domain.conversations.model import (
    CONVERSATION,
    MESSAGE,
    OPERATOR,
    Conversation,
    Message,
    make_pseudonym,
    message_scope,
    new_conversation_id,
)
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import BadInput, Conflict, NotFound, WrongStep
from anninh_core.kernel.replacing import evolve
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import CaseRef, Cursor, Limit
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.keyed_hashes.blind_index import find_id
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.outbox_message import build_outbox_scope
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.files import FileRecord
from anninh_core.vocabulary.messages import Address, Attachment, Echo, InboundMessage
from anninh_core.vocabulary.permissions import Permission

LOSS_REASONS = ("expired", "too_large", "refused")
"""Reasons why an attachment can't be downloaded any more; see `Attachment.lost`."""


class Conversations(Service):
    """Use cases for messages, their senders and conversations."""

    action_prefix = "conversations"

    def __init__(
        self,
        runner: UseCaseRunner,
        cases: Mapping[str, CaseAccess] | None = None,
        seal: DetailSealer = skip_sealing,
        restricts: OpensRestrictions = restrict_nothing,
    ) -> None:
        """Set up the service.

        Args:
            cases: access to the kinds of cases, by their names.
            seal: encrypts names for the custodians.
            restricts: returns a function of a closed case and its reporter: whether the use of their data is
                restricted.
        """
        super().__init__(runner)
        self._cases = cases or {}
        self._seal = seal
        self._restricts = restricts

    def id_of(self, address: Address) -> str:
        """Return the conversation id of an address, "" if it is unknown or was purged."""
        return find_id(self.context.keys, self.context.storage.keyring, CONVERSATION, address.key)

    @step(Permission.INTAKE)
    def record_message(
        self,
        uow: UnitOfWork,
        message: InboundMessage,
        *,
        kind: str,
        reasons: tuple[str, ...] = (),
        received_at: datetime | None = None,
    ) -> Message:
        """Record a message that arrived, and its sender.

        Args:
            message: the message.
            kind: the router's classification; `reasons` explains it.
            reasons: one line each.
            received_at: when it reached us, if it has waited since then.
        """
        received_at = received_at or uow.at
        uow.permit(self.context.district.root)
        in_private = message.sender == message.conversation
        conversation = self._get_or_create_conversation(
            uow, message.conversation, message.sender_name if in_private else ""
        )
        after_message = conversation.heard(received_at)
        pace = (
            after_message.talk.pace.heard(received_at, self.context.district.flood)
            if in_private
            else after_message.talk.pace
        )
        conversation = uow.save(CONVERSATION, after_message.paced(pace))
        sender = (
            conversation if in_private else self._get_or_create_conversation(uow, message.sender, message.sender_name)
        )
        recorded = Message(
            id=self.context.ids.new(),
            conversation=conversation.id,
            sender=sender.id,
            unit=conversation.unit,
            text=nfc(message.text),
            sent_at=message.sent_at,
            received_at=received_at,
            kind=kind,
            platform_id=message.id,
            reply_to=message.reply_to,
            attachments=message.attachments,
            reasons=reasons,
        )
        return uow.save(MESSAGE, recorded)

    @step(Permission.INTAKE)
    def record_operator_message(
        self, uow: UnitOfWork, echo: Echo, *, case: str = "", received_at: datetime | None = None
    ) -> Message:
        """Record a message that a person wrote for us in the platform's own tool, so that the case's handlers see it.

        It isn't a message of the resident, so the period in which we may write isn't extended.

        Args:
            echo: the message as the platform reports it.
            case: case (`kind:id`) it belongs to, or "".
            received_at: when it reached us, if it has waited since then.
        """
        uow.permit(self.context.district.root)
        conversation = self._get_or_create_conversation(uow, echo.conversation, "")
        recorded = Message(
            id=self.context.ids.new(),
            conversation=conversation.id,
            sender="",
            unit=conversation.unit,
            text=nfc(echo.text),
            sent_at=echo.at,
            received_at=received_at or uow.at,
            kind=OPERATOR,
            platform_id=echo.platform_id,
            case=case,
        )
        return uow.save(MESSAGE, recorded)

    @step(Permission.INTAKE)
    def link(self, uow: UnitOfWork, message_id: str, case: str, *, kind: str) -> Message:
        """Make a message part of a case, whose scope encrypts it from now on; its sender's next message continues that
        case.

        Raises:
            WrongStep: the message belongs to another case already.
        """
        unit = check_case_permission(uow, self._cases, case)
        message = uow.load(MESSAGE, message_id)
        uow.permit(message.unit)
        if message.case not in ("", case):
            raise WrongStep(
                "Message {message} already belongs to {case}: a message can belong to one case only.",
                message=message_id,
                case=message.case,
            )
        conversation = uow.load(CONVERSATION, message.sender)
        stays = is_locked_case(uow, self._cases, case)
        talk_unit = conversation.unit if stays else unit
        uow.save(CONVERSATION, conversation.continued_by(case, talk_unit, message.received_at))
        linked = message.linked(case, unit, kind)
        return uow.save(MESSAGE, reseal_files(uow, self.runner, message, linked))

    @step(Permission.INTAKE)
    def keep_attachment(
        self, uow: UnitOfWork, message_id: str, number: int, blob: str, scope: str, *, file: FileRecord | None = None
    ) -> Message:
        """Record where the content of an attachment is stored now; the platform's link is removed.

        Args:
            message_id: message with the attachment.
            number: number of the attachment, from 0.
            blob: name of the file in the message's file storage.
            scope: scope that encrypted the file.
            file: inspection record, with the name of the cleaned copy in the same scope.

        Raises:
            NotFound: no such message or attachment.
            Conflict: the message became part of a case meanwhile, whose scope has to encrypt the file.
            DecryptionError: the message's scope was purged.
        """
        uow.permit(self.context.district.root)
        if message_scope(uow.load(MESSAGE, message_id)) != scope:
            raise Conflict(
                "Message {message} isn't sealed under {scope!r} any more: fetch its file again.",
                message=message_id,
                scope=scope,
            )
        uow.add_event("attachment.kept")
        if file is not None:
            # The mark of a photo sent twice differs: equal marks would show who sent it both to a group and in private.
            mark = self.context.keys.blind("file", f"{scope}\n{message_id}\n{file.sha256}")
            uow.facts |= {"attachment": number, "file": mark, "cleaning": file.cleaning.value, "scan": file.scan.value}
        return self._replace_attachment(
            uow, message_id, number, lambda attachment: evolve(attachment, url="", blob=blob, file=file)
        )

    @step(Permission.INTAKE)
    def lose_attachment(self, uow: UnitOfWork, message_id: str, number: int, reason: str) -> Message:
        """Record that an attachment can't be downloaded any more, with the reason: `expired`, `too_large` or `refused`.

        A sender in a private chat is asked once for each case to send the file again.

        Raises:
            BadInput: no such reason.
            NotFound: no such message or attachment.
            DecryptionError: the case was purged.
        """
        uow.permit(self.context.district.root)
        if reason not in LOSS_REASONS:
            raise BadInput(
                "{reason!r} isn't a reason for the loss of an attachment: choose one of {allowed}.",
                reason=reason,
                allowed=tuple(LOSS_REASONS),
            )
        uow.add_event("attachment.lost")
        uow.facts["lost"] = reason
        message = self._replace_attachment(
            uow, message_id, number, lambda attachment: evolve(attachment, url="", lost=reason)
        )
        self._request_file_again(uow, message)
        return message

    def _request_file_again(self, uow: UnitOfWork, message: Message) -> None:
        if message.sender != message.conversation:
            return
        conversation = uow.load(CONVERSATION, message.sender)
        about = message.case or f"message:{message.id}"
        if about in conversation.talk.files_asked:
            return
        purpose = "tip.file_lost"
        text = self.context.district.say(purpose, time=short_moment(message.received_at))
        scope = build_outbox_scope(uow.at)
        uow.send(conversation.id, text, purpose=purpose, cause=f"message:{message.id}", scope=scope)
        uow.save(CONVERSATION, evolve(conversation, talk=conversation.talk.with_file_asked(about)))

    def _replace_attachment(
        self, uow: UnitOfWork, message_id: str, number: int, change: Callable[[Attachment], Attachment]
    ) -> Message:
        message = uow.load(MESSAGE, message_id)
        changed = message.with_attachment(number, change(get_attachment(message, number)))
        return uow.save(MESSAGE, reseal_files(uow, self.runner, message, changed))

    @command(Permission.INTAKE)
    def place(self, uow: UnitOfWork, address: Address, unit: str) -> Conversation:
        """Set the unit that a resident belongs to, once it is known.

        Raises:
            Refused: the actor doesn't have the permission in the unit, or the resident belongs to another unit already.
        """
        uow.permit(unit)
        conversation = self._get_or_create_in_own_units(uow, address, "")
        return uow.save(CONVERSATION, conversation.continued_by(conversation.last_case, unit))

    @step(Permission.INTAKE)
    def follow_case(self, uow: UnitOfWork, conversation_id: str, case: str) -> Conversation:
        """Let the next messages in a conversation belong to a case, `kind:id`."""
        unit = check_case_permission(uow, self._cases, case)
        conversation = uow.load(CONVERSATION, conversation_id)
        talk_unit = conversation.unit if is_locked_case(uow, self._cases, case) else unit
        return uow.save(CONVERSATION, conversation.continued_by(case, talk_unit, uow.at))

    @step(Permission.OPERATE)
    def remove_words(self, uow: UnitOfWork, message_id: str) -> Message:
        """Remove the text of a message of an erased author; the fact and the time of the message stay."""
        message = uow.load(MESSAGE, message_id)
        uow.permit(message.unit)
        return uow.save(MESSAGE, message.without_words())

    @step(Permission.OPERATE)
    def remove_files(self, uow: UnitOfWork, message_id: str) -> Message:
        """Remove the files of a message after their retention period; the fact that there were files stays, with the
        reason.
        """
        message = uow.load(MESSAGE, message_id)
        uow.permit(message.unit)
        uow.add_event("attachment.removed")
        return uow.save(MESSAGE, message.without_files())

    @step(Permission.GROUP_RUN)
    def link_group(self, uow: UnitOfWork, address: Address, unit: str, title: str) -> Conversation:
        """Add the chat group of a unit, so that its messages belong to the unit and we can write to it.

        Raises:
            Refused: the actor doesn't have the permission in the unit, or the chat belongs to another unit already.
        """
        uow.permit(unit)
        group = self._get_or_create_in_own_units(uow, address, title)
        return uow.save(CONVERSATION, group.continued_by("", unit))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def history(
        self, session: ReadSession, case: CaseRef, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[Message]:
        """Return the messages of a case (`kind:id`), oldest first, if you may read the case.

        The text is withheld if the case is over and its reporter had the use of their data restricted.

        Raises:
            Refused: the actor may not read the case, because of its unit or a conflict of interest.
            NotFound: no such case.
        """
        withholds = check_case(session, self._cases, case, self._restricts)
        page = session.find(MESSAGE, "oldest", where={"case": case}, after=after, limit=limit)
        # The ids of messages that two processes recorded in the same minute don't show which message came first.
        ordered = sorted(page.items, key=lambda message: message.received_at)
        return evolve(
            page, items=tuple(message.withheld() if withholds and message.sender else message for message in ordered)
        )

    @query(Permission.ADDRESS_OPEN)
    def who(self, session: ReadSession, conversation_id: str) -> Conversation:
        """Return a conversation with its address, only for the part of the program that writes to it.

        An officer learns a person's identity only by a disclosure; see `Disclosures`.
        """
        session.permit(self.context.district.root)
        return session.load(CONVERSATION, conversation_id)

    @query(Permission.ADDRESS_OPEN)
    def by_platform_id(self, session: ReadSession, conversation_id: str, platform_id: str) -> Message:
        """Return a message of a conversation by the platform's id, for the part of the program that compares these
        ids.
        """
        session.permit(self.context.district.root)
        conditions = {"conversation": conversation_id, "platform": platform_id}
        messages = session.find(MESSAGE, "newest", where=conditions, limit=1).items
        if not messages:
            raise NotFound(
                "Conversation {conversation} has no message {platform_id!r}.",
                platform_id=platform_id,
                conversation=conversation_id,
            )
        return messages[0]

    def _get_or_create_conversation(self, uow: UnitOfWork, address: Address, name: str) -> Conversation:
        """Get or create the conversation of an address, with the newest name from the platform.

        A person with a purged identity gets a new conversation: no data link the two.
        """
        id = uow.find_id(CONVERSATION, address.key)
        conversation = (uow.get(CONVERSATION, id) if id else None) or self._build_conversation(address, id)
        return uow.save(CONVERSATION, update_name(uow, conversation, nfc(name), self._seal))

    def _build_conversation(self, address: Address, id: str) -> Conversation:
        id = id or new_conversation_id(address, self.context.keys, self.context.ids)
        unit = self.context.get_first_unit(address)
        return Conversation(id=id, address=address, name="", pseudonym=make_pseudonym(id), unit=unit)

    def _get_or_create_in_own_units(self, uow: UnitOfWork, address: Address, name: str) -> Conversation:
        """Get or create a conversation that the actor is about to give to a unit; raise if it belongs to another
        unit.
        """
        conversation = self._get_or_create_conversation(uow, address, name)
        permitted = uow.permitted_units()
        unit = conversation.unit
        if permitted is not None and unit not in (*permitted, self.context.district.root):
            raise uow.build_withheld_error(
                "chat", address.id, f"it belongs to {unit}", about=f"conversation:{conversation.id}"
            )
        return conversation
