"""A run: a worker and a door under load, one of them, or the database, killed again and again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from time import sleep
from types import TracebackType
from typing import Self

from tests.scenarios.crashes.aftermath import Aftermath, wind_up
from tests.scenarios.crashes.client import Client
from tests.scenarios.crashes.points import WEB_STEPS, WORKER_STEPS, around
from tests.scenarios.crashes.programs import PATIENCE, Job, Program, serve, work, work_side_by_side
from tests.scenarios.crashes.town import calm, people_on, speak
from tests.scenarios.crashes.world import LEASE, MESSENGERS, World
from tests.support.postgres.port import Port
from tests.support.postgres.server import Server

from anninh_core.app import App

POINTS = around(WEB_STEPS + WORKER_STEPS)
"""Every named point, in the order in which an event meets them."""

_PORTION = len(MESSENGERS)
"""How many more people speak before each kill: one to each messenger."""

ONE_EACH = ("web", "worker")
"""Programs for named points: whatever there is to do, this worker gets to it."""

SEVERAL = (*ONE_EACH, "other worker")
"""Programs for random moments."""

_JOBS: Mapping[str, Job] = {"web": serve, "worker": work, "other worker": work_side_by_side}
_MOST_POINTS: Mapping[str, int] = {"web": 14, "worker": 40, "other worker": 40, "database": 40}
# How often whoever has not come to its point is helped by the clock, and by how much: far less than a lease.
_NUDGES = 30
_NUDGE = timedelta(seconds=3)

# How long a victim may have nothing to do before it is killed all the same, and how long after its last point.
_IDLE_S = 0.1
_AFTER_S = 0.004


class Ordeal:
    """The programs, whoever kills them, and the platform's side.

    Args:
        world: not yet opened by anybody.
        programs: which ones run: `web`, `worker`, `other worker`.
        people: how many there are to speak.
        database: the server, where it can be killed.
    """

    def __init__(self, world: World, programs: Sequence[str], people: int, database: Server | None) -> None:
        self._world = world
        self._database = database
        self._numbers = count()
        with self.last_life():
            self._talks = speak(world.chat, people)
        self._client = Client(world.port, world.chat, people_on(world.chat, "echoing", people))
        self._programs: dict[str, Program] = {}
        self._names = programs

    def __enter__(self) -> Self:
        for name in self._names:
            self._programs[name] = self._started(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        for program in self._programs.values():
            program.end()

    def kill_at(self, point: str) -> None:
        """Kill the one that passes a named point, there."""
        self._restart(self._halted_at(point))

    def kill_database_at(self, point: str) -> None:
        """Kill the database while the one that passes a named point stands there, and let it go on afterwards."""
        halted = self._halted_at(point)
        self._restart_database()
        self._world.clock.advance(LEASE)  # also over the lease of the one that stands still: nobody else sends
        self._programs[halted].go_on()

    def kill_somewhere(self, random: Random) -> None:
        """Kill one of them, or the database, at some moment."""
        names = [*self._programs, *(["database"] if self._database else [])]
        victim = random.choice(names)
        watched = random.choice(list(self._programs)) if victim == "database" else victim
        self._forget()
        self._let_speak()
        self._programs[watched].passes(random.randint(1, _MOST_POINTS[victim]), _IDLE_S)
        sleep(random.uniform(0, _AFTER_S))
        if victim == "database":
            self._restart_database()
            self._let_leases_run_out()
        else:
            self._restart(victim)

    def finish(self) -> list[str]:
        """Let the rest be said, and return the ids that were acknowledged.

        Raises:
            AssertionError: the platform was answered what doesn't ask it to try again.
        """
        self._forget()
        self._client.bring(self._talks)
        self._client.finish(PATIENCE)
        assert set(self._client.refused) <= {503}, self._client.refused
        return self._client.acknowledged

    def last_life(self) -> App:
        """Open the app in this process."""
        return self._world.open(next(self._numbers))

    def _halted_at(self, point: str) -> str:
        """Let people speak until a program stands still at a point; return its name."""
        name = "web" if point in around(WEB_STEPS) else "worker"
        self._forget()
        self._programs[name].halt_at(point)
        self._let_speak()
        for _ in range(_NUDGES):
            if self._programs[name].halts_within(PATIENCE / _NUDGES):
                return name
            self._world.clock.advance(_NUDGE)  # an echo that came too early is looked at again in a few seconds
        raise AssertionError(f"the {name} never came to the point {point!r}")

    def _forget(self) -> None:
        """Hear what the programs tell of; where nobody listens for long, they would wait for us."""
        for program in self._programs.values():
            program.forget()

    def _let_speak(self) -> None:
        self._client.bring(self._talks[:_PORTION])
        del self._talks[:_PORTION]

    def _restart(self, name: str) -> None:
        self._programs.pop(name).kill()
        self._let_leases_run_out()
        self._programs[name] = self._started(name)

    def _restart_database(self) -> None:
        assert self._database is not None
        self._database.kill()
        self._database.start()

    def _let_leases_run_out(self) -> None:
        """Let the clock jump as soon as nobody sends; who tells of points meanwhile is heard, or would wait for us."""
        while True:
            with self._world.nobody_sending() as quiet:
                if quiet:
                    self._world.clock.advance(LEASE)
                    return
            for program in self._programs.values():
                program.forget()
                program.passes(1, _AFTER_S)

    def _started(self, name: str) -> Program:
        return Program(_JOBS[name], self._world, next(self._numbers))


Blow = Callable[[Ordeal], None]
"""One of the kills."""


def at_points(kill: Callable[[Ordeal, str], None]) -> list[Blow]:
    """Return a blow at each named point."""
    return [lambda ordeal, point=point: kill(ordeal, point) for point in POINTS]  # type: ignore[misc]


def at_moments(number: int, seed: int) -> list[Blow]:
    """Return so many blows at random moments; the same for the same seed, as far as the machine plays along."""
    random = Random(seed)
    return [lambda ordeal: ordeal.kill_somewhere(random)] * number


@contextmanager
def survived(
    folder: Path, url: str, programs: Sequence[str], blows: Sequence[Blow], database: Server | None = None
) -> Iterator[Aftermath]:
    """Run these programs through all the blows, and look at what they left behind.

    Args:
        folder: an empty one.
        url: of an empty database.
        programs: `web` and workers.
        blows: the kills.
        database: its server, where that can be killed.
    """
    people = _PORTION * (len(blows) + 1)
    with closing(Port()) as port:
        world = World(folder, url, port.number)
        ordeal = Ordeal(world, programs, people, database)
        with ordeal:
            for blow in blows:
                blow(ordeal)
            acknowledged = ordeal.finish()
    with ordeal.last_life() as app:
        yield wind_up(app, world, acknowledged, calm(people))
