"""Requests to custodians are signed by the authority, whose key their own machine remembers."""

import os
from pathlib import Path

import pytest
from attrs import evolve
from tests.app.offline_custody.conftest import NAME, People, approve, hear, new_key

from anninh_core.app import App
from anninh_core.app.offline_custody.authority import find_signer, pin_of, read_pin, write_pin
from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.domain.identity.custody.files import ANSWER, REQUEST, SEALED_FILE, SIGNED, SealedFile, decode, encode
from anninh_core.kernel.crypto.signing import SEED_BYTES, KeyChain
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.ports.keys import SigningKeys
from anninh_core.usecase.encryption.envelope import seal_to


def export(app: App, people: People, conversation: str) -> bytes:
    """Have a name granted, and return the request for it."""
    granted = approve(app, people, conversation)
    return app.identity.export_identity_request(people.handler, granted.id, reader=new_key().public.hex())


@pytest.fixture
def sent(app: App, people: People, key: PrivateKey) -> bytes:
    assert key.id
    return export(app, people, hear(app, "u1", NAME))


def signing_keys(app: App) -> SigningKeys:
    assert isinstance(app.internals.context.keys, SigningKeys)
    return app.internals.context.keys


def test_a_request_is_signed_by_the_authority(app: App, sent: bytes) -> None:
    """By the key that signs heads of the journal too, whose id officers can tell."""
    signer = signing_keys(app).public_keys()[-1].id
    assert (find_signer(sent), find_signer(sent, signer)) == (signer, signer)


def test_a_key_that_was_certified_by_the_one_that_is_known(app: App, people: People, sent: bytes) -> None:
    """A rotation is followed; what was signed before isn't taken by whoever knows the new key."""
    before = find_signer(sent)
    after = signing_keys(app).rotate_signing_key().id
    later = export(app, people, hear(app, "u2", NAME))
    assert (find_signer(later, before), find_signer(later, after)) == (after, after)
    with pytest.raises(
        Refused, match=r"isn't certified by the authority's known key \w+: ask the officers whether they"
    ):
        find_signer(sent, after)


def test_what_somebody_else_wrote_is_refused(app: App, key: PrivateKey, sent: bytes) -> None:
    """By no key, by a key of their own, behind the authority's chain, with other bytes, or for another custodian."""
    file = decode(sent, SEALED_FILE, REQUEST)
    own = KeyChain.begin(os.urandom(SEED_BYTES))
    known = find_signer(sent)
    forged = evolve(file, sealed=seal_to(key.public, b"{}", file.bound_to))

    def sign(chain: KeyChain, one: SealedFile) -> bytes:
        return chain.sign(SIGNED, one.signed_bytes)

    behind = (*file.signers, *own.public)
    unmatched = r"doesn't match its signature by key \w+: ask the officers whether they sent it\. Answer it with"
    for wrong, why in (
        (evolve(file, signature=b""), r"isn't signed: ask the officers whether they sent it\. Answer it"),
        (evolve(file, signers=()), r"isn't signed: ask the officers whether they sent it\. Answer it"),
        (
            evolve(forged, signers=own.public, signature=sign(own, forged)),
            r"isn't certified by the authority's known key \w+: ask the officers whether they sent it\. Answer it with",
        ),
        (
            evolve(forged, signers=behind, signature=sign(own, forged)),
            "which isn't certified by the key before it: ask the officers",
        ),
        (forged, unmatched),
        (evolve(file, key=new_key().id), unmatched),
        (evolve(file, about="another"), unmatched),
    ):
        with pytest.raises(Refused, match=why):
            find_signer(encode(wrong), known)
    with pytest.raises(BadInput, match=r"'anninh identity answer 1', not .* request 1': use the right file"):
        find_signer(encode(evolve(file, format=ANSWER)), known)


def test_the_key_is_remembered_beside_ones_own(key_file: Path) -> None:
    """Nothing is known at first; what is no id is told."""
    assert read_pin(key_file) == ""
    write_pin(key_file, "ab" * 16)
    assert (read_pin(key_file), pin_of(key_file).parent) == ("ab" * 16, key_file.parent)
    pin_of(key_file).write_text("nonsense")
    with pytest.raises(BadInput, match="doesn't contain the id of a key: write the id that the officers"):
        read_pin(key_file)
