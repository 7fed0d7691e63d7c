"""Requests to custodians are signed by the authority; the custodian's machine remembers its key."""

import os
from pathlib import Path

import pytest
from attrs import evolve
from tests.app.offline_custody.conftest import NAME, People, approve_disclosure, generate_key, record_person_message

from anninh_core.app import App
from anninh_core.app.offline_custody.authority import find_pin_file, find_signer, read_pin, write_pin
from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.domain.identity.custody.files import (
    ANSWER,
    REQUEST,
    SEALED_FILE,
    SIGNED,
    SealedFile,
    decode_file,
    encode_file,
)
from anninh_core.kernel.crypto.signing import SEED_BYTES, KeyChain
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.ports.keys import SigningKeys
from anninh_core.usecase.encryption.envelope import seal_for_key


def export_request(app: App, people: People, conversation: str) -> bytes:
    """Approve the disclosure of a name, and return the request file."""
    disclosure = approve_disclosure(app, people, conversation)
    return app.identity.export_identity_request(people.handler, disclosure.id, reader=generate_key().public.hex())


@pytest.fixture
def request_file(app: App, people: People, key: PrivateKey) -> bytes:
    assert key.id
    return export_request(app, people, record_person_message(app, "u1", NAME))


def get_signing_keys(app: App) -> SigningKeys:
    assert isinstance(app.internals.context.keys, SigningKeys)
    return app.internals.context.keys


def test_request_is_signed_by_the_authority(app: App, request_file: bytes) -> None:
    """The key that signs heads of the journal also signs requests."""
    signer = get_signing_keys(app).public_keys()[-1].id
    assert (find_signer(request_file), find_signer(request_file, signer)) == (signer, signer)


def test_certified_new_key_is_accepted(app: App, people: People, request_file: bytes) -> None:
    """A new signing key certified by the known one is accepted; requests signed with the old key are refused once the
    new key is known.
    """
    before = find_signer(request_file)
    after = get_signing_keys(app).rotate_signing_key().id
    later = export_request(app, people, record_person_message(app, "u2", NAME))
    assert (find_signer(later, before), find_signer(later, after)) == (after, after)
    with pytest.raises(
        Refused, match=r"isn't certified by the authority's known key \w+: ask the officers whether they"
    ):
        find_signer(request_file, after)


def test_request_of_another_writer_is_refused(app: App, key: PrivateKey, request_file: bytes) -> None:
    """A request without the authority's signature, or altered after it, is refused."""
    file = decode_file(request_file, SEALED_FILE, REQUEST)
    own = KeyChain.begin(os.urandom(SEED_BYTES))
    authority_key = find_signer(request_file)
    forged = evolve(file, sealed=seal_for_key(key.public, b"{}", file.bound_to))

    def sign_file(chain: KeyChain, sealed_file: SealedFile) -> bytes:
        return chain.sign(SIGNED, sealed_file.signed_bytes)

    appended_signers = (*file.signers, *own.public)
    unmatched = r"doesn't match its signature by key \w+: ask the officers whether they sent it\. Answer it with"
    for wrong, message in (
        (evolve(file, signature=b""), r"isn't signed: ask the officers whether they sent it\. Answer it"),
        (evolve(file, signers=()), r"isn't signed: ask the officers whether they sent it\. Answer it"),
        (
            evolve(forged, signers=own.public, signature=sign_file(own, forged)),
            r"isn't certified by the authority's known key \w+: ask the officers whether they sent it\. Answer it with",
        ),
        (
            evolve(forged, signers=appended_signers, signature=sign_file(own, forged)),
            "which isn't certified by the key before it: ask the officers",
        ),
        (forged, unmatched),
        (evolve(file, key=generate_key().id), unmatched),
        (evolve(file, about="another"), unmatched),
    ):
        with pytest.raises(Refused, match=message):
            find_signer(encode_file(wrong), authority_key)
    with pytest.raises(BadInput, match=r"'anninh identity answer 1', not .* request 1': use the right file"):
        find_signer(encode_file(evolve(file, format=ANSWER)), authority_key)


def test_authority_key_is_remembered(key_file: Path) -> None:
    """The authority's key id is stored in the folder of the custodian's key file; an invalid id is refused."""
    assert read_pin(key_file) == ""
    write_pin(key_file, "ab" * 16)
    assert (read_pin(key_file), find_pin_file(key_file).parent) == ("ab" * 16, key_file.parent)
    find_pin_file(key_file).write_text("nonsense")
    with pytest.raises(BadInput, match="doesn't contain the id of a key: write the id that the officers"):
        read_pin(key_file)
