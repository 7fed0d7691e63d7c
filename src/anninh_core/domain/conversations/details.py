"""Names of residents, sealed to the custodians where there are any; a group's title is no personal detail."""

from collections.abc import Callable, Mapping, Sequence

from attrs import evolve

from anninh_core.domain.conversations.model import CONVERSATION, Conversation
from anninh_core.kernel.identifiers import Identifying
from anninh_core.usecase.encryption.envelope import Envelope, Wrap
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Place
from anninh_core.vocabulary.permissions import Permission

DetailSealer = Callable[[ReadSession, str, str], Envelope | None]
"""Seals the name behind a conversation id; None where no custodian is enrolled."""
ActiveKeys = Callable[[ReadSession], Mapping[str, bytes]]
"""Returns the public keys of the custodians by their ids; none where nobody is enrolled."""


def leave_open(session: ReadSession, conversation: str, name: str) -> None:  # noqa: ARG001  a sealer's signature
    """Seal nothing to anybody."""
    return


def with_name(uow: UnitOfWork, conversation: Conversation, name: str, seal: DetailSealer) -> Conversation:
    """Return a conversation with the newest name known, sealed to the custodians if it is a person's and a new one.

    The mark tells whether the name is another one than before without opening it.
    """
    if conversation.is_corrected:
        return conversation
    if name in ("", conversation.name) or conversation.address.place is not Place.PERSON:
        return conversation.named(name)
    return seal_name(uow, conversation, name, seal)


def seal_name(uow: UnitOfWork, conversation: Conversation, name: str, seal: DetailSealer) -> Conversation:
    """Return a person's conversation with a name sealed to the custodians, or as it is known where there are none."""
    mark = uow.context.keys.blind("details", f"{conversation.id} {name}")
    if mark == conversation.details_mark and conversation.name_marks:
        return conversation
    envelope = conversation.details if mark == conversation.details_mark else seal(uow, conversation.id, name)
    if envelope is None:
        return conversation.named(name)
    # Also of a name that was sealed by a version that kept no hashes of it.
    return conversation.with_details(envelope, mark, uow.context.terms.marks(Identifying(name=name)))


class ConversationDetails(Service):
    """What becomes of sealed names when custodians come and go.

    Args:
        seal: seals names to the custodians.
        active_keys: returns their keys.
    """

    action_prefix = "conversations"

    def __init__(self, runner: UseCaseRunner, seal: DetailSealer, active_keys: ActiveKeys) -> None:
        super().__init__(runner)
        self._seal = seal
        self._active_keys = active_keys

    @command(Permission.OPERATE)
    def seal_details(self, uow: UnitOfWork, conversations: Sequence[str]) -> int:
        """Seal names that stand open since before there were custodians, and drop the wraps of keys that ended.

        Wraps of ended keys stay where no key in use opens the name yet: their holders hand it over first. Those that
        were made together with the name stay until a key in use has one of these too: what a holder wrapped for another
        one, nobody else can check. Returns how many conversations changed; what was purged is left out.
        """
        uow.permit(self.context.district.root)
        keys = self._active_keys(uow)
        changed = sum(self._refresh(uow, id, keys) for id in conversations) if keys else 0
        if changed:
            uow.facts["conversations"] = changed
            uow.add_event("identity.details_sealed")
        return changed

    @step(Permission.GRANT)
    def add_wrap(self, uow: UnitOfWork, conversation_id: str, envelope: str, wrap: Wrap) -> bool:
        """Give one holder more the key of somebody's details; False if they aren't those that were wrapped.

        False too where that holder has one: what is there is never replaced, as nobody here can tell which one opens.

        Args:
            conversation_id: whose details.
            envelope: digest of the envelope whose key was wrapped.
            wrap: the envelope's key, wrapped by somebody who opens it.

        Raises:
            BadInput: nobody who opens them made the wrap.
        """
        uow.permit(self.context.district.root)
        conversation = uow.get_readable(CONVERSATION, conversation_id)
        details = None if conversation is None else conversation.details
        if conversation is None or details is None or details.digest != envelope or wrap.key in details.wraps:
            return False
        uow.save(CONVERSATION, evolve(conversation, details=details.with_wrap(wrap)))
        return True

    def _refresh(self, uow: UnitOfWork, id: str, keys: Mapping[str, bytes]) -> bool:
        conversation = uow.get_readable(CONVERSATION, id)
        if conversation is None:
            return False
        sealed = conversation
        if conversation.name and conversation.address.place is Place.PERSON:
            sealed = seal_name(uow, conversation, conversation.name, self._seal)
        if sealed.details is not None:
            sealed = evolve(sealed, details=sealed.details.only_for(keys))
        if sealed == conversation:
            return False
        uow.save(CONVERSATION, sealed)
        return True
