"""Ids of the conversations that events belong to, assigned before the events are processed."""

from collections.abc import Collection, Iterable, Mapping

from attrs import evolve, frozen

from anninh_core.domain.conversations.model import CONVERSATION, build_identity_scope, new_conversation_id
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import NewKey
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.keyed_hashes.blind_index import compute_blind_index
from anninh_core.vocabulary.messages import Address


@frozen
class AssignedId:
    """The id assigned to a conversation, and the data key of a new person.

    Attributes:
        new_key: data key of a new person's identity, to be stored with the first event that names the id; None for a
            known person.
    """

    id: str
    new_key: NewKey | None = None


def assign_conversation_ids(
    context: UseCaseContext, addresses: Iterable[Address], new: Collection[str]
) -> Mapping[str, AssignedId]:
    """Return the conversation id of each address by `Address.key`: the existing id, a new one, or "".

    Args:
        new: `Address.key` of those who get a new id if they have none.
    """
    indexes = {compute_blind_index(context.keys, CONVERSATION, address.key): address for address in addresses}
    stored = context.storage.keyring.find(indexes.keys()) if indexes else {}
    return {
        address.key: AssignedId(Ref.parse(stored[index].scope).id)
        if index in stored
        else (_assign_new_id(context, address, index) if address.key in new else AssignedId(""))
        for index, address in indexes.items()
    }


def _assign_new_id(context: UseCaseContext, address: Address, index: str) -> AssignedId:
    id = new_conversation_id(address, context.keys, context.ids)
    key = context.encryptor.get_key(build_identity_scope(id), stored={})
    return AssignedId(id, None if key.new is None else evolve(key.new, blind_index=index))
