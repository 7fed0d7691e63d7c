"""Names of residents, encrypted for the custodians if any are enrolled; a group's title isn't personal data."""

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
"""Type of a function that encrypts the name of a conversation's person for the custodians; it returns None if no
custodian is enrolled.
"""
ActiveKeys = Callable[[ReadSession], Mapping[str, bytes]]
"""Type of a function that returns the public keys of the custodians by id; the result is empty if no custodian is
enrolled.
"""


def skip_sealing(session: ReadSession, conversation: str, name: str) -> None:  # noqa: ARG001  a sealer's signature
    """Return None, as a `DetailSealer` does while there are no custodians to encrypt for."""
    return


def update_name(uow: UnitOfWork, conversation: Conversation, name: str, seal: DetailSealer) -> Conversation:
    """Return a conversation with the newest known name; a person's new name is encrypted for the custodians.

    The keyed hash `details_mark` shows whether the name is new without opening the stored one.
    """
    if conversation.is_corrected:
        return conversation
    if name in ("", conversation.name) or conversation.address.place is not Place.PERSON:
        return conversation.named(name)
    return seal_name(uow, conversation, name, seal)


def seal_name(uow: UnitOfWork, conversation: Conversation, name: str, seal: DetailSealer) -> Conversation:
    """Return a person's conversation with its name encrypted for the custodians, or in clear without custodians."""
    mark = uow.context.keys.blind("details", f"{conversation.id} {name}")
    if mark == conversation.details_mark and conversation.name_marks:
        return conversation
    envelope = conversation.details if mark == conversation.details_mark else seal(uow, conversation.id, name)
    if envelope is None:
        return conversation.named(name)
    # A name that an earlier version encrypted without storing its hashes gets them here.
    return conversation.with_details(envelope, mark, uow.context.terms.marks(Identifying(name=name)))


class ConversationDetails(Service):
    """Updates encrypted names when custodians come and go.

    Args:
        seal: encrypts names for the custodians.
        active_keys: returns the custodians' public keys.
    """

    action_prefix = "conversations"

    def __init__(self, runner: UseCaseRunner, seal: DetailSealer, active_keys: ActiveKeys) -> None:
        super().__init__(runner)
        self._seal = seal
        self._active_keys = active_keys

    @command(Permission.OPERATE)
    def seal_details(self, uow: UnitOfWork, conversations: Sequence[str]) -> int:
        """Encrypt names that are stored in clear since before there were custodians, and drop the wraps of ended
        custodian keys.

        Wraps of ended keys stay until a key in use opens the name: their holders hand it over first. Wraps made
        together with the name stay until a key in use has such a wrap too: no one else can check a wrap that one holder
        made for another. Return the number of changed conversations; purged ones are left out.
        """
        uow.permit(self.context.district.root)
        keys = self._active_keys(uow)
        changed = sum(self._update_wraps(uow, id, keys) for id in conversations) if keys else 0
        if changed:
            uow.facts["conversations"] = changed
            uow.add_event("identity.details_sealed")
        return changed

    @step(Permission.GRANT)
    def add_wrap(self, uow: UnitOfWork, conversation_id: str, envelope: str, wrap: Wrap) -> bool:
        """Add one holder's wrap to a resident's encrypted name; return False if the name has changed since it was
        wrapped.

        Return False too if that holder has a wrap already: it is never replaced, since the program can't check which of
        the two opens.

        Args:
            conversation_id: conversation of the resident.
            envelope: digest of the envelope with the wrapped key.
            wrap: the envelope's key, wrapped by a holder who opens it.

        Raises:
            BadInput: the wrap wasn't made by a holder who opens the name.
        """
        uow.permit(self.context.district.root)
        conversation = uow.get_readable(CONVERSATION, conversation_id)
        details = None if conversation is None else conversation.details
        if conversation is None or details is None or details.digest != envelope or wrap.key in details.wraps:
            return False
        uow.save(CONVERSATION, evolve(conversation, details=details.with_wrap(wrap)))
        return True

    def _update_wraps(self, uow: UnitOfWork, id: str, keys: Mapping[str, bytes]) -> bool:
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
