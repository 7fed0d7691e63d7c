"""Pinning of the key that signs an authority's requests, on a custodian's own machine."""

from pathlib import Path

from anninh_core.domain.identity.custody.files import REQUEST, SEALED_FILE, SIGNED, decode_file
from anninh_core.kernel.crypto.signing import find_uncertified_key, verify_signature
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.kernel.files import write_atomically

_ID_LENGTH = 32
_WAY_OUT = (
    "ask the officers whether they sent it; only where the authority's keys can't sign is it answered `--unsigned`"
)


def find_signer(data: bytes, pinned: str = "") -> str:
    """Return the id of the authority's key that signed a request, after verifying the signature.

    Args:
        data: the request as received.
        pinned: id of a key of the authority that certified this key or its forerunners; "" if none is pinned yet, so
            that the custodian must compare the returned id with the id that the officers state.

    Raises:
        BadInput: it isn't a request.
        Refused: it is unsigned, signed by another authority, or was altered.
    """
    file = decode_file(data, SEALED_FILE, REQUEST)
    if not file.signers or not file.signature:
        raise Refused(
            "The request for disclosure {disclosure} isn't signed: ask the officers whether they sent it. "
            "Answer it with `--unsigned` only if the authority's keys can't sign.",
            disclosure=file.about,
        )
    signer = file.signers[-1]
    if not verify_signature(signer, SIGNED, file.signed_bytes, file.signature):
        raise Refused(
            "The request for disclosure {disclosure} doesn't match its signature by key {key}: ask the "
            "officers whether they sent it. Answer it with `--unsigned` only if the authority's keys can't "
            "sign.",
            disclosure=file.about,
            key=signer.id,
        )
    uncertified = find_uncertified_key(file.signers)
    if uncertified is not None:
        raise Refused(
            "The request for disclosure {disclosure} names the signing key {key}, which isn't certified by "
            "the key before it: ask the officers whether they sent it. Answer it with `--unsigned` only if "
            "the authority's keys can't sign.",
            disclosure=file.about,
            key=uncertified.id,
        )
    if pinned and pinned not in {key.id for key in file.signers}:
        raise Refused(
            "The request for disclosure {disclosure} is signed by key {key}, which isn't certified by the "
            "authority's known key {known_key}: ask the officers whether they sent it. Answer it with "
            "`--unsigned` only if the authority's keys can't sign.",
            disclosure=file.about,
            key=signer.id,
            known_key=pinned,
        )
    return signer.id


def find_pin_file(key_file: Path) -> Path:
    """Return the path of the pinned authority key, next to the custodian's key file."""
    return key_file.with_name(f"{key_file.name}.authority")


def read_pin(key_file: Path) -> str:
    """Return the id of the pinned authority key, or "".

    Raises:
        BadInput: the file doesn't contain the id of a key.
    """
    path = find_pin_file(key_file)
    if not path.exists():
        return ""
    id = path.read_text(encoding="utf-8", errors="replace").strip()
    if len(id) != _ID_LENGTH or not id.isalnum():
        raise BadInput(
            "{file} doesn't contain the id of a key: write the id that the officers give you into it, or "
            "remove the file.",
            file=path,
        )
    return id


def write_pin(key_file: Path, id: str) -> None:
    """Store `id` as the id of the pinned authority key; it replaces the id of the key that certified this key."""
    write_atomically(find_pin_file(key_file), f"{id}\n".encode())
