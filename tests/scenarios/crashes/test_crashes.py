"""If web server, workers and database are killed at every named point and at random moments, nothing is lost and
nothing is done twice.

These tests use few random moments; the long run is `python -m tests.scenarios.crashes --moments 500 --engine both`.
"""

import sys
from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.crashes.aftermath import LOOKS, Aftermath
from tests.scenarios.crashes.ordeal import (
    ONE_EACH,
    SEVERAL,
    CrashHarness,
    build_kills_at_moments,
    build_kills_at_points,
    run_through_kills,
)
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
def killable_server() -> Iterator[Server]:
    """A PostgreSQL server that may be killed; it keeps committed data, as on any disk."""
    with Server(in_memory=True) as server:
        yield server


@pytest.fixture(scope="module", params=ENGINES)
def after_program_kills(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Aftermath]:
    """The state after a program was killed at each point in turn."""
    folder = tmp_path_factory.mktemp("points")
    url = f"sqlite:///{folder / 'anninh.db'}"
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("killable_server")
        url = server.create_database()
    with run_through_kills(folder, url, ONE_EACH, build_kills_at_points(CrashHarness.kill_program_at)) as after:
        yield after


@pytest.fixture(scope="module")
def after_database_kills(killable_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """The state after the database was killed at each point in turn, while a program halted there."""
    folder = tmp_path_factory.mktemp("database")
    blows = build_kills_at_points(CrashHarness.kill_database_at)
    with run_through_kills(folder, killable_server.create_database(), ONE_EACH, blows, killable_server) as after:
        yield after


@pytest.fixture(scope="module", params=ENGINES)
def after_random_kills(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """The state after the web server, one of two workers or the database was killed at random moments."""
    folder = tmp_path_factory.mktemp("moments")
    url = f"sqlite:///{folder / 'anninh.db'}"
    server: Server | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("killable_server")
        url = server.create_database()
    with run_through_kills(folder, url, SEVERAL, build_kills_at_moments(MOMENTS, SEED), server) as after:
        yield after


@pytest.mark.parametrize("look", LOOKS)
def test_process_death_at_any_point_is_harmless(after_program_kills: Aftermath, look: Look) -> None:
    """After a process died at each point, every event has its effect once, and no message of known outcome is sent
    twice.
    """
    assert list(look(after_program_kills)) == []


@pytest.mark.parametrize("look", LOOKS)
def test_database_death_at_any_point_is_harmless(after_database_kills: Aftermath, look: Look) -> None:
    """After the database died at each point, the surviving processes reconnect, lose nothing and do nothing twice."""
    assert list(look(after_database_kills)) == []


@pytest.mark.parametrize("look", LOOKS)
def test_death_at_random_moments_is_harmless(after_random_kills: Aftermath, look: Look) -> None:
    """After kills at random moments, nothing is lost and nothing is done twice."""
    assert list(look(after_random_kills)) == []
