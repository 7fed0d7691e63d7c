"""Messages, and conversations, which are the identity vault.

A conversation's body has the channel address and the name; it is encrypted under its own scope, apart from every case.
Everything else contains only its id and a pseudonym.
"""

from datetime import datetime

from attrs import field, frozen

from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.conversations.talk import Talk
from anninh_core.domain.conversations.views import (
    MessageView,
    OriginalOpeningView,
    ProposedDismissalView,
    build_attachment_view,
)
from anninh_core.domain.index_specs import CONVERSATION_SPEC, MESSAGE_SPEC
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.identifiers import Identifying
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.replacing import evolve
from anninh_core.ports.clock import Ids
from anninh_core.ports.keys import Keys
from anninh_core.usecase.encryption.envelope import Envelope
from anninh_core.usecase.keyed_hashes.people import People
from anninh_core.usecase.kinds import Kind, PersonColumn, format_hour
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock, list_lock_marks
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.messages import Address, Attachment, Place

_ID_DIGITS = 32  # 32 hexadecimal digits are 128 bits.
_CASES = ("tip", "inquiry", "post")


def new_conversation_id(address: Address, keys: Keys, ids: Ids) -> str:
    """Return an id for a new conversation: the messenger, and letters that reveal neither the person nor the time.

    A person who comes back after a purge gets another id. Ids of earlier versions are a keyed hash of the address.
    """
    return f"{address.messenger}.{keys.blind('conversation id', ids.new())[:_ID_DIGITS]}"


def build_identity_scope(conversation: str) -> str:
    """Return the erasure scope that encrypts the identity behind a conversation."""
    return f"identity:{conversation}"


def make_pseudonym(conversation: str) -> str:
    """Return a conversation's short name, made from its id."""
    return conversation.rpartition(".")[2][:4].upper()


@frozen(kw_only=True)
class Conversation:
    """A person or a group on one messenger.

    Attributes:
        id: random; found by the address until the identity is purged (`Conversations.id_of`).
        pseudonym: short name that handlers see.
        unit: unit that it belongs to as far as known; the account's unit until an officer places it.
        last_case: `kind:id` of the case that a new message continues, or "".
        last_heard: time of the last message in it, or None; platforms limit how long after it we may write.
        name: name of a group, or of a person if no custodian is enrolled; otherwise "".
        details: the name, encrypted for the custodians.
        details_mark: keyed hash of the name in `details`, which shows whether a name is new.
        talk: recent cases and open questions.
        is_corrected: whether the person had the name corrected: the platform's name doesn't replace it any more.
        name_marks: keyed hashes of a name encrypted for the custodians, for the leak check.
        cases: all cases of the person, `kind:id`, the oldest first; no other record contains this list.
    """

    id: str
    address: Address
    name: str = field(repr=False)
    pseudonym: str
    unit: str
    last_case: str = ""
    last_heard: datetime | None = None
    details: Envelope | None = field(default=None, repr=False)
    details_mark: str = field(default="", repr=False)
    talk: Talk = field(factory=Talk)
    is_corrected: bool = False
    name_marks: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    version: int = 0

    def with_case(self, case: str) -> "Conversation":
        """Return the conversation with a case added to its list."""
        return self if case in self.cases else evolve(self, cases=(*self.cases, case))

    def heard(self, at: datetime) -> "Conversation":
        """Return the conversation after a message; a late message doesn't set `last_heard` back."""
        return evolve(self, last_heard=max(at, self.last_heard or at))

    def paced(self, pace: Pace) -> "Conversation":
        """Return the conversation with new counts of the person's recent messages and cases."""
        return evolve(self, talk=evolve(self.talk, pace=pace))

    def named(self, name: str) -> "Conversation":
        """Return the conversation with its newest name in clear; an empty name changes nothing."""
        if name in ("", self.name):
            return self
        return evolve(self, name=name, details=None, details_mark="", name_marks=())

    def with_details(self, details: Envelope, mark: str, name_marks: tuple[str, ...] = ()) -> "Conversation":
        """Return the conversation with its name encrypted, and no name in clear."""
        return evolve(self, name="", details=details, details_mark=mark, name_marks=name_marks)

    @property
    def identifying(self) -> Identifying | None:
        """Facts that identify the person; None for a group."""
        if self.address.place is not Place.PERSON:
            return None
        return Identifying(name=self.name, account=self.address.id, marks=self.name_marks)

    def continued_by(self, case: str, unit: str, at: datetime | None = None) -> "Conversation":
        """Return the conversation after a decision about the case and unit of its next messages; with `at`, the case
        also becomes one of its recent cases.
        """
        return evolve(self, last_case=case, unit=unit, talk=self.talk.heard(case, at) if at is not None else self.talk)


