"""Personal details, encrypted to all custodians and the recovery key."""

from collections.abc import Mapping

import msgspec
from attrs import field, frozen

from anninh_core.domain.identity.custody.kind import CUSTODIAN
from anninh_core.domain.identity.states import CustodianState
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.encryption.envelope import Envelope, seal_envelope
from anninh_core.usecase.read_session import PAGE, ReadSession


@frozen(kw_only=True)
class PersonalDetails:
    """A person's details without the person's address."""

    name: str = field(default="", repr=False)
    numbers: tuple[str, ...] = field(default=(), repr=False)


_DECODER = msgspec.json.Decoder(PersonalDetails)

ACTIVE = Find(kind=CUSTODIAN.name, order="id", where={"state": CustodianState.ACTIVE.value}, limit=PAGE)
"""The query of `find_active_keys`, so that a batch can run it once in advance."""


def make_details_context(conversation: str) -> str:
    """Return the context that the encrypted details of a conversation are bound to."""
    return f"anninh details {conversation}"


def find_active_keys(session: ReadSession, *, complete: bool = True) -> Mapping[str, bytes]:
    """Return the public keys to encrypt details to, by id; none before there are both a custodian and a recovery key.

    Args:
        complete: whether a damaged key raises; otherwise it is left out, so that fewer custodians can open details
            encrypted meanwhile.

    Raises:
        Damaged: a key can't be read, and `complete` is set.
    """
    custodians = tuple(session.iter_all(CUSTODIAN, ACTIVE.order, where=ACTIVE.where, complete=complete))
    if session.has_left_out(CUSTODIAN):
        return {custodian.id: custodian.key for custodian in custodians}
    kinds = {custodian.is_recovery for custodian in custodians}
    return {custodian.id: custodian.key for custodian in custodians} if kinds == {True, False} else {}


def seal_details(session: ReadSession, conversation: str, name: str) -> Envelope | None:
    """Return a person's encrypted details; None without keys: then only the person's own scope encrypts them.

    A damaged key is left out, so that a resident's message is still processed.
    """
    keys = find_active_keys(session, complete=False)
    if not keys:
        return None
    return seal_envelope(keys, msgspec.json.encode(PersonalDetails(name=name)), make_details_context(conversation))


def decode_details(plain: bytes) -> PersonalDetails:
    """Return a person's decrypted details, decoded from their bytes."""
    return _DECODER.decode(plain)
