"""Functions that open and answer requests and rewrap data keys with only a file and a private key."""

from datetime import datetime

from attrs import evolve

from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.domain.identity.custody.details import decode_details, make_details_context
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
    decode_file,
    encode_file,
)
from anninh_core.domain.identity.states import IdentityField
from anninh_core.kernel.errors import BadInput, DecryptionError, Refused
from anninh_core.kernel.text import make_visible
from anninh_core.usecase.encryption.envelope import compute_key_id, open_ciphertext, open_sealed, rewrap, seal_for_key


def open_request(data: bytes, key: PrivateKey) -> DetailRequest:
    """Decrypt a request, so that a custodian can judge it before answering.

    Raises:
        BadInput: it isn't a request, or is addressed to another key.
        DecryptionError: it was altered.
    """
    file = decode_file(data, SEALED_FILE, REQUEST)
    request = decode_file(_decrypt_file(file, key), DETAIL_REQUEST)
    if request.disclosure != file.about:
        raise DecryptionError(
            "The request is for disclosure {disclosure}, but its file names {file_disclosure}: have it "
            "exported again with {act:identity.export_identity_request}.",
            disclosure=make_visible(request.disclosure),
            file_disclosure=make_visible(file.about),
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
    plain = open_ciphertext(request.ciphertext, request.wrap, key.secret, make_details_context(request.conversation))
    details = decode_details(plain)
    values = {IdentityField.NAME: (details.name,), IdentityField.NUMBERS: details.numbers}.get(request.field)
    if values is None:
        raise BadInput(
            "A custodian can open a name or numbers, but not the field {field}: have a name or numbers requested.",
            field=request.field,
        )
    answer = DetailAnswer(disclosure=request.disclosure, field=request.field, values=values)
    blank = SealedFile(format=ANSWER, about=request.disclosure, key=compute_key_id(request.reader), sealed=b"")
    sealed = seal_for_key(request.reader, encode_file(answer), blank.bound_to)
    return encode_file(SealedFile(format=ANSWER, about=blank.about, key=blank.key, sealed=sealed))


def read_answer(data: bytes, key: PrivateKey) -> DetailAnswer:
    """Decrypt a custodian's answer with the reader's key.

    Raises:
        BadInput: it isn't an answer, or is addressed to another key.
        DecryptionError: it was altered, or belongs to another disclosure.
    """
    file = decode_file(data, SEALED_FILE, ANSWER)
    answer = decode_file(_decrypt_file(file, key), DETAIL_ANSWER)
    if answer.disclosure != file.about:
        raise DecryptionError(
            "The answer is for disclosure {disclosure}, but its file names {file_disclosure}: ask the "
            "custodian to answer again.",
            disclosure=make_visible(answer.disclosure),
            file_disclosure=make_visible(file.about),
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
        BadInput: `data` isn't a batch of data keys, or isn't for the keys `key` and `new_key_id`.
        DecryptionError: a key in it isn't wrapped for `key`, or was altered.
    """
    file = decode_file(data, REWRAP_FILE, BATCH)
    if compute_key_id(file.public_key) != new_key_id or file.key != new_key_id:
        raise BadInput(
            "The file asks to wrap the details for key {key}, but you named key {expected}: ask the person "
            "who made the file.",
            key=compute_key_id(file.public_key),
            expected=new_key_id,
        )
    _require_addressed_key(file.holder, key)
    items = tuple(_rewrap_item(item, key, file.public_key) for item in file.items)
    return encode_file(
        RewrapFile(format=REWRAPPED, key=file.key, public_key=file.public_key, holder=file.holder, items=items)
    )


def _rewrap_item(item: RewrapItem, key: PrivateKey, new: bytes) -> RewrapItem:
    rewrapped = rewrap(item.wrap, key.secret, new, make_details_context(item.conversation))
    return evolve(item, wrap=rewrapped.wrap, proof=rewrapped.proof)


def _decrypt_file(file: SealedFile, key: PrivateKey) -> bytes:
    _require_addressed_key(file.key, key)
    return open_sealed(key.secret, file.sealed, file.bound_to)


def _require_addressed_key(expected_id: str, key: PrivateKey) -> None:
    if expected_id != key.id:
        raise BadInput(
            "This file is for key {expected}, but your key is {key}: use the other key, or another file.",
            expected=make_visible(expected_id),
            key=key.id,
        )
