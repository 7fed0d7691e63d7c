"""The worker: inbox, reactions, outbox, over and over; and the clock's round of what is due."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from attrs import frozen

from anninh_core.dispatch.inbound import Inbound
from anninh_core.dispatch.outgoing import Outgoing
from anninh_core.dispatch.reactions import Reactions
from anninh_core.work.desk import Desk

UNKNOWN_HOLDS = timedelta(minutes=10)
"""How long a message of unknown outcome holds its conversation before the next ones may go."""

TICKS = timedelta(minutes=1)
"""How often a running worker looks at what the clock asks for."""

LOOKS = timedelta(seconds=30)
"""How often the platforms are asked about messages of unknown outcome: they shan't be pestered."""


@frozen
class Step:
    """What one step of the worker moved."""

    received: int
    reacted: int
    sent: int

    @property
    def idle(self) -> bool:
        """Whether nothing was there to do."""
        return not (self.received or self.reacted or self.sent)


class Worker:
    """Works through what has come and what must go.

    Args:
        rounds: name -> something to run when its time may have come; returns how much it did.
    """

    def __init__(
        self,
        desk: Desk,
        inbound: Inbound,
        reactions: Reactions,
        outgoing: Outgoing,
        rounds: Mapping[str, Callable[[], int]],
    ) -> None:
        self._desk = desk
        self._inbound = inbound
        self._reactions = reactions
        self._outgoing = outgoing
        self._rounds = rounds
        self._stop = threading.Event()
        self._ticked: datetime | None = None
        self._looked: datetime | None = None

    def step(self, limit: int = 50) -> Step:
        """Do one round of each; durable work only, so that stopping between two steps loses nothing."""
        received = self._inbound.run(limit)
        reacted = self._reactions.run()
        sent = self._outgoing.run(limit)
        self._clear_up(limit)
        return Step(received, reacted, sent)

    def _clear_up(self, limit: int) -> None:
        """Ask about messages of unknown outcome, and let conversations go on that they have held for long enough."""
        now = self._desk.clock.now()
        if _passed(LOOKS, self._looked, now):
            self._looked = now
            self._outgoing.reconcile(limit)
            self._desk.storage.queues.release_held(now, UNKNOWN_HOLDS)

    def drain(self, most: int = 10_000) -> int:
        """Work until nothing is left to do now; return how many steps it took."""
        for steps in range(most):
            if self.step().idle:
                return steps
        return most

    def tick(self) -> Mapping[str, int]:
        """Run what is due by the clock: urging, held conversations, expiries; return how much each did."""
        released = self._desk.storage.queues.release_held(self._desk.clock.now(), UNKNOWN_HOLDS)
        return {"released": released} | {name: run() for name, run in self._rounds.items()}

    def run(self, pause: timedelta = timedelta(seconds=1)) -> None:
        """Work until `stop`, resting when idle."""
        while not self._stop.is_set():
            idle = self.step().idle
            self._tick_if_due()
            if idle:
                self._stop.wait(pause.total_seconds())

    def _tick_if_due(self) -> None:
        now = self._desk.clock.now()
        if _passed(TICKS, self._ticked, now):
            self._ticked = now
            self.tick()

    def stop(self) -> None:
        """Let `run` end after the step it is in."""
        self._stop.set()


def _passed(pause: timedelta, last: datetime | None, now: datetime) -> bool:
    """Tell whether a pause is over; a clock that was set back ends it too."""
    return last is None or not timedelta() <= now - last < pause
