"""Killed at every named point and at random moments, web, workers and database lose nothing and do nothing twice.

Here with few moments; `python -m tests.scenarios.crashes --moments 500 --engine both` is the long way.
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
    """Start a PostgreSQL that may be killed; it keeps what it has committed, as on any disk."""
    with Server(in_memory=True) as server:
        yield server


@pytest.fixture(scope="module", params=ENGINES)
def at_each_point(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Kill the process that gets to a point, at each of them."""
    folder = tmp_path_factory.mktemp("points")
    url = f"sqlite:///{folder / 'anninh.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("mortal").database()
    with survived(folder, url, ONE_EACH, at_points(Ordeal.kill_at)) as after:
        yield after


@pytest.fixture(scope="module")
def database_at_each_point(mortal: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Kill the database while a process stands at a point, at each of them."""
    folder = tmp_path_factory.mktemp("database")
    blows = at_points(Ordeal.kill_database_at)
    with survived(folder, mortal.database(), ONE_EACH, blows, mortal) as after:
        yield after


@pytest.fixture(scope="module", params=ENGINES)
def at_any_moment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Kill web, one of two workers, or the database, at some moments."""
    folder = tmp_path_factory.mktemp("moments")
    url = f"sqlite:///{folder / 'anninh.db'}"
    server = None
    if request.param == "postgresql":
        server = request.getfixturevalue("mortal")
        url = server.database()
    with survived(folder, url, SEVERAL, at_moments(MOMENTS, SEED), server) as after:
        yield after


@pytest.mark.parametrize("look", LOOKS)
def test_a_process_dies_at_each_point(at_each_point: Aftermath, look: Look) -> None:
    """Every acknowledged event takes effect once, nothing is sent twice, what nobody knows is told, the books agree."""
    assert list(look(at_each_point)) == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_database_dies_at_each_point(database_at_each_point: Aftermath, look: Look) -> None:
    """The same where the processes live on: by themselves they wait for the database and go on."""
    assert list(look(database_at_each_point)) == []


@pytest.mark.parametrize("look", LOOKS)
def test_anything_dies_at_any_moment(at_any_moment: Aftermath, look: Look) -> None:
    """The same for moments that nobody has chosen."""
    assert list(look(at_any_moment)) == []
