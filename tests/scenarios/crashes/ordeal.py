"""A crash run: the worker and the web server work under load while they, or their database, are killed again and
again.
"""

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
from tests.scenarios.crashes.client import EventClient
from tests.scenarios.crashes.points import WEB_STEPS, WORKER_STEPS, name_points_around
from tests.scenarios.crashes.programs import PATIENCE, Job, Program, run_threaded_worker, run_web_server, run_worker
from tests.scenarios.crashes.town import collect_calm_effects, list_people_on, write_messages
from tests.scenarios.crashes.world import LEASE, MESSENGERS, CrashWorld
from tests.support.postgres.port import Port
from tests.support.postgres.server import Server

from anninh_core.app import App

POINTS = name_points_around(WEB_STEPS + WORKER_STEPS)
"""Names of all points where a process can be killed, in the order in which an event passes them."""

_PORTION = len(MESSENGERS)
"""Number of people who write before each kill, one to each messenger."""

ONE_EACH = ("web", "worker")
"""Names of the programs for kills at named points: only one worker, so that it passes every point."""

SEVERAL = (*ONE_EACH, "other worker")
"""Names of the programs for kills at random moments."""

_JOBS: Mapping[str, Job] = {"web": run_web_server, "worker": run_worker, "other worker": run_threaded_worker}
_MOST_POINTS: Mapping[str, int] = {"web": 14, "worker": 40, "other worker": 40, "database": 40}
# How often the clock is advanced for a program that hasn't reached its point, and by how much each time: far less than
# a lease.
_NUDGES = 30
_NUDGE = timedelta(seconds=3)

# Seconds for which a program may be idle before it is killed anyway, and the longest pause after its last point.
_IDLE_S = 0.1
_AFTER_S = 0.004


class CrashHarness:
    """A crash run with its programs, their kills, and the platform's side.

    Args:
        world: the shared world, which isn't opened yet.
        programs: names of the programs to run: `web`, `worker`, `other worker`.
        people: number of people who write.
        database: the database server, if it can be killed.
    """

    def __init__(self, world: CrashWorld, programs: Sequence[str], people: int, database: Server | None) -> None:
        self._world = world
        self._database = database
        self._numbers = count()
        with self.open_app_here():
            self._talks = write_messages(world.chat, people)
        self._client = EventClient(world.port, world.chat, list_people_on(world.chat, "echoing", people))
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

    def kill_program_at(self, point: str) -> None:
        """Kill the program that passes a named point, when it gets to this point."""
        self._restart(self._wait_until_halted(point))

    def kill_database_at(self, point: str) -> None:
        """Kill the database while a program waits at a named point, then let the program continue."""
        halted = self._wait_until_halted(point)
        self._restart_database()
        # The lease of the halted program is over then too; no other program is sending.
        self._world.clock.advance(LEASE)
        self._programs[halted].release()

    def kill_somewhere(self, random: Random) -> None:
        """Kill a random program, or the database, at a random moment."""
        names = [*self._programs, *(["database"] if self._database else [])]
        victim = random.choice(names)
        watched = random.choice(list(self._programs)) if victim == "database" else victim
        self._discard_points()
        self._send_portion()
        self._programs[watched].wait_for_points(random.randint(1, _MOST_POINTS[victim]), _IDLE_S)
        sleep(random.uniform(0, _AFTER_S))
        if victim == "database":
            self._restart_database()
            self._expire_leases()
        else:
            self._restart(victim)

    def finish_events(self) -> list[str]:
        """Send the remaining events, and return the ids of the acknowledged ones.

        Raises:
            AssertionError: a response was neither 200 nor 503, so that the platform wouldn't try again.
        """
        self._discard_points()
        self._client.send_talks(self._talks)
        self._client.wait_until_acknowledged(PATIENCE)
        assert set(self._client.refused) <= {503}, self._client.refused
        return self._client.acknowledged

    def open_app_here(self) -> App:
        """Open the app in this process, after all programs have ended or before they start."""
        return self._world.open(next(self._numbers))

    def _wait_until_halted(self, point: str) -> str:
        """Let people write until a program halts at `point`, and return the program's name."""
        name = "web" if point in name_points_around(WEB_STEPS) else "worker"
        self._discard_points()
        self._programs[name].halt_at(point)
        self._send_portion()
        for _ in range(_NUDGES):
            if self._programs[name].halts_within(PATIENCE / _NUDGES):
                return name
            self._world.clock.advance(_NUDGE)  # An echo that arrived early is processed again after a few seconds.
        raise AssertionError(f"the {name} never came to the point {point!r}")

    def _discard_points(self) -> None:
        """Read all points that the programs have reported, since the programs would block on a full pipe."""
        for program in self._programs.values():
            program.discard_points()

    def _send_portion(self) -> None:
        self._client.send_talks(self._talks[:_PORTION])
        del self._talks[:_PORTION]

    def _restart(self, name: str) -> None:
        self._programs.pop(name).kill()
        self._expire_leases()
        self._programs[name] = self._start_program(name)

    def _restart_database(self) -> None:
        assert self._database is not None
        self._database.kill()
        self._database.start()

    def _expire_leases(self) -> None:
        """Advance the clock over a lease as soon as no program is sending; reported points are read meanwhile, since
        programs would block otherwise.
        """
        while True:
            with self._world.prevent_sending() as quiet:
                if quiet:
                    self._world.clock.advance(LEASE)
                    return
            for program in self._programs.values():
                program.discard_points()
                program.wait_for_points(1, _AFTER_S)

    def _start_program(self, name: str) -> Program:
        return Program(_JOBS[name], self._world, next(self._numbers))


Blow = Callable[[CrashHarness], None]
"""A function that kills a program or the database in a run."""


def build_kills_at_points(kill: Callable[[CrashHarness, str], None]) -> list[Blow]:
    """Return one kill for each named point."""
    return [lambda ordeal, point=point: kill(ordeal, point) for point in POINTS]  # type: ignore[misc]


def build_kills_at_moments(number: int, seed: int) -> list[Blow]:
    """Return `number` kills at random moments, determined by `seed`."""
    random = Random(seed)
    return [lambda ordeal: ordeal.kill_somewhere(random)] * number


@contextmanager
def run_through_kills(
    folder: Path, url: str, programs: Sequence[str], blows: Sequence[Blow], database: Server | None = None
) -> Iterator[Aftermath]:
    """Run the programs through all kills, and yield the state that they leave.

    Args:
        folder: an empty folder.
        url: URL of an empty database.
        programs: names of the programs: `web` and workers.
        blows: the kills.
        database: server of the database, if it can be killed.
    """
    people = _PORTION * (len(blows) + 1)
    with closing(Port()) as port:
        world = CrashWorld(folder, url, port.number)
        ordeal = CrashHarness(world, programs, people, database)
        with ordeal:
            for blow in blows:
                blow(ordeal)
            acknowledged = ordeal.finish_events()
    with ordeal.open_app_here() as app:
        yield finish_work(app, world, acknowledged, collect_calm_effects(people))
