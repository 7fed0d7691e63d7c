"""The processes that are killed: a worker and a web door, each telling its parent which points it passes."""

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

from tests.scenarios.crashes.points import hold_while_sending, watch
from tests.scenarios.crashes.world import World

from anninh_core.app import App
from anninh_core.web import WebServer
from anninh_core.worker import worker

# What a program says beside the points that it passes.
READY = "ready"
HALTED = "halted"

PATIENCE = 60.0
"""How many seconds a program is waited for."""

Job = Callable[[App, World], None]


def work(app: App, _: World) -> None:
    """Run the worker; it rests shorter than in earnest, so that many lives fit into a test."""
    worker.RECOVERY_PAUSE = timedelta(milliseconds=20)
    app.worker.run(pause=timedelta(milliseconds=2))


def work_side_by_side(app: App, _: World) -> None:
    """Run the worker with two threads that send."""
    worker.RECOVERY_PAUSE = timedelta(milliseconds=20)
    app.worker.run(pause=timedelta(milliseconds=2), threads=2)


def serve(app: App, world: World) -> None:
    """Run the door."""
    WebServer(app, port=world.port).run()


class Teller:
    """Tells the parent of every point, and stands still at the one that the parent names until it says go."""

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


def _live(job: Job, world: World, number: int, line: "Connection[bytes, bytes]") -> None:
    """Be such a process."""
    logging.basicConfig(filename=world.folder / f"{number:04}-{job.__name__}.log", level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the keyboard is for the parent
    with world.error.open("a", encoding="utf-8") as error:
        faulthandler.enable(error)
        try:
            with world.open(number) as app:
                tell = Teller(line)
                watch(tell)
                hold_while_sending(world.sending)
                tell(READY)
                job(app, world)
        except BaseException:
            traceback.print_exc(file=error)
            raise


class Program:
    """A running process.

    Args:
        job: what it does.
        number: how many were started before.
    """

    def __init__(self, job: Job, world: World, number: int) -> None:
        # From a server that has no threads: this process may have some, and a fork would copy their locks.
        fork = get_context("forkserver")
        fork.set_forkserver_preload([__name__])
        self._world = world
        self._line, theirs = fork.Pipe()
        self._process = fork.Process(target=_live, args=(job, world, number, theirs), name=job.__name__, daemon=True)
        self._process.start()
        theirs.close()
        self._wait_for(READY)

    def halt_at(self, point: str) -> None:
        """Let it stand still when it gets to a point."""
        self.forget()
        self._line.send_bytes(point.encode())

    def halts_within(self, patience: float) -> bool:
        """Return True when it stands still, False when it hasn't come there in so many seconds.

        Raises:
            AssertionError: it ended by itself.
        """
        late = monotonic() + patience
        while (heard := self._hear(patience)) != HALTED:
            if heard is None or monotonic() > late:
                return False
        return True

    def go_on(self) -> None:
        """Let it go on from where it stands still."""
        self._line.send_bytes(b"")

    def passes(self, points: int, patience: float) -> None:
        """Return when it has passed so many points, or has none to pass."""
        for _ in range(points):
            if self._hear(patience) is None:
                return

    def forget(self) -> None:
        """Forget which points it has passed so far."""
        while self._hear(0) is not None:
            pass

    def kill(self) -> None:
        """End it as by a power cut.

        Raises:
            AssertionError: it had ended by itself.
        """
        assert self._process.exitcode is None, self._why()
        self.end()

    def end(self) -> None:
        """End it if it runs."""
        self._process.kill()
        self._process.join()
        self._line.close()

    def _wait_for(self, word: str) -> None:
        late = monotonic() + PATIENCE
        while (heard := self._hear(PATIENCE)) != word:
            if heard is None or monotonic() > late:
                raise AssertionError(f"it was never {word}")

    def _hear(self, patience: float) -> str | None:
        if not self._line.poll(patience):
            return None
        try:
            return self._line.recv_bytes().decode()
        except (EOFError, ConnectionResetError):
            self._process.join()
            raise AssertionError(self._why()) from None

    def _why(self) -> str:
        said = self._world.error.read_text(encoding="utf-8")
        return f"{self._process.name} ended by itself with {self._process.exitcode}, and said {said}"
