"""Personal details, sealed to all custodians and the recovery key."""

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
    """What is known of somebody besides where they write from."""

    name: str = field(default="", repr=False)
    numbers: tuple[str, ...] = field(default=(), repr=False)


_DECODER = msgspec.json.Decoder(PersonalDetails)

ACTIVE = Find(kind=CUSTODIAN.name, order="id", where={"state": CustodianState.ACTIVE.value}, limit=PAGE)
"""What `find_active_keys` asks first, so that a batch can read it once."""


def about(conversation: str) -> str:
    """Return what the details of somebody are bound to."""
    return f"anninh details {conversation}"


def find_active_keys(session: ReadSession, *, complete: bool = True) -> Mapping[str, bytes]:
    """Return the public keys to seal to, by their ids; none at all before there are a custodian and a recovery key.

    Args:
        complete: whether a damaged key is refused. Else it is left out: fewer can open what is sealed meanwhile.

    Raises:
        Damaged: one can't be read, and it has to be complete.
    """
    custodians = tuple(session.iter_all(CUSTODIAN, ACTIVE.order, where=ACTIVE.where, complete=complete))
    if session.has_left_out(CUSTODIAN):
        return {custodian.id: custodian.key for custodian in custodians}
    kinds = {custodian.is_recovery for custodian in custodians}
    return {custodian.id: custodian.key for custodian in custodians} if kinds == {True, False} else {}


def seal_details(session: ReadSession, conversation: str, name: str) -> Envelope | None:
    """Return somebody's details sealed, None where nobody holds keys: then their own scope alone seals them.

    A damaged key is left out, so that a resident's message is processed.
    """
    keys = find_active_keys(session, complete=False)
    if not keys:
        return None
    return seal_envelope(keys, msgspec.json.encode(PersonalDetails(name=name)), about(conversation))


def decode_details(plain: bytes) -> PersonalDetails:
    """Return details as they were sealed."""
    return _DECODER.decode(plain)
