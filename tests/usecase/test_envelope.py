"""An envelope can be opened only by a holder of one of its keys, and only for its own subject."""

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
    compute_key_id,
    derive_public_key,
    make_private_key,
    open_ciphertext,
    open_sealed,
    rewrap,
    seal_envelope,
    seal_for_key,
)

PLAIN = "Thử Thị Báo".encode()
ABOUT = "details of somebody"


@pytest.fixture
def keys() -> dict[str, bytes]:
    """The private keys of two holders, by the ids of their public keys."""
    secrets = (make_private_key(), make_private_key())
    return {compute_key_id(derive_public_key(secret)): secret for secret in secrets}


@pytest.fixture
def envelope(keys: dict[str, bytes]) -> Envelope:
    return seal_envelope({id: derive_public_key(secret) for id, secret in keys.items()}, PLAIN, ABOUT)


def test_each_holder_opens_it(keys: dict[str, bytes], envelope: Envelope) -> None:
    """Each holder opens the envelope with their own key alone."""
    for id, secret in keys.items():
        assert open_ciphertext(envelope.ciphertext, envelope.wraps[id], secret, ABOUT) == PLAIN


def test_only_a_holder_opens_it(keys: dict[str, bytes], envelope: Envelope) -> None:
    """An envelope doesn't open with another key, with another holder's wrap, or for another person."""
    (key_id, secret), (other_id, _) = keys.items()
    for wrap, key, subject in (
        (envelope.wraps[key_id], make_private_key(), ABOUT),
        (envelope.wraps[other_id], secret, ABOUT),
        (envelope.wraps[key_id], secret, "details of somebody else"),
    ):
        with pytest.raises(DecryptionError):
            open_ciphertext(envelope.ciphertext, wrap, key, subject)


def test_altered_parts_do_not_open(keys: dict[str, bytes], envelope: Envelope) -> None:
    """An envelope with an altered, shortened or exchanged ciphertext or wrap doesn't open."""
    (id, secret), *_ = keys.items()
    publics = {id: derive_public_key(secret)}
    other = seal_envelope(publics, PLAIN, ABOUT)
    wrap = envelope.wraps[id]
    ciphertext = envelope.ciphertext
    flipped = [ciphertext[:place] + bytes([ciphertext[place] ^ 1]) + ciphertext[place + 1 :] for place in (0, 15, -2)]
    for bytes_, with_wrap in (
        *((altered, wrap) for altered in flipped),
        (ciphertext[:20], wrap),
        (b"", wrap),
        (ciphertext, wrap[:-1] + bytes([wrap[-1] ^ 1])),
        (ciphertext, b""),
        (ciphertext, other.wraps[id]),
    ):
        with pytest.raises(DecryptionError):
            open_ciphertext(bytes_, with_wrap, secret, ABOUT)


def test_a_holder_wraps_for_another(keys: dict[str, bytes], envelope: Envelope) -> None:
    """A holder can add a wrap for another key, and the envelope stays the same."""
    (id, secret), *_ = keys.items()
    new = make_private_key()
    new_wrap = rewrap(envelope.wraps[id], secret, derive_public_key(new), ABOUT)
    wider = envelope.with_wrap(new_wrap)
    assert open_ciphertext(wider.ciphertext, wider.wraps[new_wrap.key], new, ABOUT) == PLAIN
    reduced = wider.only_for({id, new_wrap.key})
    assert (reduced.digest, {*reduced.wraps}, reduced.added) == (envelope.digest, {id, new_wrap.key}, (new_wrap.key,))


def test_original_wraps_stay_without_a_key_in_use(keys: dict[str, bytes], envelope: Envelope) -> None:
    """An added wrap never replaces the original wraps, because only its holder can check it."""
    (id, secret), *_ = keys.items()
    new_wrap = rewrap(envelope.wraps[id], secret, derive_public_key(make_private_key()), ABOUT)
    wider = envelope.with_wrap(new_wrap)
    assert wider.only_for({new_wrap.key}) == wider
    assert envelope.only_for(()) == envelope


def test_old_envelope_keeps_all_wraps(keys: dict[str, bytes], envelope: Envelope) -> None:
    """An envelope of an earlier version accepts a new wrap unchecked, and therefore keeps all its wraps."""
    before = evolve(envelope, signer=b"")
    wider = before.with_wrap(Wrap(key="0" * 32, wrap=os.urandom(WRAP_BYTES)))
    for used in ((), ["0" * 32], [*keys]):
        assert wider.only_for(used).wraps == wider.wraps
    with pytest.raises(BadInput, match="and that can't be replaced: propose another key with"):
        wider.with_wrap(Wrap(key=next(iter(keys)), wrap=os.urandom(WRAP_BYTES)))


def test_only_a_holder_adds_wraps(keys: dict[str, bytes], envelope: Envelope) -> None:
    """Only a wrap made by a holder for this envelope and a new key is accepted, and no wrap can be replaced."""
    (id, secret), *_ = keys.items()
    new_wrap = rewrap(envelope.wraps[id], secret, derive_public_key(make_private_key()), ABOUT)
    foreign = seal_envelope({id: derive_public_key(secret)}, PLAIN, ABOUT)
    for wrap in (
        evolve(new_wrap, proof=b""),
        evolve(new_wrap, wrap=os.urandom(WRAP_BYTES)),
        evolve(new_wrap, key="0" * 32),
        rewrap(foreign.wraps[id], secret, derive_public_key(make_private_key()), ABOUT),
    ):
        with pytest.raises(BadInput, match="wasn't made by a holder who can open the details: have such a"):
            envelope.with_wrap(wrap)
    repeated = rewrap(envelope.wraps[id], secret, derive_public_key(secret), ABOUT)
    with pytest.raises(BadInput, match="and that can't be replaced: propose another key with"):
        envelope.with_wrap(repeated)


def test_equal_content_gives_different_envelopes(keys: dict[str, bytes], envelope: Envelope) -> None:
    """Two envelopes of equal content share no bytes, so that equal names can't be recognised."""
    second = seal_envelope({id: derive_public_key(secret) for id, secret in keys.items()}, PLAIN, ABOUT)
    assert second.digest != envelope.digest
    assert set(second.wraps.values()).isdisjoint(envelope.wraps.values())


@pytest.mark.parametrize("key", [b"", b"x" * 31, b"x" * 33])
def test_invalid_public_key_is_refused(key: bytes) -> None:
    """A public key of a wrong length is refused at once, and one that has no private key, such as zeros, when it is
    used.
    """
    with pytest.raises(BadInput, match="32 bytes"):
        compute_key_id(key)
    with pytest.raises(BadInput, match="have its holder make another one with `anninh custodians"):
        seal_for_key(bytes(32), PLAIN, ABOUT)


def test_any_implementation_of_rfc_9180_opens_it() -> None:
    """Any implementation of RFC 9180 opens the ciphertext: base mode of X25519, HKDF-SHA256 and AES-256-GCM with the
    subject as `info`.
    """
    secret = X25519PrivateKey.generate()
    sealed = seal_for_key(secret.public_key().public_bytes_raw(), PLAIN, ABOUT)
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    assert suite.decrypt(sealed, secret, ABOUT.encode()) == PLAIN
    assert open_sealed(secret.private_bytes_raw(), sealed, ABOUT) == PLAIN


def test_no_repr_shows_a_secret(envelope: Envelope) -> None:
    """The repr of an envelope shows neither bytes nor wraps."""
    assert "=" not in repr(evolve(envelope)).partition("(")[2]
