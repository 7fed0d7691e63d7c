"""Envelopes: whoever holds a key opens them, nobody else, and for nothing else."""

import os

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from anninh_core.kernel.errors import BadInput, DecryptionError
from anninh_core.usecase.encryption.envelope import (
    WRAP_BYTES,
    Envelope,
    Wrap,
    key_id_of,
    make_private_key,
    open_ciphertext,
    open_sealed,
    public_key_of,
    rewrap,
    seal_envelope,
    seal_to,
)

PLAIN = "Thử Thị Báo".encode()
ABOUT = "details of somebody"


@pytest.fixture
def keys() -> dict[str, bytes]:
    """Two holders' private keys, by the ids of the public ones."""
    secrets = (make_private_key(), make_private_key())
    return {key_id_of(public_key_of(secret)): secret for secret in secrets}


@pytest.fixture
def envelope(keys: dict[str, bytes]) -> Envelope:
    return seal_envelope({id: public_key_of(secret) for id, secret in keys.items()}, PLAIN, ABOUT)


def test_each_holder_opens_it(keys: dict[str, bytes], envelope: Envelope) -> None:
    """With their own key alone."""
    for id, secret in keys.items():
        assert open_ciphertext(envelope.ciphertext, envelope.wraps[id], secret, ABOUT) == PLAIN


def test_nobody_else_opens_it(keys: dict[str, bytes], envelope: Envelope) -> None:
    """Neither another key, nor somebody else's wrap, nor for another person."""
    (one, secret), (other, _) = keys.items()
    for wrap, key, subject in (
        (envelope.wraps[one], make_private_key(), ABOUT),
        (envelope.wraps[other], secret, ABOUT),
        (envelope.wraps[one], secret, "details of somebody else"),
    ):
        with pytest.raises(DecryptionError):
            open_ciphertext(envelope.ciphertext, wrap, key, subject)


def test_what_was_altered_or_exchanged_opens_no_more(keys: dict[str, bytes], envelope: Envelope) -> None:
    """Any byte of either part, one cut short, and one envelope's wrap on another's bytes."""
    (id, secret), *_ = keys.items()
    publics = {id: public_key_of(secret)}
    other = seal_envelope(publics, PLAIN, ABOUT)
    wrap = envelope.wraps[id]
    ciphertext = envelope.ciphertext
    flipped = [ciphertext[:place] + bytes([ciphertext[place] ^ 1]) + ciphertext[place + 1 :] for place in (0, 15, -2)]
    for bytes_, with_wrap in (
        *((one, wrap) for one in flipped),
        (ciphertext[:20], wrap),
        (b"", wrap),
        (ciphertext, wrap[:-1] + bytes([wrap[-1] ^ 1])),
        (ciphertext, b""),
        (ciphertext, other.wraps[id]),
    ):
        with pytest.raises(DecryptionError):
            open_ciphertext(bytes_, with_wrap, secret, ABOUT)


def test_a_holder_wraps_for_another(keys: dict[str, bytes], envelope: Envelope) -> None:
    """The envelope stays the same one; without the wrap it opens no more."""
    (id, secret), *_ = keys.items()
    new = make_private_key()
    made = rewrap(envelope.wraps[id], secret, public_key_of(new), ABOUT)
    wider = envelope.with_wrap(made)
    assert open_ciphertext(wider.ciphertext, wider.wraps[made.key], new, ABOUT) == PLAIN
    left = wider.only_for({id, made.key})
    assert (left.digest, {*left.wraps}, left.added) == (envelope.digest, {id, made.key}, (made.key,))


def test_what_was_sealed_to_nobody_in_use_stays_for_those_of_before(keys: dict[str, bytes], envelope: Envelope) -> None:
    """A wrap that was added may be worth nothing, which nobody but its holder sees: it replaces none of the first."""
    (id, secret), *_ = keys.items()
    made = rewrap(envelope.wraps[id], secret, public_key_of(make_private_key()), ABOUT)
    wider = envelope.with_wrap(made)
    assert wider.only_for({made.key}) == wider
    assert envelope.only_for(()) == envelope


def test_an_envelope_of_before_takes_a_wrap_unseen_and_loses_none(keys: dict[str, bytes], envelope: Envelope) -> None:
    """It has no key by which a wrap could be checked, and doesn't tell which of its wraps were the first."""
    before = evolve(envelope, signer=b"")
    wider = before.with_wrap(Wrap(key="0" * 32, wrap=os.urandom(WRAP_BYTES)))
    for used in ((), ["0" * 32], [*keys]):
        assert wider.only_for(used).wraps == wider.wraps
    with pytest.raises(BadInput, match="and that can't be replaced: propose another key with"):
        wider.with_wrap(Wrap(key=next(iter(keys)), wrap=os.urandom(WRAP_BYTES)))


def test_nobody_but_a_holder_adds_a_wrap_and_none_replaces_one(keys: dict[str, bytes], envelope: Envelope) -> None:
    """Random bytes, a wrap that was exchanged, another envelope's, one moved to another key, one for who has one."""
    (id, secret), *_ = keys.items()
    made = rewrap(envelope.wraps[id], secret, public_key_of(make_private_key()), ABOUT)
    foreign = seal_envelope({id: public_key_of(secret)}, PLAIN, ABOUT)
    for wrap in (
        evolve(made, proof=b""),
        evolve(made, wrap=os.urandom(WRAP_BYTES)),
        evolve(made, key="0" * 32),
        rewrap(foreign.wraps[id], secret, public_key_of(make_private_key()), ABOUT),
    ):
        with pytest.raises(BadInput, match="wasn't made by a holder who can open the details: have such a"):
            envelope.with_wrap(wrap)
    again = rewrap(envelope.wraps[id], secret, public_key_of(secret), ABOUT)
    with pytest.raises(BadInput, match="and that can't be replaced: propose another key with"):
        envelope.with_wrap(again)


def test_two_envelopes_of_the_same_bytes_have_nothing_in_common(keys: dict[str, bytes], envelope: Envelope) -> None:
    """Equal names don't show as equal."""
    again = seal_envelope({id: public_key_of(secret) for id, secret in keys.items()}, PLAIN, ABOUT)
    assert again.digest != envelope.digest
    assert set(again.wraps.values()).isdisjoint(envelope.wraps.values())


@pytest.mark.parametrize("key", [b"", b"x" * 31, b"x" * 33])
def test_what_is_no_public_key(key: bytes) -> None:
    """Is told by its length; one that nobody can hold, such as zeros, when it is used."""
    with pytest.raises(BadInput, match="32 bytes"):
        key_id_of(key)
    with pytest.raises(BadInput, match="have its holder make another one with `anninh custodians"):
        seal_to(bytes(32), PLAIN, ABOUT)


def test_any_implementation_of_rfc_9180_opens_it() -> None:
    """Base mode of X25519, HKDF-SHA256 and AES-256-GCM, what it is about as `info`: nothing of ours in between."""
    secret = X25519PrivateKey.generate()
    sealed = seal_to(secret.public_key().public_bytes_raw(), PLAIN, ABOUT)
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    assert suite.decrypt(sealed, secret, ABOUT.encode()) == PLAIN
    assert open_sealed(secret.private_bytes_raw(), sealed, ABOUT) == PLAIN


def test_no_repr_shows_a_secret(envelope: Envelope) -> None:
    """Neither bytes nor wraps."""
    assert "=" not in repr(evolve(envelope)).partition("(")[2]
