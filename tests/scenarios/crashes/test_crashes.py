"""Killed at every named point and at random moments, web, workers and database lose nothing and do nothing twice.

Here with few moments; the long run is `python -m tests.scenarios.crashes --moments 500 --engine both`.
"""

import sys
from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.crashes.aftermath import LOOKS, Aftermath
from tests.scenarios.crashes.ordeal import ONE_EACH, SEVERAL, Ordeal, at_moments, at_points, survived
from tests.support.postgres.server import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and forks"),
    pytest.mark.xdist_group("crashes"),
]

SEED = 138
MOMENTS = 10
ENGINES = ("sqlite", "postgresql")
Look = Callable[[Aftermath], Iterator[str]]


@pytest.fixture(scope="module")
def mortal() -> Iterator[Server]:
    """Start a PostgreSQL that may be killed; it keeps committed data, as on any disk."""
    with Server(in_memory=True) as server:
        yield server


@pytest.fixture(scope="module", params=ENGINES)
def at_each_point(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Kill the process that gets to a point, at each point."""
    folder = tmp_path_factory.mktemp("points")
    url = f"sqlite:///{folder / 'anninh.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("mortal").database()
    with survived(folder, url, ONE_EACH, at_points(Ordeal.kill_at)) as after:
        yield after


@pytest.fixture(scope="module")
def database_at_each_point(mortal: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Kill the database while a process halts at a point, at each point."""
    folder = tmp_path_factory.mktemp("database")
    blows = at_points(Ordeal.kill_database_at)
    with survived(folder, mortal.database(), ONE_EACH, blows, mortal) as after:
        yield after


@pytest.fixture(scope="module", params=ENGINES)
def at_any_moment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Kill web, one of two workers, or the database, at random moments."""
    folder = tmp_path_factory.mktemp("moments")
    url = f"sqlite:///{folder / 'anninh.db'}"
    server = None
    if request.param == "postgresql":
        server = request.getfixturevalue("mortal")
        url = server.database()
    with survived(folder, url, SEVERAL, at_moments(MOMENTS, SEED), server) as after:
        yield after


@pytest.mark.parametrize("look", LOOKS)
def test_process_death_at_any_point_is_harmless(at_each_point: Aftermath, look: Look) -> None:
    """After a process died at each point, every event has its effect once, and no message of known outcome is sent
    twice.
    """
    assert list(look(at_each_point)) == []


@pytest.mark.parametrize("look", LOOKS)
def test_database_death_at_any_point_is_harmless(database_at_each_point: Aftermath, look: Look) -> None:
    """After the database died at each point, the surviving processes reconnect, lose nothing and do nothing twice."""
    assert list(look(database_at_each_point)) == []


@pytest.mark.parametrize("look", LOOKS)
def test_death_at_random_moments_is_harmless(at_any_moment: Aftermath, look: Look) -> None:
    """After kills at random moments, nothing is lost and nothing is done twice."""
    assert list(look(at_any_moment)) == []
