"""The worker: inbox, reactions, outbox, over and over; and the clock's round of what is due."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from attrs import frozen

from anninh_core.dispatch.crew import Crew
from anninh_core.dispatch.fetching import Fetching
from anninh_core.dispatch.health_watch import HealthWatch
from anninh_core.dispatch.helpers import Helpers
from anninh_core.dispatch.inbound import Inbound
from anninh_core.dispatch.polling import Polling
from anninh_core.dispatch.reactions import Reactions
from anninh_core.kernel.errors import StorageError
from anninh_core.messaging.backoff import is_transient
from anninh_core.messaging.outbound.sender import Claim, OutboxSender
from anninh_core.work.desk import Desk

UNKNOWN_HOLDS = timedelta(minutes=10)
"""How long a message of unknown outcome holds its conversation before the next ones may go."""

TICKS = timedelta(minutes=1)
"""How often a running worker looks at what the clock asks for."""

LOOKS = timedelta(seconds=30)
"""How often the platforms are asked about messages of unknown outcome: they shan't be pestered."""

LIMIT = 50
"""How many events and messages a step takes at most."""

RECOVERY = timedelta(seconds=5)
"""How long a running worker rests after the storage failed, before it goes on by itself."""

LISTENS = timedelta(seconds=1)
"""How long a worker that is told to stop may still listen for work."""

PARTING = timedelta(seconds=5)
"""How long a round that asks a platform is waited for at the end. What it hasn't done it does another time."""

_SENDERS = 4  # of which one more thread comes that fetches
_log = logging.getLogger(__name__)


