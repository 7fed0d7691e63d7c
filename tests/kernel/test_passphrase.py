"""For ciphers with a key derived from a passphrase, parameters beyond the limits are refused without trying them, and
the key depends on the passphrase and the cost.
"""

import unicodedata

import pytest
from attrs import evolve
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.crypto.passphrase import KdfParameters, derive_cipher, require_long_passphrase
from anninh_core.kernel.errors import BadInput

CHEAP = KdfParameters(n=2, r=1, p=1, salt=b"salt of sixteen ")
NONCE = bytes(12)


def test_default_cost_is_128_mib() -> None:
    """By default a derivation uses scrypt once with 128 MiB, and these parameters are accepted."""
    usual = KdfParameters()
    assert (usual.kdf, usual.n * usual.r * 128, usual.p) == ("scrypt", 128 << 20, 1)
    assert usual.is_known


@pytest.mark.parametrize(
    ("n", "r", "p"),
    [(2, 1, 1), (2, 32, 1), (2, 1, 16), (2, 32, 16), (4, 2, 2), (1 << 20, 8, 1), (1 << 18, 32, 16), (1 << 20, 1, 1)],
)
def test_cost_up_to_the_limits_is_accepted(n: int, r: int, p: int) -> None:
    """The least and the largest value of each key derivation parameter are accepted, up to 1 GiB of memory."""
    assert KdfParameters(n=n, r=r, p=p).is_known


@pytest.mark.parametrize(
    ("n", "r", "p"),
    [
        *((1, 1, 1), (0, 1, 1), (-2, 1, 1), (2, 0, 1), (2, -1, 1), (2, 1, 0), (2, 1, -1)),
        *((1 << 21, 1, 1), (2, 33, 1), (2, 1, 17), (1 << 21, 64, 32)),
        *((1 << 20, 9, 1), (1 << 20, 16, 1), (1 << 19, 17, 1), (1 << 19, 32, 1)),
        *((3, 8, 1), ((1 << 17) - 1, 8, 1), ((1 << 17) + 1, 8, 1)),
    ],
)
def test_cost_beyond_the_limits_is_refused(n: int, r: int, p: int) -> None:
    """Key derivation parameters beyond the limits are refused, because a file may contain any numbers, to exhaust
    memory, weaken the key or break the derivation.
    """
    assert not KdfParameters(n=n, r=r, p=p).is_known


@pytest.mark.parametrize("kdf", ["", "argon2id", "scrypt2", "zzz", "SCRYPT"])
def test_other_derivations_are_refused(kdf: str) -> None:
    """A key derivation other than scrypt is refused, however cheap."""
    assert not evolve(CHEAP, kdf=kdf).is_known


def test_new_salt_keeps_the_cost() -> None:
    """`with_new_salt` returns the same parameters with a new salt of sixteen random bytes."""
    first = CHEAP.with_new_salt()
    second = CHEAP.with_new_salt()
    assert len({first.salt, second.salt, CHEAP.salt}) == 3
    assert len(first.salt) == len(second.salt) == 16
    assert evolve(first, salt=CHEAP.salt) == CHEAP


def test_the_salt_is_not_shown() -> None:
    """The `repr` of the key derivation parameters shows the cost and not the salt."""
    assert repr(CHEAP) == "KdfParameters(kdf='scrypt', n=2, r=1, p=1)"


def test_cost_takes_keyword_arguments_only() -> None:
    """The key derivation parameters can only be passed by name, so that n, r and p can't be confused."""
    with pytest.raises(TypeError):
        KdfParameters("scrypt", 2, 1, 1)  # type: ignore[call-arg]


def test_key_equals_the_rfc_7914_example() -> None:
    """The key is the first half of the example in RFC 7914 (section 12), and the cipher is AES-256-GCM."""
    cipher = derive_cipher("pleaseletmein", KdfParameters(n=16384, r=8, p=1, salt=b"SodiumChloride"))
    key = bytes.fromhex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    assert AESGCM(key).decrypt(NONCE, cipher.encrypt(NONCE, b"x", b"about"), b"about") == b"x"


def test_key_depends_on_letters_salt_and_cost() -> None:
    """Composed and decomposed letters of a passphrase give the same key; another letter, salt or cost gives another
    key.
    """
    sealed = derive_cipher("Năm từ dễ nhớ", CHEAP).encrypt(NONCE, b"x", None)
    assert derive_cipher(unicodedata.normalize("NFD", "Năm từ dễ nhớ"), CHEAP).decrypt(NONCE, sealed, None) == b"x"
    for passphrase, parameters in (
        ("Nam tu de nho", CHEAP),
        ("năm từ dễ nhớ", CHEAP),
        ("Năm từ dễ nhớ", evolve(CHEAP, salt=b"another")),
        ("Năm từ dễ nhớ", evolve(CHEAP, n=4)),
        ("Năm từ dễ nhớ", evolve(CHEAP, r=2)),
        ("Năm từ dễ nhớ", evolve(CHEAP, p=2)),
    ):
        with pytest.raises(InvalidTag):
            derive_cipher(passphrase, parameters).decrypt(NONCE, sealed, None)


def test_short_passphrase_is_refused() -> None:
    """A passphrase of fewer than twelve characters is refused with an error that has both lengths."""
    require_long_passphrase("x" * 12)
    require_long_passphrase("x" * 13)
    with pytest.raises(BadInput, match="of 11 characters is too short: use at least 12"):
        require_long_passphrase("x" * 11)
    with pytest.raises(BadInput, match="of 0 characters"):
        require_long_passphrase("")
