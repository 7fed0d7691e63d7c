"""The processes that are killed, workers and a web server, which report each point they pass to their parent."""

import faulthandler
import logging
import signal
import traceback
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Lock
from time import monotonic

from tests.scenarios.crashes.points import hold_while_sending, report_points
from tests.scenarios.crashes.world import CrashWorld

from anninh_core.app import App
from anninh_core.web import WebServer
from anninh_core.worker import worker

# These words are reported by a program besides the points that it passes.
READY = "ready"
HALTED = "halted"

PATIENCE = 60.0
"""Seconds until the parent gives up waiting for a program."""

Job = Callable[[App, CrashWorld], None]


def run_worker(app: App, _: CrashWorld) -> None:
    """Run the worker with short recovery pauses, so that a test can restart it many times."""
    worker.RECOVERY_PAUSE = timedelta(milliseconds=20)
    app.worker.run(pause=timedelta(milliseconds=2))


def run_threaded_worker(app: App, _: CrashWorld) -> None:
    """Run the worker with two sending threads."""
    worker.RECOVERY_PAUSE = timedelta(milliseconds=20)
    app.worker.run(pause=timedelta(milliseconds=2), threads=2)


def run_web_server(app: App, world: CrashWorld) -> None:
    """Run the web server."""
    WebServer(app, port=world.port).run()


class PointReporter:
    """A function that reports every point to the parent, and halts at the point that the parent names until the parent
    releases it.
    """

    def __init__(self, line: "Connection[bytes, bytes]") -> None:
        self._line = line
        self._halt = b""
        self._lock = Lock()

    def __call__(self, point: str) -> None:
        with self._lock:
            if self._line.poll():
                self._halt = self._line.recv_bytes()
            self._line.send_bytes(point.encode())
            if point.encode() == self._halt:
                self._line.send_bytes(HALTED.encode())
                self._halt = self._line.recv_bytes()


def _run_child(job: Job, world: CrashWorld, number: int, line: "Connection[bytes, bytes]") -> None:
    """Run `job` on the world as the main function of a child process."""
    logging.basicConfig(filename=world.folder / f"{number:04}-{job.__name__}.log", level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # A keyboard interrupt is for the parent only.
    with world.error.open("a", encoding="utf-8") as error:
        faulthandler.enable(error)
        try:
            with world.open(number) as app:
                tell = PointReporter(line)
                report_points(tell)
                hold_while_sending(world.mark_sending)
                tell(READY)
                job(app, world)
        except BaseException:
            traceback.print_exc(file=error)
            raise


class Program:
    """A child process that runs a job and reports its points.

    Args:
        job: function that the process runs.
        number: number of programs started before.
    """

    def __init__(self, job: Job, world: CrashWorld, number: int) -> None:
        # The process is forked from a server without threads, since this process may have threads and a fork would copy
        # their locks.
        fork = get_context("forkserver")
        fork.set_forkserver_preload([__name__])
        self._world = world
        self._line, theirs = fork.Pipe()
        self._process = fork.Process(
            target=_run_child, args=(job, world, number, theirs), name=job.__name__, daemon=True
        )
        self._process.start()
        theirs.close()
        self._wait_for(READY)

    def halt_at(self, point: str) -> None:
        """Let the process halt when it gets to `point`."""
        self.discard_points()
        self._line.send_bytes(point.encode())

    def halts_within(self, patience: float) -> bool:
        """Return True when the process halts, False if it doesn't within `patience` seconds.

        Raises:
            AssertionError: the process ended on its own.
        """
        late = monotonic() + patience
        while (received := self._receive(patience)) != HALTED:
            if received is None or monotonic() > late:
                return False
        return True

    def release(self) -> None:
        """Let a halted process continue."""
        self._line.send_bytes(b"")

    def wait_for_points(self, points: int, patience: float) -> None:
        """Wait until the process has passed `points` points, or has reported none for `patience` seconds."""
        for _ in range(points):
            if self._receive(patience) is None:
                return

    def discard_points(self) -> None:
        """Discard the points reported so far."""
        while self._receive(0) is not None:
            pass

    def kill(self) -> None:
        """End the process as by a power cut.

        Raises:
            AssertionError: the process had ended on its own.
        """
        assert self._process.exitcode is None, self._describe_failure()
        self.end()

    def end(self) -> None:
        """End the process if it is running."""
        self._process.kill()
        self._process.join()
        self._line.close()

    def _wait_for(self, word: str) -> None:
        late = monotonic() + PATIENCE
        while (received := self._receive(PATIENCE)) != word:
            if received is None or monotonic() > late:
                raise AssertionError(f"it was never {word}")

    def _receive(self, patience: float) -> str | None:
        if not self._line.poll(patience):
            return None
        try:
            return self._line.recv_bytes().decode()
        except (EOFError, ConnectionResetError):
            self._process.join()
            raise AssertionError(self._describe_failure()) from None

    def _describe_failure(self) -> str:
        error = self._world.error.read_text(encoding="utf-8")
        return f"{self._process.name} ended by itself with {self._process.exitcode}, and said {error}"
