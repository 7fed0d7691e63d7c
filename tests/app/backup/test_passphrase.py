"""Keys under a passphrase."""

import json
import unicodedata
from base64 import b64decode, b64encode

import pytest
from tests.app.backup.conftest import CHEAP

from anninh_core.app.backup.passphrase import unwrap, wrap
from anninh_core.kernel.errors import BadInput, DecryptionError, StorageError
from anninh_core.testing.memory import MemoryKeys

pytestmark = pytest.mark.slow

WORDS = "Đồng lúa chín vàng bên sông"
COPY = MemoryKeys(seed=3).export()


def test_there_and_back() -> None:
    """The passphrase opens what it wrapped, composed or decomposed; no key stands in the wrapped bytes."""
    wrapped = wrap(COPY, WORDS, CHEAP)
    assert unwrap(wrapped, WORDS) == COPY
    assert unwrap(wrapped, unicodedata.normalize("NFD", WORDS)) == COPY
    assert b64encode(COPY.blind) not in wrapped
    assert COPY.blind not in wrapped


def test_by_default_a_guess_is_dear() -> None:
    """The cost stands beside the keys: 128 MiB for every guess."""
    cost = json.loads(wrap(COPY, WORDS))["wrapping"]
    assert 128 * cost["n"] * cost["r"] == 128 * 1024 * 1024
    assert cost["kdf"] == "scrypt"


def test_wrapping_twice_gives_different_bytes() -> None:
    """The same keys wrapped twice look different."""
    assert wrap(COPY, WORDS, CHEAP) != wrap(COPY, WORDS, CHEAP)


@pytest.mark.parametrize("other", ["", WORDS.lower(), WORDS + " "])
def test_other_passphrase_opens_nothing(other: str) -> None:
    """Another passphrase opens nothing, and says what may be wrong."""
    with pytest.raises(DecryptionError, match="passphrase"):
        unwrap(wrap(COPY, WORDS, CHEAP), other)


def test_a_short_passphrase() -> None:
    """A passphrase that is quickly guessed is refused."""
    with pytest.raises(BadInput, match="11"):
        wrap(COPY, "x" * 11, CHEAP)


def test_altered_wrapping_does_not_open() -> None:
    """Keys or cost that were altered don't open."""
    wrapped = json.loads(wrap(COPY, WORDS, CHEAP))
    sealed = bytearray(b64decode(wrapped["sealed"]))
    sealed[20] ^= 1
    bent = [wrapped | {"sealed": b64encode(sealed).decode()}, wrapped | {"sealed": ""}]
    bent.append(wrapped | {"wrapping": wrapped["wrapping"] | {"p": 2}})
    for one in bent:
        with pytest.raises(DecryptionError):
            unwrap(json.dumps(one).encode(), WORDS)


@pytest.mark.parametrize("cost", [{"n": 1 << 40}, {"kdf": "rot13"}, {"p": 1000}])
def test_a_cost_beyond_reason(cost: dict[str, object]) -> None:
    """A file that asks for more memory than there is, or for another function, is refused without trying."""
    wrapped = json.loads(wrap(COPY, WORDS, CHEAP))
    with pytest.raises(StorageError):
        unwrap(json.dumps(wrapped | {"wrapping": wrapped["wrapping"] | cost}).encode(), WORDS)


def test_not_wrapped_keys() -> None:
    """Bytes that are no wrapped keys are told as damage."""
    with pytest.raises(StorageError, match="damaged"):
        unwrap(b"{}", WORDS)
