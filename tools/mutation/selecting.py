"""A pytest plugin: runs chosen tests in the order given, repeatably, or writes down how long each took.

Loaded by `-p tools.mutation.selecting`. It knows nothing of mutants.
"""

import json
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import Phase, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take a file with the ids of the tests to run, and one to write durations to."""
    parser.addoption("--chosen", help="file with the ids of the tests to run, in their order")
    parser.addoption("--durations-to", help="file to write the seconds of each test to")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Have properties try the same examples each time; a counterexample needn't be made short."""
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
    """Keep the chosen tests. If the change renamed every one of them, run all that their files have."""
    chosen = config.getoption("--chosen")
    if chosen:
        names = json.loads(Path(chosen).read_text(encoding="utf-8"))
        order = {name: place for place, name in enumerate(names)}
        kept = [item for item in items if item.nodeid in order] or items
        items[:] = sorted(kept, key=lambda item: order.get(item.nodeid, 0))


class Durations:
    """Adds up what each test took of a core, with its fixtures; how busy the machine is makes no difference."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Take the time of one test."""
        begun = time.process_time()
        result = yield
        self._seconds[item.nodeid] = time.process_time() - begun
        return result

    def pytest_sessionfinish(self) -> None:
        """Write all down."""
        self._target.write_text(json.dumps(self._seconds), encoding="utf-8")
