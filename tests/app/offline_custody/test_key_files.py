"""Private keys of custodians are kept in files that a passphrase protects."""

import json
from pathlib import Path

import pytest

from anninh_core.app.offline_custody.key_files import make_key_file, read_key_file
from anninh_core.kernel.crypto.passphrase import KdfParameters
from anninh_core.kernel.errors import BadInput, DecryptionError

PASSPHRASE = "năm từ thật dài ở đây"
CHEAP = KdfParameters(n=1 << 4)


def test_passphrase_opens_key_file(key_file: Path) -> None:
    """Only the right passphrase opens a key file, which is private to its owner and doesn't contain the key."""
    key = make_key_file(key_file, PASSPHRASE, CHEAP)
    assert read_key_file(key_file, PASSPHRASE) == key
    assert key_file.stat().st_mode & 0o077 == 0
    with pytest.raises(DecryptionError, match="passphrase"):
        read_key_file(key_file, "một cụm từ khác hẳn")
    assert key.secret.hex() not in f"{key}{key_file.read_bytes()!r}"


def test_key_file_is_never_overwritten(key_file: Path) -> None:
    """An existing key file is never overwritten, and a short passphrase is refused."""
    key = make_key_file(key_file, PASSPHRASE, CHEAP)
    with pytest.raises(BadInput, match="already exists and wasn't changed: choose another file"):
        make_key_file(key_file, PASSPHRASE, CHEAP)
    with pytest.raises(BadInput, match="too short"):
        make_key_file(key_file.with_name("other"), "ngắn", CHEAP)
    assert read_key_file(key_file, PASSPHRASE) == key


@pytest.mark.parametrize(
    ("field", "value"), [("public_key", "00" * 32), ("sealed", "AAAA"), ("format", "x"), ("kdf", {"n": 1 << 30})]
)
def test_altered_key_file_is_refused(key_file: Path, field: str, value: object) -> None:
    """A key file with any altered field, or with excessive cost, is refused."""
    make_key_file(key_file, PASSPHRASE, CHEAP)
    content = json.loads(key_file.read_bytes())
    content[field] = {**content["kdf"], **value} if isinstance(value, dict) else value
    key_file.write_text(json.dumps(content))
    with pytest.raises((BadInput, DecryptionError)):
        read_key_file(key_file, PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"{}", b"nonsense"])
def test_invalid_key_file_names_the_remedy(key_file: Path, content: bytes) -> None:
    """The error about an invalid key file names the command that makes one."""
    key_file.write_bytes(content)
    with pytest.raises(BadInput, match="make-key"):
        read_key_file(key_file, PASSPHRASE)
