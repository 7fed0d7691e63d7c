"""Each file is cleaned in a process of its own, which knows no secret, takes no more than it may, and may die."""

import pytest
from tests.cleaning.pictures import jpeg
from tests.support.pictures import picture

from anninh_core.cleaning import clean_file, isolation
from anninh_core.cleaning.cleaner import clean_in_process
from anninh_core.cleaning.results import FileLimits
from anninh_core.vocabulary.files import Cleaning, FileReason


def test_it_comes_to_the_same() -> None:
    """What is cleaned apart is what would be cleaned here."""
    assert clean_file(jpeg(), "file") == clean_in_process(jpeg(), "file")
    assert clean_file(b"MZ") == clean_in_process(b"MZ")
    assert clean_file(bytes(11), limits=FileLimits(size=10)).reason == FileReason.TOO_LARGE


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("import os; os.kill(os.getpid(), 11)", "SIGSEGV"),
        ("raise SystemExit(3)", "the process ended with 3"),
        ("import time; time.sleep(60)", "it took over 1 seconds"),
    ],
)
def test_a_process_that_dies_takes_nothing_along(monkeypatch: pytest.MonkeyPatch, code: str, detail: str) -> None:
    """A crash, an end and an endless look refuse the file, and say how it went."""
    monkeypatch.setattr(isolation, "COMMAND", ("-c", code))
    result = clean_file(picture(), seconds=1)
    assert (result.cleaning, result.reason, result.detail) == (Cleaning.REFUSED, FileReason.FAILED, detail)


def test_it_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the environment, where passphrases may stand, it gets paths alone; it can write no file."""
    monkeypatch.setenv("ANNINH_PASSPHRASE", "bí mật")
    code = "import os, sys; sys.exit(5 if 'ANNINH_PASSPHRASE' in os.environ else 6)"
    monkeypatch.setattr(isolation, "COMMAND", ("-c", code))
    assert clean_file(picture()).detail == "the process ended with 6"


def test_a_machine_that_can_t_start_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has nothing to do with the file, which is tried again."""
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(OSError, match="nowhere"):
        clean_file(picture())
