"""Shared fixtures: the demo, played once, and a real PostgreSQL.

Tests of the demo's final state are marked `xdist_group("demo")`. The servers start with the first test that needs one,
each once per test process; a test that stops, kills or configures a server makes its own `Server`.

Tests marked `slow` are left out unless `-m` chooses tests, or their file is named. All tests of the demo's final state
are slow: the demo plays more than a year, which takes a minute. Slow are also the tests that need a PostgreSQL, because
it starts more slowly than most tests run, and the storage kit's rules that kill processes, one after the other.
"""

import logging
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from attrs import frozen
from hypothesis import settings

if TYPE_CHECKING:
    from tests.support.commands.caller import CommandRunner
    from tests.support.postgres.server import Server

    from anninh_core.demo.stage import DemoStage
    from anninh_core.demo.summary import Summary
    from anninh_core.usecase.actor import Actor

settings.register_profile("long", deadline=None)  # no test has a time limit
settings.register_profile("anninh", settings.get_profile("long"), max_examples=25)
settings.load_profile("anninh")

_LONG = ("test_kept_killed", "test_kept_closing", "test_seen_at_once")
"""Rules of the storage kit that kill processes and reopen files many times."""
_LONGEST_NAME = 60
"""Maximal number of characters of a text in the name of a test."""


def pytest_configure() -> None:
    """Set the command line's language to English, independent of the machine."""
    os.environ["LANGUAGE"] = "en"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Return a short name for a long text, because its full text would be sent between the test processes with each
    test.
    """
    if not isinstance(val, str | bytes) or len(val) <= _LONGEST_NAME:
        return None
    return f"{len(val)} signs, {val[:_LONGEST_NAME]!r}"


@pytest.hookimpl(tryfirst=True)  # This hook runs first, before pytest filters the tests by `-m`.
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark slow tests, and leave them out unless `-m` chooses tests or their file is named."""
    for item in items:
        fixture_names = getattr(item, "fixturenames", ())
        if (
            "played" in fixture_names
            or item.name in _LONG
            or any("postgres" in name for name in (item.name, *fixture_names))
        ):
            item.add_marker("slow")
    if config.option.markexpr:
        return
    named = {(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args}
    slow = [item for item in items if item.get_closest_marker("slow") and item.path not in named]
    items[:] = [item for item in items if item not in slow]
    config.hook.pytest_deselected(items=slow)


@frozen
class PlayedDemo:
    """The played demo with its stage after the plan's year, and everything that was logged during the play.

    Attributes:
        stage, summary, out: of a copy that was made when the plan's year was over.
        end, end_out: summary and folder of the whole play, including cases that stay open.
    """

    stage: "DemoStage"
    summary: "Summary"
    out: Path
    end: "Summary"
    end_out: Path
    log: str

    def officer(self, key: str) -> "Actor":
        """Return the officer with this key in the demo's script."""
        from anninh_core.demo.cast import find_officer  # noqa: PLC0415  only tests of the demo import it

        return find_officer(self.stage, key)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedDemo]:
    """Play the demo from August 2021 to November 2022, with every logger at debug level, and also keep the state after
    the plan's year.
    """
    from anninh_core.demo.acts.exporting import export_files  # noqa: PLC0415
    from anninh_core.demo.cast import appoint_first_officers  # noqa: PLC0415
    from anninh_core.demo.open_world.schedule import QUIET_DAYS  # noqa: PLC0415
    from anninh_core.demo.play import PLAN_END, run  # noqa: PLC0415
    from anninh_core.demo.stage import open_stage  # noqa: PLC0415
    from anninh_core.demo.summary import summarize  # noqa: PLC0415

    end_out = tmp_path_factory.mktemp("demo_end")
    out = tmp_path_factory.mktemp("demo") / "demo"

    def copy_at_plan_end(done: int, of: int, what: str) -> None:
        if what == QUIET_DAYS and not out.exists():
            copytree(end_out, out)

    logged = StringIO()
    root = logging.getLogger()
    handler = logging.StreamHandler(logged)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        end = run(end_out, progress=copy_at_plan_end)
        stage = open_stage(out)
        appoint_first_officers(
            stage
        )  # The officers exist already in the copied storage; `appoint_all` finds them by name.
        summary = summarize(stage, export_files(stage, PLAN_END))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    yield PlayedDemo(stage, summary, out, end, end_out, logged.getvalue())
    stage.close()


@pytest.fixture(scope="session")
def commands() -> Iterator["CommandRunner"]:
    """Runner of `anninh` commands, each in a process of its own."""
    from tests.support.commands.caller import CommandRunner  # noqa: PLC0415  few tests ask for it

    with CommandRunner() as commands:
        yield commands


@pytest.fixture(scope="session")
def postgres() -> Iterator["Server"]:
    """Start the newest installed PostgreSQL, in main memory if the machine has room."""
    from tests.support.postgres.server import Server  # noqa: PLC0415  only tests of the database import it

    with Server(in_memory=True) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_old(request: pytest.FixtureRequest) -> Iterator["Server"]:
    """Start the oldest installed PostgreSQL; with only one installed, this is `postgres`."""
    from tests.support.postgres.installations import find_installations  # noqa: PLC0415
    from tests.support.postgres.server import Server  # noqa: PLC0415

    oldest, *newer = find_installations()
    if not newer:
        yield request.getfixturevalue("postgres")
        return
    with Server(oldest, in_memory=True) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: "Server") -> Iterator[str]:
    """Create an empty database on the newest PostgreSQL, and remove it afterwards."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)
