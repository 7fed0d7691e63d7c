"""A pytest plugin that runs chosen tests in a given order, with the same examples each time, or records the duration of
each test.

Loaded by `-p tools.mutation.selecting`. It is independent of mutants.
"""

import json
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import Phase, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for the file with the chosen tests and for the file with the durations."""
    parser.addoption("--chosen", help="file with the ids of the tests to run, in their order")
    parser.addoption("--durations-to", help="file to write the seconds of each test to")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Make Hypothesis try the same examples each time, without shrinking counterexamples."""
    settings.register_profile(
        "repeatable",
        settings(),
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        print_blob=False,
    )
    settings.load_profile("repeatable")
    target = session.config.getoption("--durations-to")
    if target:
        session.config.pluginmanager.register(Durations(Path(target)))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep only the chosen tests, or all tests of their files if the change renamed every chosen test."""
    chosen = config.getoption("--chosen")
    if chosen:
        names = json.loads(Path(chosen).read_text(encoding="utf-8"))
        order = {name: place for place, name in enumerate(names)}
        selected = [item for item in items if item.nodeid in order] or items
        items[:] = sorted(selected, key=lambda item: order.get(item.nodeid, 0))


class Durations:
    """Records the CPU time of each test with its fixtures, independent of the machine's load."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Measure the CPU time of one test with its fixtures."""
        begun = time.process_time()
        result = yield
        self._seconds[item.nodeid] = time.process_time() - begun
        return result

    def pytest_sessionfinish(self) -> None:
        """Write the measured durations to the file."""
        self._target.write_text(json.dumps(self._seconds), encoding="utf-8")
