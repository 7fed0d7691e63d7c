"""A signature is valid for only one key, purpose and content; a key chain is whole if each key certifies the next."""

import hmac

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anninh_core.kernel.crypto.signing import SEED_BYTES, KeyChain, PublicKey, find_uncertified_key, verify_signature

CHAINS = [KeyChain.begin(bytes([first]) * SEED_BYTES) for first in range(8)]
ONE = CHAINS[0]


def test_a_signature_is_for_one_key_purpose_and_content() -> None:
    """Verifying a signature with another key, purpose or content returns False, and so does a malformed signature or
    key.
    """
    signature = ONE.sign("head", b"content")
    assert verify_signature(ONE.current, "head", b"content", signature)
    for key, purpose, content, candidate in (
        (CHAINS[1].current, "head", b"content", signature),
        (ONE.current, "receipt", b"content", signature),
        (ONE.current, "head", b"contents", signature),
        (ONE.current, "head", b"", signature),
        (ONE.current, "head", b"content", signature[:-1]),
        (ONE.current, "head", b"content", b""),
        (ONE.current, "head", b"content", bytes([signature[0] ^ 1]) + signature[1:]),
        (PublicKey(key=b""), "head", b"content", signature),
        (PublicKey(key=b"x" * 31), "head", b"content", signature),
    ):
        assert not verify_signature(key, purpose, content, candidate)


def test_signature_is_standard_ed25519() -> None:
    """A signature is a standard Ed25519 signature over a line with `anninh` and the purpose, followed by the
    content.
    """
    signature = Ed25519PrivateKey.from_private_bytes(ONE.seed).sign(b"anninh head 1\ncontent")
    assert ONE.sign("head", b"content") == signature
    assert ONE.current.key == Ed25519PrivateKey.from_private_bytes(ONE.seed).public_key().public_bytes_raw()


def test_key_id_is_its_fingerprint() -> None:
    """A key's id is the first half of its SHA-256 in hex, so that two people can compare it over another channel."""
    assert PublicKey(key=b"").id == "e3b0c44298fc1c149afbf4c8996fb924"
    assert len({chain.current.id for chain in CHAINS}) == len(CHAINS)


def test_same_secret_gives_the_same_key() -> None:
    """The same secret always gives the same signing key, and another secret gives another key; the seed never equals
    the secret.
    """
    secret = b"s" * SEED_BYTES
    assert KeyChain.from_secret(secret) == KeyChain.from_secret(secret)
    # The key is derived here with HKDF (RFC 5869), step by step.
    extracted = hmac.digest(b"anninh signing key 1", secret, "sha256")
    assert KeyChain.from_secret(secret).seed == hmac.digest(extracted, b"\x01", "sha256")
    assert KeyChain.from_secret(b"t" * SEED_BYTES).seed != KeyChain.from_secret(secret).seed != secret
    assert len(KeyChain.from_secret(secret).seed) == 32


def test_each_key_certifies_the_next() -> None:
    """A key chain is whole after each rotation; the first key has no certificate, and each later key is certified by
    the key before it.
    """
    chain = ONE
    for number in range(1, 5):
        assert chain.is_consistent
        assert len(chain.public) == number
        chain = chain.rotated(bytes([100 + number]) * SEED_BYTES)
    assert find_uncertified_key(chain.public) is None
    assert [key.certified_by for key in chain.public] == ["", *(key.id for key in chain.public[:-1])]
    assert chain.public[0].certificate == b""
    assert chain.seed == bytes([104]) * SEED_BYTES
    assert chain.current is chain.public[-1]


def test_private_key_must_match_the_chain() -> None:
    """A key chain with a private key that doesn't fit its last public key isn't whole, although each key is
    certified.
    """
    longer = ONE.rotated(CHAINS[1].seed)
    assert not evolve(longer, seed=CHAINS[2].seed).is_consistent
    assert not evolve(longer, public=longer.public[:1]).is_consistent
    assert not evolve(longer, public=(longer.public[1],)).is_consistent
    assert not evolve(longer, public=longer.public[::-1]).is_consistent


def test_first_uncertified_key_is_found() -> None:
    """The first uncertified key of a key chain is found, whatever its defect and however valid the keys after it."""
    chain = ONE
    for other in CHAINS[1:4]:
        chain = chain.rotated(other.seed)
    first, second, third, fourth = chain.public
    assert find_uncertified_key(()) is None
    assert find_uncertified_key((second, third)) == second
    assert find_uncertified_key((first, third, fourth)) == third
    assert find_uncertified_key((first, second, fourth)) == fourth
    for uncertified in (
        evolve(second, certificate=b""),
        evolve(second, certificate=third.certificate),
        evolve(second, key=CHAINS[5].current.key),
        evolve(second, certified_by=""),
        evolve(second, certified_by="0" * 32),
        evolve(second, certified_by="f" * 32),
    ):
        assert find_uncertified_key((first, uncertified, third)) == uncertified
    assert find_uncertified_key((evolve(first, certified_by="f" * 32), second)) is not None


def test_the_private_key_is_not_shown() -> None:
    """The `repr` of a key chain doesn't show the private key."""
    assert "seed" not in repr(ONE)
    assert repr(ONE.seed) not in repr(ONE)


def test_keys_take_keyword_arguments_only() -> None:
    """Keys and key chains can only be created with arguments by name, so that a certificate can't be confused with a
    key.
    """
    with pytest.raises(TypeError):
        PublicKey(b"k")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        KeyChain(b"s", (ONE.current,))  # type: ignore[call-arg]
