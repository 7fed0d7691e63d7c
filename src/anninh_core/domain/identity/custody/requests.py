"""A request for one field on its way to a custodian."""

from collections.abc import Collection
from datetime import datetime

from attrs import evolve

from anninh_core.domain.identity.custody.files import REQUEST, SIGNED, DetailRequest, SealedFile, encode
from anninh_core.domain.identity.custody.kind import CUSTODIAN
from anninh_core.domain.identity.custody.model import Custodian
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.identity.states import CustodianState
from anninh_core.kernel.errors import WrongStep
from anninh_core.ports.keys import Keys, SigningKeys
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.envelope import Envelope, seal_to
from anninh_core.usecase.read_session import ReadSession


def choose_holder(session: ReadSession, details: Envelope, barred: Collection[str], key_id: str = "") -> Custodian:
    """Return the custodian who is asked: the one named, or the first whose key opens the details.

    Args:
        details: what is to be opened.
        barred: who is excluded from the case, officers and units: they aren't asked.
        key_id: of the custodian named, "" for any.

    Raises:
        WrongStep: the one named has no key to them, or nobody has.
    """
    where = {"state": CustodianState.ACTIVE.value}
    wrapped = [one for one in session.iter_all(CUSTODIAN, "id", where=where) if one.id in details.wraps]
    active = [one for one in wrapped if {*barred}.isdisjoint(session.permits.list_marks(one.officer))]
    named = [one for one in active if one.id == key_id] if key_id else [one for one in active if not one.is_recovery]
    if not named:
        raise WrongStep(
            "No custodian who can be asked has a key to these details (key asked for: {key}): have another "
            "custodian, or the holder of the recovery key, wrap them with {act:identity.custodians.export_rewraps}.",
            key=tuple(filter(None, (key_id,))),
        )
    return named[0]


def seal_request(
    context: UseCaseContext, disclosure: Disclosure, details: Envelope, holder: Custodian, reader: bytes
) -> bytes:
    """Return the file that asks a custodian to open one field, sealed to the custodian, signed where keys sign."""
    until: datetime | None = disclosure.until
    if until is None:
        raise AssertionError(f"disclosure {disclosure.id} was used before it was approved")
    request = DetailRequest(
        disclosure=disclosure.id,
        authority=context.district.root,
        conversation=disclosure.conversation,
        field=disclosure.field,
        purpose=disclosure.purpose,
        ground=disclosure.ground,
        requested_by=disclosure.requested_by,
        approved_by=disclosure.decided_by,
        reader=reader,
        until=until,
        ciphertext=details.ciphertext,
        wrap=details.wraps[holder.id],
    )
    file = SealedFile(format=REQUEST, about=disclosure.id, key=holder.id, sealed=b"")
    return encode(_sign(evolve(file, sealed=seal_to(holder.key, encode(request), file.bound_to)), context.keys))


def _sign(file: SealedFile, keys: Keys) -> SealedFile:
    """Return a request signed by the authority's key, or as it is where its keeper can't."""
    if not isinstance(keys, SigningKeys):
        return file
    made = keys.sign(SIGNED, file.signed_bytes)
    ids = [key.id for key in keys.public_keys()]  # one that was rotated in meanwhile isn't the last that signed this
    signers = tuple(keys.public_keys())[: ids.index(made.key) + 1]
    return evolve(file, signers=signers, signature=made.signature)