@frozen
class Step:
    """What one step of the worker moved.

    Attributes:
        held: messages whose time has not come: the night, or the pace of their messenger.
        fetched: files that came with messages, tried to be had.
    """

    received: int
    reacted: int
    sent: int
    held: int = 0
    fetched: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing was there to do."""
        return not (self.received or self.reacted or self.sent or self.held or self.fetched)


class Worker:
    """Works through what has come and what must go.

    Args:
        rounds: name -> something to run when its time may have come; returns how much it did.
        asking: the same for what asks a platform, which may take its time: `run` has a thread for each.
        polling: asks the platforms that don't call.
        watch: asks the messengers once a day how they are doing.
        fetching: fetches what came with messages; None where no messenger asks for it.
    """

    def __init__(
        self,
        desk: Desk,
        inbound: Inbound,
        reactions: Reactions,
        outgoing: OutboxSender,
        *,
        rounds: Mapping[str, Callable[[], int]],
        asking: Mapping[str, Callable[[], int]],
        polling: Polling,
        watch: HealthWatch,
        fetching: Fetching | None = None,
    ) -> None:
        self._desk = desk
        self._inbound = inbound
        self._reactions = reactions
        self._outgoing = outgoing
        self._rounds = rounds
        self._asking = asking
        self._asked_aside = False
        self._polling = polling
        self._watch = watch
        self._fetching = fetching if fetching is not None and fetching.instances else None
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._ticked: datetime | None = None
        self._looked: datetime | None = None

    def step(
        self,
        limit: int = LIMIT,
        send: Callable[[int], Claim] | None = None,
        fetch: Callable[[int], int] | None = None,
    ) -> Step:
        """Do one round of each; durable work only, so that stopping between two steps loses nothing.

        Args:
            limit: at most so many events, and messages of each messenger.
            send: claims and sends up to a limit, or has others send.
            fetch: claims and fetches up to a limit, or has others fetch.
        """
        received = self._inbound.run(limit)
        reacted = self._reactions.run()
        claim = (send or self._outgoing.run)(limit)
        fetched = (fetch or self._fetch)(limit)
        self._clear_up(limit)
        return Step(received, reacted, len(claim.rows), claim.held, fetched)

    def _fetch(self, limit: int) -> int:
        return self._fetching.run(limit) if self._fetching else 0

    def _clear_up(self, limit: int) -> None:
        """Ask about messages of unknown outcome, and let conversations go on that they have held for long enough."""
        now = self._desk.clock.now()
        if _passed(LOOKS, self._looked, now):
            self._looked = now
            self._outgoing.reconcile(limit)
            if self._fetching:
                self._fetching.take_up()
            self._desk.storage.queues.release_held(now, UNKNOWN_HOLDS)

    def drain(self, most: int = 10_000) -> int:
        """Work until nothing is left to do now; return how many steps it took."""
        for steps in range(most):
            if self.step().idle:
                return steps
        return most

    def tick(self) -> Mapping[str, int]:
        """Run what is due by the clock: urging, held conversations, expiries; return how much each did.

        Platforms that have to be asked are asked too, and messengers how they are doing, unless `run` does that beside.
        """
        polled = self._polling.once()
        released = self._desk.storage.queues.release_held(self._desk.clock.now(), UNKNOWN_HOLDS)
        asked = {"polled": polled, "released": released, "watched": self._watch.once()}
        rounds = [*self._rounds.items(), *(() if self._asked_aside else self._asking.items())]
        return asked | {name: run() for name, run in rounds}

    def run(self, pause: timedelta = timedelta(seconds=1), threads: int = 1) -> None:
        """Work until `stop`, resting when idle; a storage in trouble is waited for.

        Once told to stop, it claims nothing more, gives back what it has claimed and not begun, and lets sends under
        way finish as long as they are its own.

        Args:
            pause: how long to rest, unless the storage tells before that work has come.
            threads: how many messages are sent side by side.
        """
        with (
            self._sending(threads) as send,
            self._fetching_aside(pause, threads) as fetch,
            self._asking_aside(),
            self._listening(pause),
            self._polling.running(self._stop),
            self._watch.running(self._stop),
        ):
            while not self._stop.is_set():
                self._wake.clear()
                rest = self._round(send, fetch, pause)
                if rest and not self._stop.is_set():
                    self._wake.wait(rest.total_seconds())

    def _round(self, send: Callable[[int], Claim], fetch: Callable[[int], int], pause: timedelta) -> timedelta:
        """Do one step and what the clock asks for; return how long to rest."""
        try:
            idle = self.step(send=send, fetch=fetch).idle
            self._tick_if_due()
        except Exception as error:
            if not is_transient(error):
                raise
            _log.warning("the worker rests for %s: %s", RECOVERY, type(error).__name__)
            return RECOVERY
        return pause if idle else timedelta()

    @contextmanager
    def _listening(self, pause: timedelta) -> Iterator[None]:
        """Have somebody listen for work that comes in, and wake the worker."""
        listener = threading.Thread(target=self._listen, args=(pause,), name="anninh listener", daemon=True)
        listener.start()
        try:
            yield
        finally:
            self.stop()
            listener.join()

    def _listen(self, pause: timedelta) -> None:
        while not self._stop.is_set():
            try:
                came = self._desk.storage.queues.wait(min(pause, LISTENS))
            except StorageError as error:
                _log.info("nobody tells of new work for %s: %s", RECOVERY, type(error).__name__)
                self._stop.wait(RECOVERY.total_seconds())
            else:
                if came:
                    self._wake.set()

    @contextmanager
    def _sending(self, threads: int) -> Iterator[Callable[[int], Claim]]:
        if threads == 1:
            yield partial(self._outgoing.run, stopping=self._stop.is_set)
            return
        crew = Crew(self._outgoing, threads, self._wake)
        try:
            yield crew.feed
        finally:
            crew.close()

    @contextmanager
    def _fetching_aside(self, pause: timedelta, threads: int) -> Iterator[Callable[[int], int]]:
        """Have threads of their own fetch: a file that comes slowly delays no answer."""
        fetching = self._fetching
        job = partial(self._unless_stopped, fetching.run) if fetching else None
        helpers = Helpers(job, max(1, threads // _SENDERS), pause) if job else None
        try:
            yield helpers.wake if helpers else lambda _limit: 0
        finally:
            if helpers:
                helpers.close()

    @contextmanager
    def _asking_aside(self) -> Iterator[None]:
        """Have a thread make each round that asks a platform: one that answers slowly delays no answer of ours."""
        rounds = [partial(self._unless_stopped, run) for run in self._asking.values()]
        helpers = [Helpers(partial(_made, run), 1, TICKS, PARTING) for run in rounds]
        self._asked_aside = True
        try:
            yield
        finally:
            self._asked_aside = False
            for each in helpers:
                each.close()

    def _unless_stopped(self, job: Callable[[], int]) -> int:
        """Begin nothing more once the worker was told to stop, however long it has to wait for its last send."""
        return 0 if self._stop.is_set() else job()

    def _tick_if_due(self) -> None:
        now = self._desk.clock.now()
        if _passed(TICKS, self._ticked, now):
            self._ticked = now
            self.tick()

    def stop(self) -> None:
        """Let `run` end: nothing more is claimed, and sends under way are finished."""
        self._stop.set()
        self._wake.set()


def _made(run: Callable[[], int]) -> int:
    """Make a round, and say that there is nothing more to do: the next one has its time."""
    run()
    return 0


def _passed(pause: timedelta, last: datetime | None, now: datetime) -> bool:
    """Tell whether a pause is over; a clock that was set back ends it too."""
    return last is None or not timedelta() <= now - last < pause
