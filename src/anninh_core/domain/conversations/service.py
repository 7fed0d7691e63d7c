"""Messages and conversations: written by the router, read by those who handle a case."""

from collections.abc import Callable, Mapping
from datetime import datetime

from anninh_core.domain.conversations.cases import check_case, is_locked_case, permit_case
from anninh_core.domain.conversations.details import DetailSealer, leave_open, with_name
from anninh_core.domain.conversations.files import reseal_files
from anninh_core.domain.conversations.message_files import get_attachment
from anninh_core.domain.conversations.model import (
    CONVERSATION,
    MESSAGE,
    OPERATOR,
    Conversation,
    Message,
    message_scope,
    new_conversation_id,
    pseudonym_of,
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
from anninh_core.usecase.outbox_message import outbox_scope
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.files import FileRecord
from anninh_core.vocabulary.messages import Address, Attachment, Echo, InboundMessage
from anninh_core.vocabulary.permissions import Permission

LOSS_REASONS = ("expired", "too_large", "refused")
"""Why an attachment may be lost: see `Attachment.lost`."""


class Conversations(Service):
    """Messages, their senders and conversations."""

    action_prefix = "conversations"

    def __init__(
        self,
        runner: UseCaseRunner,
        cases: Mapping[str, CaseAccess] | None = None,
        seal: DetailSealer = leave_open,
        restricts: OpensRestrictions = restrict_nothing,
    ) -> None:
        """Set up the service.

        Args:
            cases: the kinds of case there are, by their names.
            seal: seals names to the custodians.
            restricts: returns what tells whether the data of who reported a case that is over aren't used.
        """
        super().__init__(runner)
        self._cases = cases or {}
        self._seal = seal
        self._restricts = restricts

    def id_of(self, address: Address) -> str:
        """Return the conversation id of an address, "" where it has none: never heard of, or purged since."""
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
        """Write down a message that arrived, and who said it.

        Args:
            message: what was said.
            kind: what it was taken for, and `reasons` why.
            reasons: one line each.
            received_at: when it reached us, if it waited since then.
        """
        received_at = received_at or uow.at
        uow.permit(self.context.district.root)
        in_private = message.sender == message.conversation
        conversation = self._get_or_create(uow, message.conversation, message.sender_name if in_private else "")
        heard = conversation.heard(received_at)
        pace = heard.talk.pace.heard(received_at, self.context.district.flood) if in_private else heard.talk.pace
        conversation = uow.save(CONVERSATION, heard.paced(pace))
        sender = conversation if in_private else self._get_or_create(uow, message.sender, message.sender_name)
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
        """Write down what a person wrote for us in the platform's own tool, so that whoever handles the case sees it.

        It is not a message of the resident: the period in which we may write isn't extended.

        Args:
            echo: what was written.
            case: the case (`kind:id`) it belongs to, or "".
            received_at: when it reached us, if it waited since then.
        """
        uow.permit(self.context.district.root)
        conversation = self._get_or_create(uow, echo.conversation, "")
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
        """Make a message part of a case, which seals it from now on; its sender's next message continues that case.

        Raises:
            WrongStep: the message belongs to another case already.
        """
        unit = permit_case(uow, self._cases, case)
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
        """Note where the bytes of an attachment lie now; the platform's link is forgotten.

        Args:
            message_id: whose attachment.
            number: which of them, from 0.
            blob: name under which `files_of` the message has it.
            scope: what it was sealed under there.
            file: what is known of it, and where its cleaned copy lies under the same scope.

        Raises:
            NotFound: no such message or attachment.
            Conflict: the message came to a case meanwhile, which has to seal it.
            DecryptionError: what seals the message was purged.
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
            # One photo sent twice has two marks: by equal ones who sent it to a group and in private would be known.
            mark = self.context.keys.blind("file", f"{scope}\n{message_id}\n{file.sha256}")
            uow.facts |= {"attachment": number, "file": mark, "cleaning": file.cleaning.value, "scan": file.scan.value}
        return self._replace_attachment(
            uow, message_id, number, lambda found: evolve(found, url="", blob=blob, file=file)
        )

    @step(Permission.INTAKE)
    def lose_attachment(self, uow: UnitOfWork, message_id: str, number: int, reason: str) -> Message:
        """Note that an attachment can no longer be downloaded, and why: `expired`, `too_large` or `refused`.

        Who sent it in private is asked once a case to send it again.

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
        message = self._replace_attachment(uow, message_id, number, lambda found: evolve(found, url="", lost=reason))
        self._ask_again(uow, message)
        return message

    def _ask_again(self, uow: UnitOfWork, message: Message) -> None:
        if message.sender != message.conversation:
            return
        conversation = uow.load(CONVERSATION, message.sender)
        about = message.case or f"message:{message.id}"
        if about in conversation.talk.files_asked:
            return
        purpose = "tip.file_lost"
        text = self.context.district.say(purpose, time=short_moment(message.received_at))
        scope = outbox_scope(uow.at)
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
        """Say which unit a resident belongs to, once it is known.

        Raises:
            Refused: the unit isn't the actor's, or the resident belongs to another already.
        """
        uow.permit(unit)
        conversation = self._get_or_create_own(uow, address, "")
        return uow.save(CONVERSATION, conversation.continued_by(conversation.last_case, unit))

    @step(Permission.INTAKE)
    def follow_case(self, uow: UnitOfWork, conversation_id: str, case: str) -> Conversation:
        """Let what is written next in a conversation belong to a case, `kind:id`."""
        unit = permit_case(uow, self._cases, case)
        conversation = uow.load(CONVERSATION, conversation_id)
        talk_unit = conversation.unit if is_locked_case(uow, self._cases, case) else unit
        return uow.save(CONVERSATION, conversation.continued_by(case, talk_unit, uow.at))

    @step(Permission.OPERATE)
    def remove_words(self, uow: UnitOfWork, message_id: str) -> Message:
        """Take the words out of a message whose author is erased; that something was said, and when, stays."""
        message = uow.load(MESSAGE, message_id)
        uow.permit(message.unit)
        return uow.save(MESSAGE, message.without_words())

    @step(Permission.OPERATE)
    def remove_files(self, uow: UnitOfWork, message_id: str) -> Message:
        """Take the files off a message that are kept no longer; that there were some stays, and why they are gone."""
        message = uow.load(MESSAGE, message_id)
        uow.permit(message.unit)
        uow.add_event("attachment.removed")
        return uow.save(MESSAGE, message.without_files())

    @step(Permission.GROUP_RUN)
    def link_group(self, uow: UnitOfWork, address: Address, unit: str, title: str) -> Conversation:
        """Enter the chat group of a unit, so that what is said in it belongs there and it can be written to.

        Raises:
            Refused: the unit isn't the actor's, or the chat belongs to another already.
        """
        uow.permit(unit)
        group = self._get_or_create_own(uow, address, title)
        return uow.save(CONVERSATION, group.continued_by("", unit))

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def history(
        self, session: ReadSession, case: CaseRef, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[Message]:
        """Return the messages of a case (`kind:id`), oldest first, to whoever may hold the case itself.

        Of a case that is over, whose reporter had the use of their data restricted, the words are withheld.

        Raises:
            Refused: the case isn't the actor's to read, by unit or by a conflict of interest.
            NotFound: no such case.
        """
        withholds = check_case(session, self._cases, case, self._restricts)
        page = session.find(MESSAGE, "oldest", where={"case": case}, after=after, limit=limit)
        # Ids made by two processes in one minute don't tell which came first.
        ordered = sorted(page.items, key=lambda message: message.received_at)
        return evolve(page, items=tuple(one.withheld() if withholds and one.sender else one for one in ordered))

    @query(Permission.ADDRESS_OPEN)
    def who(self, session: ReadSession, conversation_id: str) -> Conversation:
        """Return a conversation with its address, to the part of the program that writes to it and to nobody else.

        An officer learns who somebody is by a disclosure alone; see `Disclosures`.
        """
        session.permit(self.context.district.root)
        return session.load(CONVERSATION, conversation_id)

    @query(Permission.ADDRESS_OPEN)
    def by_platform_id(self, session: ReadSession, conversation_id: str, platform_id: str) -> Message:
        """Return a message of a conversation by the platform's id, to the part of the program that compares them."""
        session.permit(self.context.district.root)
        where = {"conversation": conversation_id, "platform": platform_id}
        messages = session.find(MESSAGE, "newest", where=where, limit=1).items
        if not messages:
            raise NotFound(
                "Conversation {conversation} has no message {platform_id!r}.",
                platform_id=platform_id,
                conversation=conversation_id,
            )
        return messages[0]

    def _get_or_create(self, uow: UnitOfWork, address: Address, name: str) -> Conversation:
        """Get or create the conversation of an address, with the newest name from the platform.

        Whose identity was purged is somebody new: nothing tells any more who it was.
        """
        id = uow.find_id(CONVERSATION, address.key)
        conversation = (uow.get(CONVERSATION, id) if id else None) or self._create(address, id)
        return uow.save(CONVERSATION, with_name(uow, conversation, nfc(name), self._seal))

    def _create(self, address: Address, id: str) -> Conversation:
        id = id or new_conversation_id(address, self.context.keys, self.context.ids)
        unit = self.context.first_unit(address)
        return Conversation(id=id, address=address, name="", pseudonym=pseudonym_of(id), unit=unit)

    def _get_or_create_own(self, uow: UnitOfWork, address: Address, name: str) -> Conversation:
        """Get or create a conversation that the actor is about to give to a unit; another unit's can't be taken."""
        conversation = self._get_or_create(uow, address, name)
        permitted = uow.permitted_units()
        unit = conversation.unit
        if permitted is not None and unit not in (*permitted, self.context.district.root):
            raise uow.withhold("chat", address.id, f"it belongs to {unit}", about=f"conversation:{conversation.id}")
        return conversation
