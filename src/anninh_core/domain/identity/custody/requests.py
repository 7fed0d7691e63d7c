"""Functions that choose the custodian for a request of one field, and encrypt and sign the request."""

from collections.abc import Collection
from datetime import datetime

from attrs import evolve

from anninh_core.domain.identity.custody.files import REQUEST, SIGNED, DetailRequest, SealedFile, encode_file
from anninh_core.domain.identity.custody.kind import CUSTODIAN
from anninh_core.domain.identity.custody.model import Custodian
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.identity.states import CustodianState
from anninh_core.kernel.errors import WrongStep
from anninh_core.ports.keys import Keys, SigningKeys
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.envelope import Envelope, seal_for_key
from anninh_core.usecase.read_session import ReadSession


def choose_holder(session: ReadSession, details: Envelope, barred: Collection[str], key_id: str = "") -> Custodian:
    """Return the custodian who gets a request: the named one, or the first whose key opens the details.

    Args:
        details: envelope to be opened.
        barred: officers and units excluded from the case; they get no request.
        key_id: id of a custodian's key, "" for any custodian.

    Raises:
        WrongStep: the named custodian, or every custodian, has no key to the details.
    """
    conditions = {"state": CustodianState.ACTIVE.value}
    wrapped = [
        custodian for custodian in session.iter_all(CUSTODIAN, "id", where=conditions) if custodian.id in details.wraps
    ]
    active = [custodian for custodian in wrapped if {*barred}.isdisjoint(session.permits.list_marks(custodian.officer))]
    candidates = (
        [custodian for custodian in active if custodian.id == key_id]
        if key_id
        else [custodian for custodian in active if not custodian.is_recovery]
    )
    if not candidates:
        raise WrongStep(
            "No custodian who can be asked has a key to these details (key asked for: {key}): have another "
            "custodian, or the holder of the recovery key, wrap them with {act:identity.custodians.export_rewraps}.",
            key=tuple(filter(None, (key_id,))),
        )
    return candidates[0]


def seal_request(
    context: UseCaseContext, disclosure: Disclosure, details: Envelope, holder: Custodian, reader: bytes
) -> bytes:
    """Return a file that requests one field from a custodian, encrypted to the custodian and signed if possible."""
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
    return encode_file(
        _sign_request(evolve(file, sealed=seal_for_key(holder.key, encode_file(request), file.bound_to)), context.keys)
    )


def _sign_request(file: SealedFile, keys: Keys) -> SealedFile:
    """Return a request signed by the authority's key, unsigned if the key keeper can't sign."""
    if not isinstance(keys, SigningKeys):
        return file
    signed = keys.sign(SIGNED, file.signed_bytes)
    # a key rotated in meanwhile must not be listed last, since it didn't sign this request
    ids = [key.id for key in keys.public_keys()]
    signers = tuple(keys.public_keys())[: ids.index(signed.key) + 1]
    return evolve(file, signers=signers, signature=signed.signature)
