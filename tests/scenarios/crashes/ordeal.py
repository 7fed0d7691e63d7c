"""A run: worker and door under load, killed again and again, or their database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from time import sleep
from types import TracebackType
from typing import Self

from tests.scenarios.crashes.aftermath import Aftermath, finish_work
from tests.scenarios.crashes.client import Client
from tests.scenarios.crashes.points import WEB_STEPS, WORKER_STEPS, around
from tests.scenarios.crashes.programs import PATIENCE, Job, Program, serve, work, work_side_by_side
from tests.scenarios.crashes.town import calm, people_on, write_messages
from tests.scenarios.crashes.world import LEASE, MESSENGERS, World
from tests.support.postgres.port import Port
from tests.support.postgres.server import Server

from anninh_core.app import App

POINTS = around(WEB_STEPS + WORKER_STEPS)
"""Every named point, in the order in which an event passes them."""

_PORTION = len(MESSENGERS)
"""Number of people who write before each kill: one to each messenger."""

ONE_EACH = ("web", "worker")
"""Programs for named points: a single worker, which passes every point."""

SEVERAL = (*ONE_EACH, "other worker")
"""Programs for random moments."""

_JOBS: Mapping[str, Job] = {"web": serve, "worker": work, "other worker": work_side_by_side}
_MOST_POINTS: Mapping[str, int] = {"web": 14, "worker": 40, "other worker": 40, "database": 40}
# How often the clock is advanced for a program that hasn't reached its point, and by how much: far less than a lease.
_NUDGES = 30
_NUDGE = timedelta(seconds=3)

# How long a victim may be idle before it is killed anyway, and the longest pause after its last point.
_IDLE_S = 0.1
_AFTER_S = 0.004


class Ordeal:
    """The running programs, their kills, and the platform's side.

    Args:
        world: not opened yet.
        programs: names of the programs to run: `web`, `worker`, `other worker`.
        people: number of people who write.
        database: the server, if it can be killed.
    """

    def __init__(self, world: World, programs: Sequence[str], people: int, database: Server | None) -> None:
        self._world = world
        self._database = database
        self._numbers = count()
        with self.last_life():
            self._talks = write_messages(world.chat, people)
        self._client = Client(world.port, world.chat, people_on(world.chat, "echoing", people))
        self._programs: dict[str, Program] = {}
        self._names = programs

    def __enter__(self) -> Self:
        for name in self._names:
            self._programs[name] = self._start_program(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        for program in self._programs.values():
            program.end()

    def kill_at(self, point: str) -> None:
        """Kill the program that passes a named point, at this point."""
        self._restart(self._wait_until_halted(point))

    def kill_database_at(self, point: str) -> None:
        """Kill the database while a program waits at a named point, then let the program continue."""
        halted = self._wait_until_halted(point)
        self._restart_database()
        self._world.clock.advance(LEASE)  # also over the lease of the halted program: no other program is sending
        self._programs[halted].go_on()

    def kill_somewhere(self, random: Random) -> None:
        """Kill a random program, or the database, at a random moment."""
        names = [*self._programs, *(["database"] if self._database else [])]
        victim = random.choice(names)
        watched = random.choice(list(self._programs)) if victim == "database" else victim
        self._discard_points()
        self._send_portion()
        self._programs[watched].passes(random.randint(1, _MOST_POINTS[victim]), _IDLE_S)
        sleep(random.uniform(0, _AFTER_S))
        if victim == "database":
            self._restart_database()
            self._let_leases_run_out()
        else:
            self._restart(victim)

    def finish(self) -> list[str]:
        """Send the remaining events, and return the ids of the acknowledged ones.

        Raises:
            AssertionError: a response was neither 200 nor 503, so that the platform wouldn't try again.
        """
        self._discard_points()
        self._client.bring(self._talks)
        self._client.finish(PATIENCE)
        assert set(self._client.refused) <= {503}, self._client.refused
        return self._client.acknowledged

    def last_life(self) -> App:
        """Open the app in this process."""
        return self._world.open(next(self._numbers))

    def _wait_until_halted(self, point: str) -> str:
        """Let people write until a program halts at `point`; return its name."""
        name = "web" if point in around(WEB_STEPS) else "worker"
        self._discard_points()
        self._programs[name].halt_at(point)
        self._send_portion()
        for _ in range(_NUDGES):
            if self._programs[name].halts_within(PATIENCE / _NUDGES):
                return name
            self._world.clock.advance(_NUDGE)  # an early echo is processed again after a few seconds
        raise AssertionError(f"the {name} never came to the point {point!r}")

    def _discard_points(self) -> None:
        """Read all points that the programs reported: with a full pipe they would block."""
        for program in self._programs.values():
            program.forget()

    def _send_portion(self) -> None:
        self._client.bring(self._talks[:_PORTION])
        del self._talks[:_PORTION]

    def _restart(self, name: str) -> None:
        self._programs.pop(name).kill()
        self._let_leases_run_out()
        self._programs[name] = self._start_program(name)

    def _restart_database(self) -> None:
        assert self._database is not None
        self._database.kill()
        self._database.start()

    def _let_leases_run_out(self) -> None:
        """Advance the clock over a lease as soon as no program is sending; read reported points meanwhile, or programs
        would block.
        """
        while True:
            with self._world.nobody_sending() as quiet:
                if quiet:
                    self._world.clock.advance(LEASE)
                    return
            for program in self._programs.values():
                program.forget()
                program.passes(1, _AFTER_S)

    def _start_program(self, name: str) -> Program:
        return Program(_JOBS[name], self._world, next(self._numbers))


Blow = Callable[[Ordeal], None]
"""A function that kills a program or the database in a run."""


def at_points(kill: Callable[[Ordeal, str], None]) -> list[Blow]:
    """Return a kill at each named point."""
    return [lambda ordeal, point=point: kill(ordeal, point) for point in POINTS]  # type: ignore[misc]


def at_moments(number: int, seed: int) -> list[Blow]:
    """Return `number` kills at random moments, chosen by `seed`."""
    random = Random(seed)
    return [lambda ordeal: ordeal.kill_somewhere(random)] * number


@contextmanager
def survived(
    folder: Path, url: str, programs: Sequence[str], blows: Sequence[Blow], database: Server | None = None
) -> Iterator[Aftermath]:
    """Run the programs through all kills, and yield the state that they leave.

    Args:
        folder: an empty folder.
        url: of an empty database.
        programs: `web` and workers.
        blows: the kills.
        database: its server, if it can be killed.
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
        yield finish_work(app, world, acknowledged, calm(people))
