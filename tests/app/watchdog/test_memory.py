"""A long failure gives one report, some reminders and an all-clear, on each channel."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anninh_core.app.watchdog.memory import CALM, FaultReport, MemoryFile, ReportKind, WatchMemory
from anninh_core.app.watchdog.reporting import Delivery, deliver_due_reports
from anninh_core.kernel.errors import RetryLater
from anninh_core.ports.health import Check, problem

BEGIN = datetime(2021, 9, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REMIND = timedelta(hours=6)
WORKER = problem("worker", "No worker has finished a round for 3 minutes.", "Start it.")
DISK = problem("disk", "Only 3 MiB are free.", "Free some.")


class Channel:
    """A channel that accepts or refuses reports."""

    def __init__(self) -> None:
        self.taken: list[FaultReport] = []
        self.refuses = False

    def deliver(self, report: FaultReport) -> None:
        if self.refuses:
            raise RetryLater("mail.example: no connection")
        self.taken.append(report)


class Watch:
    """A watchdog that inspects once a minute, and stores its memory in a file."""

    def __init__(self, path: Path) -> None:
        self.now = BEGIN
        self.channels = {"mail": Channel(), "folder": Channel()}
        self.file = MemoryFile(path)

    def look(self, *faults: Check, minutes: int = 1) -> Sequence[Delivery]:
        deliveries: list[Delivery] = []
        for _ in range(minutes):
            channels = {name: channel.deliver for name, channel in self.channels.items()}
            memory, new_deliveries = deliver_due_reports(self.file.read(), channels, faults, self.now, REMIND)
            self.file.write(memory)
            deliveries += new_deliveries
            self.now += MINUTE
        return deliveries

    def kinds(self, name: str = "mail") -> list[ReportKind]:
        return [report.kind for report in self.channels[name].taken]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path / "anninh.watch")


def test_long_fault_gives_report_and_reminders(watch: Watch) -> None:
    """Thirteen hours without a worker give one report at once, a reminder every six hours, and an all-clear."""
    watch.look(WORKER, minutes=13 * 60)
    watch.look(minutes=10)
    assert watch.kinds() == [ReportKind.FAULT, ReportKind.REMINDER, ReportKind.REMINDER, ReportKind.ALL_CLEAR]
    assert watch.kinds("folder") == watch.kinds()
    assert watch.channels["mail"].taken[1].faults == ((WORKER, BEGIN),)


def test_another_fault_is_reported_at_once(watch: Watch) -> None:
    """A new fault is reported at once, together with the existing ones."""
    watch.look(WORKER, minutes=5)
    watch.look(WORKER, DISK, minutes=5)
    first, second = watch.channels["mail"].taken
    assert first.new == {"worker"}
    assert second.new == {"disk"}
    assert [fault for fault, _since in second.faults] == [WORKER, DISK]


def test_intermittent_fault_is_one_fault(watch: Watch) -> None:
    """A fault that disappears for a few minutes isn't over, and isn't reported again."""
    for _ in range(10):
        watch.look(WORKER)
        watch.look(minutes=3)
    assert watch.kinds() == [ReportKind.FAULT]
    watch.look(minutes=int(CALM / MINUTE) + 1)
    watch.look(WORKER)
    assert watch.kinds() == [ReportKind.FAULT, ReportKind.ALL_CLEAR, ReportKind.FAULT]


def test_failed_channel_gets_report_later(watch: Watch) -> None:
    """A report refused by one channel is tried again at each inspection; the other channel gets it at once, and
    once.
    """
    watch.channels["mail"].refuses = True
    (refused, taken) = watch.look(WORKER)
    assert (refused.failed, taken.failed) == ("mail.example: no connection", "")
    assert watch.file.read().channel("mail").failed == "mail.example: no connection"
    watch.channels["mail"].refuses = False
    watch.look(WORKER, minutes=3)
    assert watch.kinds() == watch.kinds("folder") == [ReportKind.FAULT]
    assert watch.file.read().channel("mail").failed == ""


def test_memory_file_keeps_its_size(watch: Watch, tmp_path: Path) -> None:
    """The memory file is written in place with a constant size, so that it can be written on a full disk."""
    watch.look()
    file = tmp_path / "anninh.watch"
    before = file.stat()
    watch.look(WORKER, DISK)
    after = file.stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)


def test_damaged_memory_file_is_ignored(watch: Watch, tmp_path: Path) -> None:
    """A damaged memory file is ignored, and all faults are reported again."""
    watch.look(WORKER)
    (tmp_path / "anninh.watch").write_bytes(b'{"looked_at":')
    assert watch.file.read() == WatchMemory()
    watch.look(WORKER)
    assert watch.kinds() == [ReportKind.FAULT, ReportKind.FAULT]


def test_memory_falls_back_to_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the folder can't be written, the memory is stored in the folder for temporary files, so that a lost disk is
    reported once.
    """
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    watch = Watch(tmp_path / "gone" / "anninh.watch")
    watch.look(WORKER, minutes=30)
    assert watch.kinds() == [ReportKind.FAULT]
    assert len([*spare.iterdir()]) == 1
