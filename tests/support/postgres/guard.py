"""Clears a server's folder away: `python guard.py FOLDER` waits until its standard input ends, then does it.

It ends when whoever started the server closes it, and just as well when that process is killed. So nothing outlives a
test run, however the run ends.
"""

import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

_PATIENCE = 10.0  # seconds for processes to end by themselves before they are killed


def processes(folder: Path) -> list[psutil.Process]:
    """Return the living processes at work under a folder; every process of PostgreSQL works in its data folder."""
    at_work = ((process, process.info["cwd"]) for process in psutil.process_iter(["cwd"]))
    return [process for process, cwd in at_work if cwd and Path(cwd).is_relative_to(folder)]


def end(folder: Path, first: signal.Signals, patience: float = 0) -> None:
    """End all that work under a folder.

    Args:
        folder: the folder.
        first: the signal to begin with. SIGQUIT stops PostgreSQL at once, but tidily; SIGKILL is a crash.
        patience: seconds after which those still there are killed.
    """
    late = time.monotonic() + patience
    while found := processes(folder):
        for process in found:
            with suppress(psutil.NoSuchProcess):  # gone meanwhile, which is what we want
                process.send_signal(first if time.monotonic() < late else signal.SIGKILL)
        time.sleep(0.01)


def clear(folder: Path) -> None:
    """End what works under a folder, and remove it with the shared memory that a crash left behind."""
    end(folder, signal.SIGQUIT, _PATIENCE)
    for note in folder.glob("*/postmaster.pid"):  # still there only after a crash
        _release(note.read_text().splitlines())
    shutil.rmtree(folder)


def _release(note: list[str]) -> None:
    if len(note) >= 7:  # its seventh line names the segment: key and id
        subprocess.run(["ipcrm", "-m", note[6].split()[1]], check=True)


if __name__ == "__main__":
    sys.stdin.read()
    clear(Path(sys.argv[1]))
