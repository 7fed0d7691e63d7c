"""By which key an authority's requests are signed, as a custodian's own machine remembers it."""

from pathlib import Path

from anninh_core.domain.identity.custody.files import REQUEST, SEALED_FILE, SIGNED, decode
from anninh_core.kernel.crypto.signing import find_uncertified, verify_signature
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.kernel.files import write_atomically

_ID_LENGTH = 32
_WAY_OUT = (
    "ask the officers whether they sent it; only where the authority's keys can't sign is it answered `--unsigned`"
)


def find_signer(data: bytes, known: str = "") -> str:
    """Return the id of the authority's key that signed a request, once it is known for theirs.

    Args:
        data: the request as it came.
        known: id of a key of the authority, by which this one or its forerunners are certified; "" where none is known
            yet, so that whoever reads compares what is returned with what the officers tell.

    Raises:
        BadInput: it is no request.
        Refused: nobody signed it, another authority did, or it was altered.
    """
    file = decode(data, SEALED_FILE, REQUEST)
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
    uncertified = find_uncertified(file.signers)
    if uncertified is not None:
        raise Refused(
            "The request for disclosure {disclosure} names the signing key {key}, which isn't certified by "
            "the key before it: ask the officers whether they sent it. Answer it with `--unsigned` only if "
            "the authority's keys can't sign.",
            disclosure=file.about,
            key=uncertified.id,
        )
    if known and known not in {key.id for key in file.signers}:
        raise Refused(
            "The request for disclosure {disclosure} is signed by key {key}, which isn't certified by the "
            "authority's known key {known_key}: ask the officers whether they sent it. Answer it with "
            "`--unsigned` only if the authority's keys can't sign.",
            disclosure=file.about,
            key=signer.id,
            known_key=known,
        )
    return signer.id


def pin_of(key_file: Path) -> Path:
    """Return where the authority's key is remembered: beside the custodian's."""
    return key_file.with_name(f"{key_file.name}.authority")


def read_pin(key_file: Path) -> str:
    """Return the id of the authority's key that is remembered; "" where none is yet.

    Raises:
        BadInput: what is there is no id of a key.
    """
    path = pin_of(key_file)
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
    """Remember the authority's key, in place of the one that certified it."""
    write_atomically(pin_of(key_file), f"{id}\n".encode())
