"""Rules for several processes on one SQLite file, and for processes that die in the middle of their work."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anninh_core.ports.storages.changes import Outcome
from anninh_core.testing.kits.storage.base import SPECS, change, commit, commit_records, find_all, tip
from anninh_storage import SqliteStorage

pytestmark = pytest.mark.slow

WORKER = """
import sys, time
from anninh_core.ports.storages.changes import Counter, Outcome
from anninh_core.testing.kits.storage.base import DAY, SPECS, change, entry, tip
from anninh_storage import SqliteStorage

url, name, commits, pause = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
storage = SqliteStorage(url)
storage.prepare(SPECS)
print("ready", flush=True)
sys.stdin.readline()
worst = 0.0
for turn in range(commits):
    id = f"{name}-{turn:05}"
    one = Counter(indicator="tips", unit="u1", day=DAY, dims="", amount=1)
    begun = time.monotonic()
    assert storage.commit([change(tip(id), entry=entry(id), counters=(one,))]) == [Outcome.COMMITTED]
    worst = max(worst, time.monotonic() - begun)
    print(id, flush=True)
    time.sleep(pause)
storage.close()
print(f"worst {worst}", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anninh.db"


@pytest.fixture
def storage(path: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(f"sqlite:///{path}")
    storage.prepare(SPECS)
    yield storage
    storage.close()


def start_worker(path: Path, name: str, commits: int, pause: float = 0) -> "subprocess.Popen[str]":
    """Start a process that commits one record after the other, and prints the id of each acknowledged record."""
    command = [sys.executable, "-c", WORKER, f"sqlite:///{path}", name, str(commits), str(pause)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def start_together(processes: "list[subprocess.Popen[str]]") -> None:
    """Let all processes start together once they are ready."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def test_five_writing_processes_lose_nothing(path: Path, storage: SqliteStorage) -> None:
    """Two busy and three light processes lose nothing, keep one chain, and no light process waits over two seconds."""
    busy = [start_worker(path, f"busy{number}", 250) for number in range(2)]
    light = [start_worker(path, f"light{number}", 20, 0.01) for number in range(3)]
    start_together([*busy, *light])
    outputs = {process: process.communicate(timeout=60)[0].splitlines() for process in (*busy, *light)}
    acknowledged = [line for lines in outputs.values() for line in lines[:-1]]
    assert sorted(find_all(storage, limit=500)) == sorted(acknowledged)
    assert len(acknowledged) == storage.journal.head()[0] == 2 * 250 + 3 * 20
    assert storage.maintenance.check() == []
    waits = [float(outputs[process][-1].removeprefix("worst ")) for process in light]
    assert max(waits) < 2.0


def test_killed_process_loses_no_commit(path: Path, storage: SqliteStorage) -> None:
    """A killed process loses no acknowledged commit, and leaves no lock."""
    victim = start_worker(path, "victim", 100_000)
    start_together([victim])
    assert victim.stdout is not None
    acknowledged = [victim.stdout.readline().strip() for _ in range(50)]
    victim.send_signal(signal.SIGKILL)
    acknowledged += victim.communicate(timeout=60)[0].split()
    kept = find_all(storage, limit=500)
    assert set(acknowledged) <= set(kept)
    assert len(kept) - len(acknowledged) <= 1
    assert storage.journal.head()[0] == len(kept)
    assert storage.maintenance.check() == []
    commit_records(storage, tip("after"))


def test_new_file_is_prepared_once(path: Path) -> None:
    """Processes that open a new file at the same time prepare it once."""
    processes = [start_worker(path, f"p{number}", 1) for number in range(3)]
    start_together(processes)
    assert [process.communicate(timeout=60)[0].splitlines()[0] for process in processes] == [
        f"p{number}-00000" for number in range(3)
    ]


def test_two_handles_see_each_other(path: Path, storage: SqliteStorage) -> None:
    """Two storages of one process see each other's commits at once, and conflict like any two writers."""
    other = SqliteStorage(f"sqlite:///{path}")
    other.prepare(SPECS)
    commit_records(storage, tip("t1"))
    assert other.records.get("kit_tip", "t1") == tip("t1")
    assert commit(other, change(tip("t1", version=2))) == [Outcome.COMMITTED]
    assert commit(storage, change(tip("t1", version=2))) == [Outcome.CONFLICT]
    other.close()
