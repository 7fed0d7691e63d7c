"""Tries mutants: makes copies of the tree with a worker process in each, and collects the verdicts."""

import json
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, TypeVar

from tools.mutation.covering import Stage, build_environment

NOBODY = "nobody"
"""The verdict on a mutant in a line that no test runs."""
T = TypeVar("T")
_NOT_COPIED = shutil.ignore_patterns(".git", "__pycache__", ".hypothesis", ".*_cache", ".venv", "dist", "site")


@dataclass(frozen=True)
class Trial(Generic[T]):
    """A file with a change that is to be tested.

    Attributes:
        subject: the caller's name for it.
        text: the whole changed file.
    """

    subject: T
    path: str
    text: str
    stages: Sequence[Stage]


class MutationWorker:
    """A copy of the tree, and the process that mutates it.

    Attributes:
        output: end of the last run's output.
    """

    def __init__(self, root: Path, room: Path) -> None:
        self.output = ""
        room.mkdir()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.mutation.worker", str(root), str(room)],
            cwd=root,
            env=build_environment(root),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def carry_out(self, trial: Trial[T]) -> str:
        """Let the worker process try a changed file, and return its verdict.

        Raises:
            RuntimeError: the worker process has ended.
        """
        if not trial.stages:
            return NOBODY
        order = {"path": trial.path, "text": trial.text, "stages": [asdict(stage) for stage in trial.stages]}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended at {trial.subject}")
        answer = json.loads(line)
        self.output = answer["output"]
        return str(answer["verdict"])

    def close(self) -> None:
        """End the worker process."""
        self._process.communicate()


def copy_tree(root: Path, target: Path) -> Path:
    """Copy the tree for mutation; the original is never written to."""
    shutil.copytree(root, target, ignore=_NOT_COPIED)
    return target


@contextmanager
def open_workers(roots: Sequence[Path], room: Path) -> Iterator[list[MutationWorker]]:
    """Start a worker for each copy of the tree; all end with the `with` block."""
    with ExitStack() as stack:
        workers = [MutationWorker(root, room / f"worker{number}") for number, root in enumerate(roots)]
        for worker in workers:
            stack.callback(worker.close)
        yield workers


def try_all(
    workers: Sequence[MutationWorker], trials: Sequence[Trial[T]], report: Callable[[Trial[T], str], None]
) -> list[tuple[Trial[T], str]]:
    """Return the verdicts on all trials in their order; call `report` with each as it arrives."""
    pending: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(trials)):
        pending.put(number)
    verdicts: dict[int, str] = {}
    failures: list[Exception] = []

    def work_off_trials(worker: MutationWorker) -> None:
        while not failures:
            try:
                number = pending.get_nowait()
            except queue.Empty:
                return
            try:
                verdicts[number] = worker.carry_out(trials[number])
                report(trials[number], verdicts[number])
            except Exception as failure:  # noqa: BLE001  raised again below, where the caller is
                failures.append(failure)

    threads = [threading.Thread(target=work_off_trials, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [(trial, verdicts[number]) for number, trial in enumerate(trials)]
