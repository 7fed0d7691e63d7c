"""Opening and answering requests, and rewrapping keys, with only a file and a private key."""

from datetime import datetime

from attrs import evolve

from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.domain.identity.custody.details import about, decode_details
from anninh_core.domain.identity.custody.files import (
    ANSWER,
    BATCH,
    DETAIL_ANSWER,
    DETAIL_REQUEST,
    REQUEST,
    REWRAP_FILE,
    REWRAPPED,
    SEALED_FILE,
    DetailAnswer,
    DetailRequest,
    RewrapFile,
    RewrapItem,
    SealedFile,
    decode,
    encode,
)
from anninh_core.domain.identity.states import IdentityField
from anninh_core.kernel.errors import BadInput, DecryptionError, Refused
from anninh_core.kernel.text import visible
from anninh_core.usecase.encryption.envelope import key_id_of, open_ciphertext, open_sealed, rewrap, seal_to


def open_request(data: bytes, key: PrivateKey) -> DetailRequest:
    """Decrypt a request, so that a custodian can judge it before answering.

    Raises:
        BadInput: it isn't a request, or is addressed to another key.
        DecryptionError: it was altered.
    """
    file = decode(data, SEALED_FILE, REQUEST)
    request = decode(_open(file, key), DETAIL_REQUEST)
    if request.disclosure != file.about:
        raise DecryptionError(
            "The request is for disclosure {disclosure}, but its file names {file_disclosure}: have it "
            "exported again with {act:identity.export_identity_request}.",
            disclosure=visible(request.disclosure),
            file_disclosure=visible(file.about),
        )
    return request


def answer_request(request: DetailRequest, key: PrivateKey, now: datetime) -> bytes:
    """Return the requested field, encrypted to the reader's key.

    Raises:
        Refused: the deadline of the disclosure has passed.
        DecryptionError: the details are encrypted to another key, belong to another conversation, or were altered.
    """
    if now >= request.until:
        raise Refused(
            "Disclosure {disclosure} ended on {ended_at}: have it requested again with "
            "{act:identity.request_identity}.",
            disclosure=request.disclosure,
            ended_at=request.until,
        )
    plain = open_ciphertext(request.ciphertext, request.wrap, key.secret, about(request.conversation))
    details = decode_details(plain)
    values = {IdentityField.NAME: (details.name,), IdentityField.NUMBERS: details.numbers}.get(request.field)
    if values is None:
        raise BadInput(
            "A custodian can open a name or numbers, but not the field {field}: have a name or numbers requested.",
            field=request.field,
        )
    answer = DetailAnswer(disclosure=request.disclosure, field=request.field, values=values)
    blank = SealedFile(format=ANSWER, about=request.disclosure, key=key_id_of(request.reader), sealed=b"")
    sealed = seal_to(request.reader, encode(answer), blank.bound_to)
    return encode(SealedFile(format=ANSWER, about=blank.about, key=blank.key, sealed=sealed))


def read_answer(data: bytes, key: PrivateKey) -> DetailAnswer:
    """Decrypt a custodian's answer with the reader's key.

    Raises:
        BadInput: it isn't an answer, or is addressed to another key.
        DecryptionError: it was altered, or belongs to another disclosure.
    """
    file = decode(data, SEALED_FILE, ANSWER)
    answer = decode(_open(file, key), DETAIL_ANSWER)
    if answer.disclosure != file.about:
        raise DecryptionError(
            "The answer is for disclosure {disclosure}, but its file names {file_disclosure}: ask the "
            "custodian to answer again.",
            disclosure=visible(answer.disclosure),
            file_disclosure=visible(file.about),
        )
    return answer


def rewrap_batch(data: bytes, key: PrivateKey, new_key_id: str) -> bytes:
    """Return a batch of data keys, rewrapped for a new holder.

    Args:
        data: the batch as it was exported.
        key: private key of the present holder.
        new_key_id: as shown on the new holder's own machine and received over another channel than the file: otherwise
            the file's maker could have named a key of their own.

    Raises:
        BadInput: it isn't such a file, or isn't for the keys `key` and `new_key_id`.
        DecryptionError: a key in it isn't wrapped for `key`, or was altered.
    """
    file = decode(data, REWRAP_FILE, BATCH)
    if key_id_of(file.public_key) != new_key_id or file.key != new_key_id:
        raise BadInput(
            "The file asks to wrap the details for key {key}, but you named key {expected}: ask the person "
            "who made the file.",
            key=key_id_of(file.public_key),
            expected=new_key_id,
        )
    _require_key(file.holder, key)
    items = tuple(_wrap_item(item, key, file.public_key) for item in file.items)
    return encode(
        RewrapFile(format=REWRAPPED, key=file.key, public_key=file.public_key, holder=file.holder, items=items)
    )


def _wrap_item(item: RewrapItem, key: PrivateKey, new: bytes) -> RewrapItem:
    rewrapped = rewrap(item.wrap, key.secret, new, about(item.conversation))
    return evolve(item, wrap=rewrapped.wrap, proof=rewrapped.proof)


def _open(file: SealedFile, key: PrivateKey) -> bytes:
    _require_key(file.key, key)
    return open_sealed(key.secret, file.sealed, file.bound_to)


def _require_key(expected_id: str, key: PrivateKey) -> None:
    if expected_id != key.id:
        raise BadInput(
            "This file is for key {expected}, but your key is {key}: use the other key, or another file.",
            expected=visible(expected_id),
            key=key.id,
        )
