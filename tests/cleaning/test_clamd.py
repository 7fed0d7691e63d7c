"""The client of the ClamAV protocol, over real sockets."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cleaning.clamav import EVIL, Daemon, running_daemon
from tests.support.pictures import build_picture

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


def test_file_is_streamed_completely(daemon: Daemon) -> None:
    """A file reaches the scanner completely as a stream, whatever it contains, and the result is parsed."""
    scanner = ClamdScanner(daemon.address)
    data = bytes(range(256)) * 1000
    assert scanner.scan(data) == ScanResult(Scan.CLEAN)
    assert scanner.scan(b"") == ScanResult(Scan.CLEAN)
    assert scanner.scan(b"a" + EVIL) == ScanResult(Scan.INFECTED, "Thu.Ma.Doc")
    assert daemon.streams == [data, b"", b"a" + EVIL]
    assert daemon.asked == ["zINSTREAM"] * 3


def test_scanner_must_answer_ping(daemon: Daemon) -> None:
    """A scanner that answers a ping with anything but PONG is reported as a problem."""
    scanner = ClamdScanner(daemon.address)
    assert scanner.find_problem() == ""
    daemon.answer = b"LOADING\0"
    assert "LOADING" in scanner.find_problem()


@pytest.mark.parametrize(
    ("answer", "detail"),
    [(b"", "no answer"), (b"stream: Can't allocate memory ERROR\0", "Can't allocate"), (b"?\0", "?")],
)
def test_failed_scan_is_never_clean(daemon: Daemon, answer: bytes, detail: str) -> None:
    """A file counts as unscanned, never as clean, if the scanner fails."""
    daemon.answer = answer
    result = ClamdScanner(daemon.address).scan(b"a")
    assert result.state is Scan.UNSCANNED
    assert detail in result.detail


def test_file_over_scanner_limit_is_too_large(daemon: Daemon) -> None:
    """A file over the scanner's limit is reported as too large, and isn't sent if the limit is configured."""
    daemon.most_bytes = 100_000
    assert ClamdScanner(daemon.address).scan(bytes(3_000_000)).state is Scan.TOO_LARGE
    command_count = len(daemon.asked)
    assert ClamdScanner(daemon.address, most_bytes=10).scan(bytes(11)).state is Scan.TOO_LARGE
    assert len(daemon.asked) == command_count


def test_unreachable_scanner_fails_nothing(tmp_path: Path) -> None:
    """With an unreachable scanner a file counts as unscanned, and the problem is reported without an exception."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        closed = f"tcp:127.0.0.1:{bound.getsockname()[1]}"
        for address in (closed, f"unix:{tmp_path / 'none'}"):
            scanner = ClamdScanner(address)
            assert scanner.scan(b"a").state is Scan.UNSCANNED
            assert "can't be reached" in scanner.find_problem()


def test_silent_scanner_times_out() -> None:
    """A silent scanner leads to a timeout, and the file counts as unscanned."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        scanner = ClamdScanner(f"tcp:127.0.0.1:{silent.getsockname()[1]}", seconds=0.1)
        assert scanner.scan(b"a").state is Scan.UNSCANNED


@pytest.mark.parametrize("address", ["", "clamd", "tcp:3310", "tcp:host:x", "unix:", "http://x:1"])
def test_invalid_scanner_address_is_refused(address: str) -> None:
    """An invalid scanner address is refused, and the error names the setting."""
    with pytest.raises(ConfigurationError, match=r"files\.scanner"):
        ClamdScanner(address)


def test_infected_file_is_never_opened(daemon: Daemon) -> None:
    """The scanner runs first: an infected file reaches no library, and is refused with its signature."""
    opened: list[bytes] = []

    def clean(data: bytes, *_: object) -> None:
        opened.append(data)

    inspector = Inspector(FileLimits(), ClamdScanner(daemon.address), clean)  # type: ignore[arg-type]
    record = inspector.inspect(EVIL).record
    assert (record.cleaning, record.reason, record.signature) == (Cleaning.REFUSED, FileReason.INFECTED, "Thu.Ma.Doc")
    assert record.is_withheld
    assert opened == []


def test_inspector_records_cleaning_and_scan(daemon: Daemon) -> None:
    """An inspector's record has size, types, the cleaning result and the scan result."""
    data = build_picture()
    inspected = Inspector(scanner=ClamdScanner(daemon.address)).inspect(data, "image")
    record = inspected.record
    assert (record.size, record.media_type, record.shown_type, record.scan) == (
        len(data),
        "image/png",
        "image/png",
        Scan.CLEAN,
    )
    assert (record.cleaning, inspected.data) == (Cleaning.CLEANED, data)


def test_inspector_reports_missing_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An inspector reports a missing extra with its install command, and an unreachable scanner."""
    assert Inspector().problems() == ()
    monkeypatch.setattr("anninh_core.cleaning.inspector.find_missing_extras", lambda: ("heic",))
    first, second = Inspector(scanner=ClamdScanner(f"unix:{tmp_path / 'none'}")).problems()
    assert "pip install 'anninh[heic]'" in first
    assert "can't be reached" in second
