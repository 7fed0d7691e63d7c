"""Signatures hold for one key, purpose and content; a chain of keys holds where each certified the next."""

import hmac

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anninh_core.kernel.crypto.signing import SEED_BYTES, KeyChain, PublicKey, find_uncertified, verify_signature

CHAINS = [KeyChain.begin(bytes([first]) * SEED_BYTES) for first in range(8)]
ONE = CHAINS[0]


def test_a_signature_is_for_one_key_purpose_and_content() -> None:
    """Anything else, also what is no signature or no key at all, is told by False."""
    signature = ONE.sign("head", b"content")
    assert verify_signature(ONE.current, "head", b"content", signature)
    for key, purpose, content, signed in (
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
        assert not verify_signature(key, purpose, content, signed)


def test_any_implementation_of_ed25519_checks_it() -> None:
    """What is signed is a line that names us and the purpose, then the content."""
    signature = Ed25519PrivateKey.from_private_bytes(ONE.seed).sign(b"anninh head 1\ncontent")
    assert ONE.sign("head", b"content") == signature
    assert ONE.current.key == Ed25519PrivateKey.from_private_bytes(ONE.seed).public_key().public_bytes_raw()


def test_a_key_is_known_by_its_fingerprint() -> None:
    """The first half of its SHA-256 in hex, which two people compare over another channel."""
    assert PublicKey(key=b"").id == "e3b0c44298fc1c149afbf4c8996fb924"
    assert len({chain.current.id for chain in CHAINS}) == len(CHAINS)


def test_a_secret_always_leads_to_the_same_key() -> None:
    """Copies of a keeper sign alike; another secret leads to another key, and never to the secret itself."""
    secret = b"s" * SEED_BYTES
    assert KeyChain.derive(secret) == KeyChain.derive(secret)
    extracted = hmac.digest(b"anninh signing key 1", secret, "sha256")  # HKDF of RFC 5869, written out
    assert KeyChain.derive(secret).seed == hmac.digest(extracted, b"\x01", "sha256")
    assert KeyChain.derive(b"t" * SEED_BYTES).seed != KeyChain.derive(secret).seed != secret
    assert len(KeyChain.derive(secret).seed) == 32


def test_each_key_certifies_the_next() -> None:
    """A chain of one is whole, and so is each that follows; the first key is certified by nobody."""
    chain = ONE
    for number in range(1, 5):
        assert chain.is_whole
        assert len(chain.public) == number
        chain = chain.rotated(bytes([100 + number]) * SEED_BYTES)
    assert find_uncertified(chain.public) is None
    assert [key.certified_by for key in chain.public] == ["", *(key.id for key in chain.public[:-1])]
    assert chain.public[0].certificate == b""
    assert chain.seed == bytes([104]) * SEED_BYTES
    assert chain.current is chain.public[-1]


def test_private_and_public_keys_belong_together() -> None:
    """A chain whose last key is another's isn't whole, though each is certified."""
    longer = ONE.rotated(CHAINS[1].seed)
    assert not evolve(longer, seed=CHAINS[2].seed).is_whole
    assert not evolve(longer, public=longer.public[:1]).is_whole
    assert not evolve(longer, public=(longer.public[1],)).is_whole
    assert not evolve(longer, public=longer.public[::-1]).is_whole


def test_the_first_key_that_nobody_certified_is_found() -> None:
    """Whatever is wrong with it, and however sound those behind it are."""
    chain = ONE
    for other in CHAINS[1:4]:
        chain = chain.rotated(other.seed)
    first, second, third, fourth = chain.public
    assert find_uncertified(()) is None
    assert find_uncertified((second, third)) == second
    assert find_uncertified((first, third, fourth)) == third
    assert find_uncertified((first, second, fourth)) == fourth
    for wrong in (
        evolve(second, certificate=b""),
        evolve(second, certificate=third.certificate),
        evolve(second, key=CHAINS[5].current.key),
        evolve(second, certified_by=""),
        evolve(second, certified_by="0" * 32),
        evolve(second, certified_by="f" * 32),
    ):
        assert find_uncertified((first, wrong, third)) == wrong
    assert find_uncertified((evolve(first, certified_by="f" * 32), second)) is not None


def test_the_private_key_is_not_shown() -> None:
    """Not even where a chain is printed."""
    assert "seed" not in repr(ONE)
    assert repr(ONE.seed) not in repr(ONE)


def test_keys_are_made_by_name() -> None:
    """A certificate is never taken for a key because of its place."""
    with pytest.raises(TypeError):
        PublicKey(b"k")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        KeyChain(b"s", (ONE.current,))  # type: ignore[call-arg]
