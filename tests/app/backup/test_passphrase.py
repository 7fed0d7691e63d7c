"""Keys encrypted with a passphrase."""

import json
import unicodedata
from base64 import b64decode, b64encode

import pytest
from tests.app.backup.conftest import CHEAP

from anninh_core.app.backup.passphrase import unwrap_keys, wrap
from anninh_core.kernel.errors import BadInput, DecryptionError, StorageError
from anninh_core.testing.memory import MemoryKeys

pytestmark = pytest.mark.slow

WORDS = "Đồng lúa chín vàng bên sông"
COPY = MemoryKeys(seed=3).export()


def test_passphrase_opens_wrapped_keys() -> None:
    """The passphrase opens the keys that it wrapped, in composed or decomposed form; the wrapped bytes contain no
    key.
    """
    wrapped = wrap(COPY, WORDS, CHEAP)
    assert unwrap_keys(wrapped, WORDS) == COPY
    assert unwrap_keys(wrapped, unicodedata.normalize("NFD", WORDS)) == COPY
    assert b64encode(COPY.blind) not in wrapped
    assert COPY.blind not in wrapped


def test_default_guess_costs_128_mib() -> None:
    """By default each guess of the passphrase costs 128 MiB."""
    cost = json.loads(wrap(COPY, WORDS))["wrapping"]
    assert 128 * cost["n"] * cost["r"] == 128 * 1024 * 1024
    assert cost["kdf"] == "scrypt"


def test_wrapping_twice_gives_different_bytes() -> None:
    """Wrapping the same keys twice gives different bytes."""
    assert wrap(COPY, WORDS, CHEAP) != wrap(COPY, WORDS, CHEAP)


@pytest.mark.parametrize("other", ["", WORDS.lower(), WORDS + " "])
def test_other_passphrase_opens_nothing(other: str) -> None:
    """Another passphrase opens nothing, and the error names the passphrase."""
    with pytest.raises(DecryptionError, match="passphrase"):
        unwrap_keys(wrap(COPY, WORDS, CHEAP), other)


def test_short_passphrase_is_refused() -> None:
    """A short passphrase is refused."""
    with pytest.raises(BadInput, match="11"):
        wrap(COPY, "x" * 11, CHEAP)


def test_altered_wrapping_does_not_open() -> None:
    """Keys or cost parameters that were altered don't open."""
    wrapped = json.loads(wrap(COPY, WORDS, CHEAP))
    sealed = bytearray(b64decode(wrapped["sealed"]))
    sealed[20] ^= 1
    alterations = [wrapped | {"sealed": b64encode(sealed).decode()}, wrapped | {"sealed": ""}]
    alterations.append(wrapped | {"wrapping": wrapped["wrapping"] | {"p": 2}})
    for altered in alterations:
        with pytest.raises(DecryptionError):
            unwrap_keys(json.dumps(altered).encode(), WORDS)


@pytest.mark.parametrize("cost", [{"n": 1 << 40}, {"kdf": "rot13"}, {"p": 1000}])
def test_excessive_cost_is_refused(cost: dict[str, object]) -> None:
    """A file with excessive cost, or another derivation function, is refused without an attempt."""
    wrapped = json.loads(wrap(COPY, WORDS, CHEAP))
    with pytest.raises(StorageError):
        unwrap_keys(json.dumps(wrapped | {"wrapping": wrapped["wrapping"] | cost}).encode(), WORDS)


def test_not_wrapped_keys() -> None:
    """Bytes other than wrapped keys are reported as damaged."""
    with pytest.raises(StorageError, match="damaged"):
        unwrap_keys(b"{}", WORDS)
