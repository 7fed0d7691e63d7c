"""Asking a daemon that speaks ClamAV's protocol, over real sockets."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cleaning.clamav import EVIL, Daemon, running_daemon
from tests.support.pictures import picture

from anninh_core.cleaning.clamd import ClamdScanner
from anninh_core.cleaning.inspector import Inspector
from anninh_core.cleaning.results import FileLimits
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.scanner import ScanResult
from anninh_core.vocabulary.files import Cleaning, FileReason, Scan


@pytest.fixture(params=["tcp", "unix"])
def daemon(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Daemon]:
    with running_daemon(tmp_path / "clamd" if request.param == "unix" else None) as running:
        yield running


def test_a_file_goes_as_a_stream(daemon: Daemon) -> None:
    """All its bytes arrive in pieces, whatever is in them, and the answer is understood."""
    scanner = ClamdScanner(daemon.address)
    data = bytes(range(256)) * 1000
    assert scanner.scan(data) == ScanResult(Scan.CLEAN)
    assert scanner.scan(b"") == ScanResult(Scan.CLEAN)
    assert scanner.scan(b"a" + EVIL) == ScanResult(Scan.INFECTED, "Thu.Ma.Doc")
    assert daemon.streams == [data, b"", b"a" + EVIL]
    assert daemon.asked == ["zINSTREAM"] * 3


def test_a_daemon_is_asked_whether_it_is_there(daemon: Daemon) -> None:
    """It answers PONG; another answer is told."""
    scanner = ClamdScanner(daemon.address)
    assert scanner.find_problem() == ""
    daemon.answer = b"LOADING\0"
    assert "LOADING" in scanner.find_problem()


@pytest.mark.parametrize(
    ("answer", "detail"),
    [(b"", "no answer"), (b"stream: Can't allocate memory ERROR\0", "Can't allocate"), (b"?\0", "?")],
)
def test_an_answer_that_says_nothing(daemon: Daemon, answer: bytes, detail: str) -> None:
    """A file stays unscanned where the daemon fails, and is never taken for clean."""
    daemon.answer = answer
    told = ClamdScanner(daemon.address).scan(b"a")
    assert told.state is Scan.UNSCANNED
    assert detail in told.detail


def test_a_file_that_is_too_long_for_it(daemon: Daemon) -> None:
    """The daemon says so and hangs up in the middle; or it isn't even asked, where its limit is known."""
    daemon.most_bytes = 100_000
    assert ClamdScanner(daemon.address).scan(bytes(3_000_000)).state is Scan.TOO_LARGE
    asked = len(daemon.asked)
    assert ClamdScanner(daemon.address, most_bytes=10).scan(bytes(11)).state is Scan.TOO_LARGE
    assert len(daemon.asked) == asked


def test_unreachable_scanner_fails_nothing(tmp_path: Path) -> None:
    """A daemon that is down makes nothing fail."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"tcp:127.0.0.1:{taken.getsockname()[1]}"
        for address in (closed, f"unix:{tmp_path / 'none'}"):
            scanner = ClamdScanner(address)
            assert scanner.scan(b"a").state is Scan.UNSCANNED
            assert "can't be reached" in scanner.find_problem()


def test_a_daemon_that_is_silent() -> None:
    """Patience ends."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        scanner = ClamdScanner(f"tcp:127.0.0.1:{silent.getsockname()[1]}", seconds=0.1)
        assert scanner.scan(b"a").state is Scan.UNSCANNED


@pytest.mark.parametrize("address", ["", "clamd", "tcp:3310", "tcp:host:x", "unix:", "http://x:1"])
def test_an_address_that_is_none(address: str) -> None:
    """It is told when the app opens, and names the setting."""
    with pytest.raises(ConfigurationError, match=r"files\.scanner"):
        ClamdScanner(address)


def test_what_is_known_to_do_harm_is_opened_by_nothing(daemon: Daemon) -> None:
    """The scanner is asked first: an infected file reaches no library, and is refused with its name."""
    opened: list[bytes] = []

    def clean(data: bytes, *_: object) -> None:
        opened.append(data)

    inspector = Inspector(FileLimits(), ClamdScanner(daemon.address), clean)  # type: ignore[arg-type]
    record = inspector.inspect(EVIL).record
    assert (record.cleaning, record.reason, record.signature) == (Cleaning.REFUSED, FileReason.INFECTED, "Thu.Ma.Doc")
    assert record.is_withheld
    assert opened == []


def test_an_inspector_says_all_of_a_file(daemon: Daemon) -> None:
    """Digest, size, type, what was done and what the scanner said."""
    data = picture()
    inspected = Inspector(scanner=ClamdScanner(daemon.address)).inspect(data, "image")
    known = inspected.record
    assert (known.size, known.media_type, known.shown_type, known.scan) == (
        len(data),
        "image/png",
        "image/png",
        Scan.CLEAN,
    )
    assert (known.cleaning, inspected.data) == (Cleaning.CLEANED, data)


def test_an_inspector_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An extra that isn't installed, with its install line, and a scanner that isn't there."""
    assert Inspector().problems() == ()
    monkeypatch.setattr("anninh_core.cleaning.inspector.missing_extras", lambda: ("heic",))
    first, second = Inspector(scanner=ClamdScanner(f"unix:{tmp_path / 'none'}")).problems()
    assert "pip install 'anninh[heic]'" in first
    assert "can't be reached" in second
