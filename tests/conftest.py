"""What many tests share: the demo, played once, and a real PostgreSQL.

Tests that look at what the demo left behind are marked `xdist_group("demo")`. The servers start with the first test
that asks for one, one of each in a test process; whoever wants to stop, kill or configure one makes a `Server` anew.

Tests marked `slow` are left out unless `-m` says what to run, or their file is named. Those that look at what the demo
left behind are all slow: it plays more than a year, which takes a minute. So are those that need a PostgreSQL, whose
start takes longer than most tests, and the storage kit's rules that kill processes, one after the other.
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
    from tests.support.commands.caller import Commands
    from tests.support.postgres.server import Server

    from anninh_core.demo.stage import DemoStage
    from anninh_core.demo.summary import Summary
    from anninh_core.usecase.actor import Actor

settings.register_profile("long", deadline=None)  # no test asserts how long something takes
settings.register_profile("anninh", settings.get_profile("long"), max_examples=25)
settings.load_profile("anninh")

_LONG = ("test_kept_killed", "test_kept_closing", "test_seen_at_once")
"""Rules of the storage kit that end processes and open files again and again."""
_LONGEST_NAME = 60
"""How many signs of a text stand in the name of a test."""


def pytest_configure() -> None:
    """Have the command line speak English, whatever the machine speaks."""
    os.environ["LANGUAGE"] = "en"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long text by its length: whole, it would go to and fro between the test processes with each test."""
    if not isinstance(val, str | bytes) or len(val) <= _LONGEST_NAME:
        return None
    return f"{len(val)} signs, {val[:_LONGEST_NAME]!r}"


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what takes long, and leave the slow tests out unless `-m` chooses or their file is named."""
    for item in items:
        asked_for = getattr(item, "fixturenames", ())
        if "played" in asked_for or item.name in _LONG or any("postgres" in one for one in (item.name, *asked_for)):
            item.add_marker("slow")
    if config.option.markexpr:
        return
    named = {(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args}
    slow = [item for item in items if item.get_closest_marker("slow") and item.path not in named]
    items[:] = [item for item in items if item not in slow]
    config.hook.pytest_deselected(items=slow)


@frozen
class Played:
    """The stage when the plan's year was over, officers by the script's key, and everything that was logged.

    Attributes:
        stage, summary, out: of a copy that was made when the plan's year was over.
        end, end_out: summary and folder of the whole play, with all that stays open.
    """

    stage: "DemoStage"
    summary: "Summary"
    out: Path
    end: "Summary"
    end_out: Path
    log: str

    def officer(self, key: str) -> "Actor":
        """Return an officer of the play."""
        from anninh_core.demo.cast import officer  # noqa: PLC0415  only tests of the demo import it

        return officer(self.stage, key)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play from August 2021 to November 2022, with every logger at its most talkative; keep what the plan left too."""
    from anninh_core.demo.acts.exporting import export  # noqa: PLC0415
    from anninh_core.demo.cast import appoint_all  # noqa: PLC0415
    from anninh_core.demo.open_world.schedule import QUIET_DAYS  # noqa: PLC0415
    from anninh_core.demo.play import PLAN_END, run  # noqa: PLC0415
    from anninh_core.demo.stage import open_stage  # noqa: PLC0415
    from anninh_core.demo.summary import summarize  # noqa: PLC0415

    end_out = tmp_path_factory.mktemp("demo_end")
    out = tmp_path_factory.mktemp("demo") / "demo"

    def keep_plan(done: int, of: int, what: str) -> None:
        if what == QUIET_DAYS and not out.exists():
            copytree(end_out, out)

    logged = StringIO()
    root = logging.getLogger()
    handler = logging.StreamHandler(logged)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        end = run(end_out, progress=keep_plan)
        stage = open_stage(out)
        appoint_all(stage)  # finds everybody again by name
        summary = summarize(stage, export(stage, PLAN_END))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    yield Played(stage, summary, out, end, end_out, logged.getvalue())
    stage.close()


@pytest.fixture(scope="session")
def commands() -> Iterator["Commands"]:
    """Carries commands of `anninh` out, each in a process of its own."""
    from tests.support.commands.caller import Commands  # noqa: PLC0415  few tests ask for it

    with Commands() as commands:
        yield commands


@pytest.fixture(scope="session")
def postgres() -> Iterator["Server"]:
    """Start the newest PostgreSQL found, in main memory where the machine has room."""
    from tests.support.postgres.server import Server  # noqa: PLC0415  only tests of the database import it

    with Server(in_memory=True) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_old(request: pytest.FixtureRequest) -> Iterator["Server"]:
    """Start the oldest PostgreSQL found; where there is but one, it is `postgres`."""
    from tests.support.postgres.installations import installations  # noqa: PLC0415
    from tests.support.postgres.server import Server  # noqa: PLC0415

    oldest, *newer = installations()
    if not newer:
        yield request.getfixturevalue("postgres")
        return
    with Server(oldest, in_memory=True) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: "Server") -> Iterator[str]:
    """Make a fresh, empty database on the newest PostgreSQL, and remove it afterwards."""
    url = postgres.database()
    yield url
    postgres.drop(url)