@frozen
class OriginalOpening:
    """An opening of a file's original, which may identify its sender.

    Attributes:
        number: number of the attachment, from 0.
        purpose: in the officer's words; encrypted like the message.
    """

    number: int
    by: str
    at: datetime
    purpose: str = field(repr=False)

    def to_view(self) -> OriginalOpeningView:
        """Return the view of the opening."""
        return make_view(OriginalOpeningView, self)


@frozen(kw_only=True)
class ProposedDismissal:
    """An officer's proposal to dismiss a locked message; another officer has to agree.

    Attributes:
        by: officer id.
        reason: code from the list of reasons.
    """

    by: str
    at: datetime
    reason: str

    def to_view(self) -> ProposedDismissalView:
        """Return the view of the proposal."""
        return make_view(ProposedDismissalView, self)


@frozen(kw_only=True)
class Message:
    """A message that we received or sent in a conversation.

    Attributes:
        conversation: id of the conversation that it was written in.
        sender: conversation id of its author (the same as `conversation` one-to-one); "" for us.
        case: `kind:id` of the case it belongs to, or "".
        kind: the router's classification: tip, question, chatter, command, continuation, unassigned, group_post;
            `operator` for a message that a person wrote for us in the platform's own tool.
        reasons: reasons for the classification, one line each, for the officer who checks.
        erased: whether its text was removed because its author wanted to be erased.
        candidates: cases that it may belong to, as long as that is undecided.
        corrections: its author's corrections of its text, which itself stays unchanged.
        is_withheld: whether its text isn't shown because its author's data may not be used; never stored.
        openings: who got the original of a file, and for which purpose.
        held_back: whether it was over a limit of its sender, so that an officer decides about it.
        reply_to: the platform's id of the message that it replies to, "" for none.
        lock: keeps it from the units that it accuses as long as it belongs to no case; None for none.
        proposed_dismissal: an officer's proposal to dismiss it while it is locked, or None.
    """

    id: str
    conversation: str
    sender: str
    unit: str
    text: str = field(repr=False)
    sent_at: datetime
    received_at: datetime
    kind: str = field(converter=str)
    platform_id: str = ""
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()
    case: str = ""
    reasons: tuple[str, ...] = field(default=(), repr=False)
    erased: bool = False
    candidates: tuple[str, ...] = ()
    corrections: tuple[str, ...] = field(default=(), repr=False)
    is_withheld: bool = False
    openings: tuple[OriginalOpening, ...] = ()
    held_back: bool = False
    version: int = 0
    lock: SupervisorLock | None = None
    proposed_dismissal: ProposedDismissal | None = None

    def for_handlers(self, names: Pseudonyms) -> "Message":
        """Return the message as officers see it: its sender has a pseudonym that is used only in its case or group."""
        name = names(self.sender, self.case or build_conversation_scope(self.conversation))
        in_private = self.conversation == self.sender
        return evolve(self, sender=name, conversation=name if in_private else self.conversation)

    def to_view(self) -> MessageView:
        """Return the view of a message as officers see it (`for_handlers`)."""
        attachments = tuple(
            build_attachment_view(number, attachment) for number, attachment in enumerate(self.attachments)
        )
        in_group = self.sender not in ("", self.conversation)
        return make_view(MessageView, self, in_group=in_group, attachments=attachments)

    @property
    def is_group_talk(self) -> bool:
        """Whether a member wrote it in a group, and it belongs to no case."""
        return self.sender not in ("", self.conversation) and not self.case

    @property
    def file_names(self) -> frozenset[str]:
        """Names under which its files are stored."""
        names = (
            name
            for attachment in self.attachments
            for name in (attachment.blob, attachment.file.blob if attachment.file else "")
        )
        return frozenset(filter(None, names))

    def with_attachment(self, number: int, attachment: Attachment) -> "Message":
        """Return the message with an attachment replaced; attachments are numbered from 0."""
        before, after = self.attachments[:number], self.attachments[number + 1 :]
        return evolve(self, attachments=(*before, attachment, *after))

    def linked(self, case: str, unit: str, kind: str) -> "Message":
        """Return the message as part of a case."""
        return evolve(self, case=case, unit=unit, kind=kind, candidates=(), lock=None, proposed_dismissal=None)

    def locked(self, lock: SupervisorLock, root: str) -> "Message":
        """Return the message under a lock: it belongs to the supervising unit, or to the root if no unit supervises."""
        return evolve(self, lock=lock, unit=lock.supervisor or root)

    @property
    def is_locked(self) -> bool:
        """Whether a supervisor lock keeps it from the units that it accuses."""
        return self.lock is not None and self.lock.is_active

    def in_doubt(self, candidates: tuple[str, ...]) -> "Message":
        """Return the message as unassigned: an officer or its sender decides about its case."""
        return evolve(self, kind=UNASSIGNED, candidates=candidates)

    def without_words(self) -> "Message":
        """Return the message without its content, as an erasure leaves it: its existence and its case remain."""
        return evolve(self, text="", attachments=(), reply_to="", reasons=(), corrections=(), erased=True)

    def withheld(self) -> "Message":
        """Return the message without its text and files, since its author's data may not be used."""
        return evolve(self, text="", attachments=(), reply_to="", reasons=(), corrections=(), is_withheld=True)

    def without_files(self) -> "Message":
        """Return the message without its files, since their retention period is over."""
        attachments = tuple(
            evolve(attachment, blob="", lost=KEPT_NO_LONGER, file=attachment.file and evolve(attachment.file, blob=""))
            if attachment.blob
            else attachment
            for attachment in self.attachments
        )
        return evolve(self, attachments=attachments)

    def opened(self, number: int, by: str, at: datetime, purpose: str) -> "Message":
        """Return the message with a record that an officer got the original of one of its files."""
        return evolve(self, openings=(*self.openings, OriginalOpening(number, by, at, purpose)))


