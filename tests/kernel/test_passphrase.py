"""Ciphers made of passphrases: what costs too much isn't tried, and what opens is bound to passphrase and cost."""

import unicodedata

import pytest
from attrs import evolve
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.crypto.passphrase import KdfParameters, derive_cipher, require_long
from anninh_core.kernel.errors import BadInput

CHEAP = KdfParameters(n=2, r=1, p=1, salt=b"salt of sixteen ")
NONCE = bytes(12)


def test_whoever_says_nothing_pays_the_cost_that_is_told() -> None:
    """By default a try takes 128 MiB once, and that is a known way."""
    usual = KdfParameters()
    assert (usual.kdf, usual.n * usual.r * 128, usual.p) == ("scrypt", 128 << 20, 1)
    assert usual.is_known


@pytest.mark.parametrize(
    ("n", "r", "p"),
    [(2, 1, 1), (2, 32, 1), (2, 1, 16), (2, 32, 16), (4, 2, 2), (1 << 20, 8, 1), (1 << 18, 32, 16), (1 << 20, 1, 1)],
)
def test_a_cost_up_to_the_limits_is_tried(n: int, r: int, p: int) -> None:
    """The least and the largest of each, and a whole GiB of memory."""
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
def test_a_cost_beyond_the_limits_is_not_tried(n: int, r: int, p: int) -> None:
    """Somebody may have written any number in a file, to take all memory, to make it cheap or to break it."""
    assert not KdfParameters(n=n, r=r, p=p).is_known


@pytest.mark.parametrize("kdf", ["", "argon2id", "scrypt2", "zzz", "SCRYPT"])
def test_another_way_is_not_tried(kdf: str) -> None:
    """What isn't scrypt is unknown, however cheap."""
    assert not evolve(CHEAP, kdf=kdf).is_known


def test_a_new_salt_is_all_that_is_new() -> None:
    """Sixteen random bytes, at the same cost."""
    one = CHEAP.with_new_salt()
    two = CHEAP.with_new_salt()
    assert len({one.salt, two.salt, CHEAP.salt}) == 3
    assert len(one.salt) == len(two.salt) == 16
    assert evolve(one, salt=CHEAP.salt) == CHEAP


def test_the_salt_is_not_shown() -> None:
    """What stands in a log tells the cost and no bytes."""
    assert repr(CHEAP) == "KdfParameters(kdf='scrypt', n=2, r=1, p=1)"


def test_a_cost_is_said_by_name() -> None:
    """Nobody mixes up n, r and p by their order."""
    with pytest.raises(TypeError):
        KdfParameters("scrypt", 2, 1, 1)  # type: ignore[call-arg]


def test_any_implementation_of_rfc_7914_opens_it() -> None:
    """The key is the first half of the standard's own example (section 12), and the cipher AES-256-GCM under it."""
    cipher = derive_cipher("pleaseletmein", KdfParameters(n=16384, r=8, p=1, salt=b"SodiumChloride"))
    key = bytes.fromhex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    assert AESGCM(key).decrypt(NONCE, cipher.encrypt(NONCE, b"x", b"about"), b"about") == b"x"


def test_a_passphrase_is_its_letters() -> None:
    """Composed and decomposed letters are the same; another letter, salt or cost is not."""
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


def test_a_passphrase_has_twelve_characters() -> None:
    """One less is refused, and told how long it is and how long it should be."""
    require_long("x" * 12)
    require_long("x" * 13)
    with pytest.raises(BadInput, match="of 11 characters is too short: use at least 12"):
        require_long("x" * 11)
    with pytest.raises(BadInput, match="of 0 characters"):
        require_long("")
