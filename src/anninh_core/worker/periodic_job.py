"""A job: what a worker does by the clock."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from attrs import field, frozen

from anninh_core.worker.periodic_thread import JOIN_TIMEOUT, Loop

DEFAULT_INTERVAL = timedelta(minutes=1)
"""How often a running worker runs a job that doesn't say otherwise. Most find in the storage that nothing is due."""


@frozen
class Job:
    """Work that returns soon, changes nothing when it isn't due, and may run in several workers at once.

    Attributes:
        name: a verb. Its key in `Worker.jobs`.
        run: does what is due now, and returns how much that was.
        every: how often a running worker runs it.
        own_thread: whether a running worker gives it a thread of its own, since it asks a platform, which may be slow.
        loops: for a job that a running worker does otherwise than by calling `run` again and again: thread -> what it
            does, such as one thread for each messenger.
        patience: how long each of its threads is waited for at the end. What it hasn't done is done another time.
    """

    name: str
    run: Callable[[], int]
    every: timedelta = DEFAULT_INTERVAL
    own_thread: bool = False
    loops: Mapping[str, Loop] | None = field(default=None, kw_only=True)
    patience: timedelta = field(default=JOIN_TIMEOUT, kw_only=True)

    @property
    def threads(self) -> Mapping[str, Loop]:
        """What a running worker does of it in threads of their own, by the thread's name."""
        if not self.own_thread:
            return {}
        return {self.name: Loop(self._run_once)} if self.loops is None else self.loops

    def _run_once(self) -> timedelta:
        self.run()
        return self.every
