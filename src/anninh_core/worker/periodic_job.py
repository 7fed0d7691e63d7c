"""A scheduled task of a worker."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from attrs import field, frozen

from anninh_core.worker.periodic_thread import JOIN_TIMEOUT, Loop

DEFAULT_INTERVAL = timedelta(minutes=1)
"""Default interval at which a running worker runs a job. Most runs find in the storage that nothing is due."""


@frozen
class Job:
    """A task that returns soon, changes nothing when it isn't due, and may run in several workers at once.

    Attributes:
        name: a verb. Its key in `Worker.jobs`.
        run: does the due work, and returns its amount.
        every: interval at which a running worker runs it.
        own_thread: whether a running worker gives it its own thread, since it calls a platform, which may be slow.
        loops: loops by thread name, for a job that a running worker runs in another way than by calling `run`
            repeatedly, such as in one thread for each messenger.
        patience: how long each of its threads is waited for at the end. Unfinished work is done another time.
    """

    name: str
    run: Callable[[], int]
    every: timedelta = DEFAULT_INTERVAL
    own_thread: bool = False
    loops: Mapping[str, Loop] | None = field(default=None, kw_only=True)
    patience: timedelta = field(default=JOIN_TIMEOUT, kw_only=True)

    @property
    def threads(self) -> Mapping[str, Loop]:
        """The loops of this job in a running worker, by thread name; empty if it needs no thread of its own."""
        if not self.own_thread:
            return {}
        return {self.name: Loop(self._run_once)} if self.loops is None else self.loops

    def _run_once(self) -> timedelta:
        self.run()
        return self.every
