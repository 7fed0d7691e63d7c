"""What was said (messages) and by whom (conversations, which are the identity vault).

A conversation's body holds the channel address and the name; it is sealed under its own scope, apart from every case.
Everybody else sees its id and a pseudonym.
"""

from datetime import datetime

from attrs import field, frozen

from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.conversations.talk import Talk
from anninh_core.domain.conversations.views import (
    MessageView,
    OriginalOpeningView,
    ProposedDismissalView,
    view_attachment,
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
from anninh_core.usecase.kinds import Kind, PersonColumn, hour_column
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock, marks_of_lock
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.messages import Address, Attachment, Place

_ID_DIGITS = 32  # 128 bits
_CASES = ("tip", "inquiry", "post")


def new_conversation_id(address: Address, keys: Keys, ids: Ids) -> str:
    """Return an id for somebody who has none: the messenger, and letters that tell neither who it is nor when it was.

    Whoever comes back after a purge gets another one. Ids of earlier versions are a keyed hash of the address.
    """
    return f"{address.messenger}.{keys.blind('conversation id', ids.new())[:_ID_DIGITS]}"


def identity_scope(conversation: str) -> str:
    """Return the erasure scope that seals who somebody is."""
    return f"identity:{conversation}"


def pseudonym_of(conversation: str) -> str:
    """Return the short name of somebody by their conversation id."""
    return conversation.rpartition(".")[2][:4].upper()


@frozen(kw_only=True)
class Conversation:
    """Somebody, or a group, on one messenger.

    Attributes:
        id: random; found by the address as long as the identity isn't purged (`Conversations.id_of`).
        pseudonym: short name that handlers see.
        unit: the unit it belongs to as far as known; that of the account until somebody places it.
        last_case: `kind:id` of the case that a new message continues, or "".
        last_heard: when the last message in it came, or None; platforms limit how long after it we may write.
        name: of a group, or of somebody where no custodian is enrolled; else "".
        details: the name, sealed to the custodians.
        details_mark: keyed hash of what `details` holds, by which a new name is told from the one that is known.
        talk: which cases were heard lately, and what was asked.
        is_corrected: whether the name is one that the person had corrected: the platform's replaces it no more.
        name_marks: keyed hashes of a name that is sealed to the custodians, by which the leak check knows it again.
        cases: all cases of the person, `kind:id`, the oldest first; no other record has this.
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
        """Return the conversation with a case in its list."""
        return self if case in self.cases else evolve(self, cases=(*self.cases, case))

    def heard(self, at: datetime) -> "Conversation":
        """Return the conversation after a message in it; one that comes late leaves a later one the last."""
        return evolve(self, last_heard=max(at, self.last_heard or at))

    def paced(self, pace: Pace) -> "Conversation":
        """Return the conversation with what came in it lately."""
        return evolve(self, talk=evolve(self.talk, pace=pace))

    def named(self, name: str) -> "Conversation":
        """Return the conversation with the newest name known; an empty one changes nothing."""
        if name in ("", self.name):
            return self
        return evolve(self, name=name, details=None, details_mark="", name_marks=())

    def with_details(self, details: Envelope, mark: str, name_marks: tuple[str, ...] = ()) -> "Conversation":
        """Return the conversation with its details sealed, and no name in it any more."""
        return evolve(self, name="", details=details, details_mark=mark, name_marks=name_marks)

    @property
    def identifying(self) -> Identifying | None:
        """What of it leads to somebody; a group is nobody."""
        if self.address.place is not Place.PERSON:
            return None
        return Identifying(name=self.name, account=self.address.id, marks=self.name_marks)

    def continued_by(self, case: str, unit: str, at: datetime | None = None) -> "Conversation":
        """Return the conversation with the case that was heard at a moment; further words may belong to it."""
        return evolve(self, last_case=case, unit=unit, talk=self.talk.heard(case, at) if at is not None else self.talk)


@frozen
class OriginalOpening:
    """Somebody got the original of a file, which may tell who sent it.

    Attributes:
        number: of the attachment, from 0.
        purpose: in their words; sealed like the message.
    """

    number: int
    by: str
    at: datetime
    purpose: str = field(repr=False)

    def to_view(self) -> OriginalOpeningView:
        """Return what may leave."""
        return make_view(OriginalOpeningView, self)


@frozen(kw_only=True)
class ProposedDismissal:
    """That one person would do nothing about a locked message; another one has to agree.

    Attributes:
        by: officer id.
        reason: code of the list of reasons.
    """

    by: str
    at: datetime
    reason: str

    def to_view(self) -> ProposedDismissalView:
        """Return what may leave."""
        return make_view(ProposedDismissalView, self)


@frozen(kw_only=True)
class Message:
    """One message, in or out.

    Attributes:
        conversation: id of where it was said.
        sender: conversation id of the person who said it (the same as `conversation` one-to-one); "" for us.
        case: `kind:id` of the case it belongs to, or "".
        kind: what the router took it for: tip, question, chatter, command, continuation, unassigned, group_post;
            `operator` for what a person wrote for us in the platform's own tool.
        reasons: why, one line each, for the officer who checks.
        erased: whether its words were taken out because its author wanted to be erased.
        candidates: the cases that it may belong to, where nobody knows yet.
        corrections: what its author says is wrong in it, and how it should read; the words themselves stay.
        is_withheld: whether its words aren't shown because their author's data aren't used; never stored.
        openings: who got the original of a file, and what for.
        held_back: whether it was over a limit of its sender, so that a person decides what becomes of it.
        reply_to: the platform's id of the message that it answers, "" for none.
        lock: keeps it from the units that it accuses as long as it belongs to no case; None for none.
        proposed_dismissal: that one person would do nothing about it, where it is locked; None where nobody would.
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
        """Return the message as officers see it: who said it has a name of its case, or of its group, alone."""
        name = names(self.sender, self.case or conversation_scope(self.conversation))
        in_private = self.conversation == self.sender
        return evolve(self, sender=name, conversation=name if in_private else self.conversation)

    def to_view(self) -> MessageView:
        """Return what may leave of a message as officers see it (`for_handlers`)."""
        attachments = tuple(view_attachment(number, one) for number, one in enumerate(self.attachments))
        in_group = self.sender not in ("", self.conversation)
        return make_view(MessageView, self, in_group=in_group, attachments=attachments)

    @property
    def is_group_talk(self) -> bool:
        """Whether a member said it in a group, and nothing came of it."""
        return self.sender not in ("", self.conversation) and not self.case

    @property
    def file_names(self) -> frozenset[str]:
        """Under which names its files lie here."""
        names = (name for one in self.attachments for name in (one.blob, one.file.blob if one.file else ""))
        return frozenset(filter(None, names))

    def with_attachment(self, number: int, attachment: Attachment) -> "Message":
        """Return the message with what became of one of its attachments, numbered from 0."""
        before, after = self.attachments[:number], self.attachments[number + 1 :]
        return evolve(self, attachments=(*before, attachment, *after))

    def linked(self, case: str, unit: str, kind: str) -> "Message":
        """Return the message as part of a case."""
        return evolve(self, case=case, unit=unit, kind=kind, candidates=(), lock=None, proposed_dismissal=None)

    def locked(self, lock: SupervisorLock, root: str) -> "Message":
        """Return the message under a lock: it belongs to the supervising unit, the root where none supervises."""
        return evolve(self, lock=lock, unit=lock.supervisor or root)

    @property
    def is_locked(self) -> bool:
        """Whether a supervisor lock keeps it from the units that it accuses."""
        return self.lock is not None and self.lock.is_active

    def in_doubt(self, candidates: tuple[str, ...]) -> "Message":
        """Return the message as one of which a person decides where it belongs."""
        return evolve(self, kind=UNASSIGNED, candidates=candidates)

    def without_words(self) -> "Message":
        """Return what is left of an erased message: that it was there, and which case it belonged to."""
        return evolve(self, text="", attachments=(), reply_to="", reasons=(), corrections=(), erased=True)

    def withheld(self) -> "Message":
        """Return what is shown of a message whose author's data aren't used."""
        return evolve(self, text="", attachments=(), reply_to="", reasons=(), corrections=(), is_withheld=True)

    def without_files(self) -> "Message":
        """Return the message after the time of its files is over."""
        attachments = tuple(
            evolve(one, blob="", lost=KEPT_NO_LONGER, file=one.file and evolve(one.file, blob="")) if one.blob else one
            for one in self.attachments
        )
        return evolve(self, attachments=attachments)

    def opened(self, number: int, by: str, at: datetime, purpose: str) -> "Message":
        """Return the message after somebody got the original of one of its files."""
        return evolve(self, openings=(*self.openings, OriginalOpening(number, by, at, purpose)))


KEPT_NO_LONGER = "kept_no_longer"
"""Why a file isn't here any more: its time is over. See `Attachment.lost`."""

ERASED_SCOPE = "conversations:erased"
"""Seals what is left of erased messages: their conversation may get a new key, which would not open them."""

TALK = "talk"
"""Kind of the scopes that seal what members say in a group, one a month: a month goes as a whole once it is old."""

UNASSIGNED = "unassigned"
"""Kind of a message that may belong to several cases, or to a new one: it counts nowhere until a person decides."""

PASSED_ON = "passed_on"
"""Kind of a locked message that went to the office outside which supervises the accused."""

SMALL_TALK = "chatter"
"""Kind of a message of which nothing comes."""

OPERATOR = "operator"
"""Kind of a message that a person wrote for us in the platform's own tool."""


def talk_scope(message: Message) -> str:
    """Return the scope of what was said in a group in the month of a message, in the district's time zone."""
    return f"{TALK}:{message.conversation}.{local_date(message.received_at):%Y-%m}"


CONVERSATION = Kind(
    spec=CONVERSATION_SPEC,
    model=Conversation,
    columns=lambda _: {},
    scope=lambda conversation: identity_scope(conversation.id),
    found_by=lambda conversation: conversation.address.key,
    identifying=lambda conversation: conversation.identifying,
    numbered=True,
)


def conversation_scope(conversation: str) -> str:
    """Return the erasure scope that seals what is said in a conversation and belongs to no case."""
    return f"conversation:{conversation}"


def message_scope(message: Message) -> str:
    """Return what seals a message: its case, so that it goes with that and no other; until there is one, the talk."""
    if message.erased:
        return ERASED_SCOPE
    if message.case:
        return message.case
    return talk_scope(message) if message.is_group_talk else conversation_scope(message.conversation)


PEOPLE = People(CONVERSATION, lambda conversation: conversation.cases, Conversation.with_case, TALK)
"""The records of people, for the context of use cases."""


def _sender_place(message: Message) -> str:
    """Return the place that a message names its sender in: its case, or the month of a group."""
    return message.case or (talk_scope(message) if message.is_group_talk else "")


def _partner_place(message: Message) -> str:
    """Return the place that a private message names its resident in, its case; "" in a group, which keeps its id."""
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
        "hour": hour_column(message.received_at),
    },
    person_columns={
        "sender": PersonColumn(_sender_place, (*_CASES, TALK)),
        "conversation": PersonColumn(_partner_place, _CASES),
    },
    keyed_columns={"platform": "conversation"},
    scope=message_scope,
    stays_sealed=lambda message: bool(message.file_names),
    excluded=lambda message: marks_of_lock(message.lock),
    identifying=lambda message: Identifying(words=message.text) if message.sender else None,
    numbered=True,
)