KEPT_NO_LONGER = "kept_no_longer"
"""Reason why a file isn't stored any more: its retention period is over. See `Attachment.lost`."""

ERASED_SCOPE = "conversations:erased"
"""Erasure scope of the remainder of erased messages. A conversation may get a new key after the erasure, which couldn't
decrypt that remainder.
"""

TALK = "talk"
"""Kind of the erasure scopes that encrypt members' messages in a group. There is a scope for each month, so that a
month is purged as a whole.
"""

UNASSIGNED = "unassigned"
"""Kind of a message that may belong to several cases, or to a new one: no figure counts it until it is decided."""

PASSED_ON = "passed_on"
"""Kind of a locked message that was passed to the authority outside the system that supervises the accused unit."""

SMALL_TALK = "chatter"
"""Kind of a message that leads to no case."""

OPERATOR = "operator"
"""Kind of a message that a person wrote for us in the platform's own tool."""


def build_talk_scope(message: Message) -> str:
    """Return the scope of a group's messages in the month of a message, in the district's time zone."""
    return f"{TALK}:{message.conversation}.{local_date(message.received_at):%Y-%m}"


CONVERSATION = Kind(
    spec=CONVERSATION_SPEC,
    model=Conversation,
    columns=lambda _: {},
    scope=lambda conversation: build_identity_scope(conversation.id),
    found_by=lambda conversation: conversation.address.key,
    identifying=lambda conversation: conversation.identifying,
    numbered=True,
)


def build_conversation_scope(conversation: str) -> str:
    """Return the erasure scope of a conversation's messages that belong to no case."""
    return f"conversation:{conversation}"


def message_scope(message: Message) -> str:
    """Return the erasure scope that encrypts a message.

    A message of a case has the scope of the case, so that it is purged with that case only; any other message has the
    scope of its conversation, or of its group's month.
    """
    if message.erased:
        return ERASED_SCOPE
    if message.case:
        return message.case
    return build_talk_scope(message) if message.is_group_talk else build_conversation_scope(message.conversation)


PEOPLE = People(CONVERSATION, lambda conversation: conversation.cases, Conversation.with_case, TALK)
"""Access to the records of people, for the context of use cases."""


def _find_sender_place(message: Message) -> str:
    """Return the scope in which a message's sender has one pseudonym: the case, or the month of the group; "" for any
    other message.
    """
    return message.case or (build_talk_scope(message) if message.is_group_talk else "")


def _find_partner_place(message: Message) -> str:
    """Return the case in which the resident of a private message has one pseudonym; "" for a message in a group, which
    keeps the group's id.
    """
    is_in_group = message.sender not in ("", message.conversation)
    return "" if is_in_group else message.case


MESSAGE = Kind(
    spec=MESSAGE_SPEC,
    model=Message,
    columns=lambda message: {
        "conversation": message.conversation,
        "sender": message.sender,
        "case": message.case,
        "kind": message.kind,
        "platform": message.platform_id,
        "hour": format_hour(message.received_at),
    },
    person_columns={
        "sender": PersonColumn(_find_sender_place, (*_CASES, TALK)),
        "conversation": PersonColumn(_find_partner_place, _CASES),
    },
    keyed_columns={"platform": "conversation"},
    scope=message_scope,
    stays_sealed=lambda message: bool(message.file_names),
    excluded=lambda message: list_lock_marks(message.lock),
    identifying=lambda message: Identifying(words=message.text) if message.sender else None,
    numbered=True,
)
