"""Each file is cleaned in its own process, which has no secrets and limited resources, and may crash."""

import pytest
from tests.cleaning.pictures import jpeg
from tests.support.pictures import build_picture

from anninh_core.cleaning import clean_file, isolation
from anninh_core.cleaning.cleaner import clean_in_process
from anninh_core.cleaning.results import FileLimits
from anninh_core.vocabulary.files import Cleaning, FileReason


def test_isolated_cleaning_gives_same_result() -> None:
    """Cleaning in a separate process gives the same result as in the process of the test."""
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
def test_failed_process_refuses_the_file(monkeypatch: pytest.MonkeyPatch, code: str, detail: str) -> None:
    """If the cleaning process crashes, exits or times out, the file is refused and the result names the cause."""
    monkeypatch.setattr(isolation, "COMMAND", ("-c", code))
    result = clean_file(build_picture(), seconds=1)
    assert (result.cleaning, result.reason, result.detail) == (Cleaning.REFUSED, FileReason.FAILED, detail)


def test_cleaning_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the cleaning process has no passphrase."""
    monkeypatch.setenv("ANNINH_PASSPHRASE", "bí mật")
    code = "import os, sys; sys.exit(5 if 'ANNINH_PASSPHRASE' in os.environ else 6)"
    monkeypatch.setattr(isolation, "COMMAND", ("-c", code))
    assert clean_file(build_picture()).detail == "the process ended with 6"


def test_unstartable_process_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the cleaning process can't be started, an error is raised instead of refusing the file, so that it can be
    tried again.
    """
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(OSError, match="nowhere"):
        clean_file(build_picture())
