"""Removes a server's folder: `python guard.py FOLDER` waits until its standard input ends, then removes it.

The input ends when the server's starter closes it, and also when that process is killed, so nothing remains after a
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

_PATIENCE = 10.0  # seconds for processes to end on their own before they are killed


def list_processes(folder: Path) -> list[psutil.Process]:
    """Return the living processes that work in a folder; every PostgreSQL process works in its data folder."""
    at_work = ((process, process.info["cwd"]) for process in psutil.process_iter(["cwd"]))
    return [process for process, cwd in at_work if cwd and Path(cwd).is_relative_to(folder)]


def end_processes(folder: Path, first: signal.Signals, patience: float = 0) -> None:
    """End all processes that work in a folder.

    Args:
        folder: the folder.
        first: the first signal. SIGQUIT stops PostgreSQL at once, but cleanly; SIGKILL is a crash.
        patience: seconds after which the remaining processes are killed.
    """
    deadline = time.monotonic() + patience
    while remaining := list_processes(folder):
        for process in remaining:
            with suppress(psutil.NoSuchProcess):  # The process is already gone, as wanted.
                process.send_signal(first if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.01)


def remove_folder(folder: Path) -> None:
    """End the processes that work in a folder, and remove it with the shared memory that a crash left."""
    end_processes(folder, signal.SIGQUIT, _PATIENCE)
    for note in folder.glob("*/postmaster.pid"):  # This file is still there only after a crash.
        _release_shared_memory(note.read_text().splitlines())
    shutil.rmtree(folder)


def _release_shared_memory(note: list[str]) -> None:
    if len(note) >= 7:  # The seventh line has the key and the id of the shared memory segment.
        subprocess.run(["ipcrm", "-m", note[6].split()[1]], check=True)


if __name__ == "__main__":
    sys.stdin.read()
    remove_folder(Path(sys.argv[1]))
