"""Private keys in files."""

import json
from pathlib import Path

import pytest

from anninh_core.app.offline_custody.key_files import make_key_file, read_key_file
from anninh_core.kernel.crypto.passphrase import KdfParameters
from anninh_core.kernel.errors import BadInput, DecryptionError

PASSPHRASE = "năm từ thật dài ở đây"
CHEAP = KdfParameters(n=1 << 4)


def test_a_key_comes_back_with_its_passphrase(key_file: Path) -> None:
    """And with no other; nobody else reads the file."""
    made = make_key_file(key_file, PASSPHRASE, CHEAP)
    assert read_key_file(key_file, PASSPHRASE) == made
    assert key_file.stat().st_mode & 0o077 == 0
    with pytest.raises(DecryptionError, match="passphrase"):
        read_key_file(key_file, "một cụm từ khác hẳn")
    assert made.secret.hex() not in f"{made}{key_file.read_bytes()!r}"


def test_no_key_is_overwritten(key_file: Path) -> None:
    """Nor made under a short passphrase."""
    made = make_key_file(key_file, PASSPHRASE, CHEAP)
    with pytest.raises(BadInput, match="already exists and wasn't changed: choose another file"):
        make_key_file(key_file, PASSPHRASE, CHEAP)
    with pytest.raises(BadInput, match="too short"):
        make_key_file(key_file.with_name("other"), "ngắn", CHEAP)
    assert read_key_file(key_file, PASSPHRASE) == made


@pytest.mark.parametrize(
    ("field", "value"), [("public_key", "00" * 32), ("sealed", "AAAA"), ("format", "x"), ("kdf", {"n": 1 << 30})]
)
def test_an_altered_file_is_refused(key_file: Path, field: str, value: object) -> None:
    """Every part of it is bound, and none costs more than is borne."""
    make_key_file(key_file, PASSPHRASE, CHEAP)
    said = json.loads(key_file.read_bytes())
    said[field] = {**said["kdf"], **value} if isinstance(value, dict) else value
    key_file.write_text(json.dumps(said))
    with pytest.raises((BadInput, DecryptionError)):
        read_key_file(key_file, PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"{}", b"nonsense"])
def test_what_is_no_key_file(key_file: Path, content: bytes) -> None:
    """Is told, with what makes one."""
    key_file.write_bytes(content)
    with pytest.raises(BadInput, match="make-key"):
        read_key_file(key_file, PASSPHRASE)
