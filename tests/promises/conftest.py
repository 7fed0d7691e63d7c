"""One test for each clause of the plan, marked `clause`; those of `LATER` are strict xfails."""

from collections.abc import Iterator
from datetime import datetime
from types import FunctionType

import pytest
from tests.promises.clauses import LATER
from tests.promises.people import District, NotBuilt, not_built

from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, memory_app

SIGNED = datetime(2021, 8, 20, 8, 0, tzinfo=VIETNAM)
"""The plan was signed on 20 August 2021."""


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", "clause(id): the clause of the plan that the test carries out")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect the test of a clause in `LATER` to fail, by an assertion and by nothing else."""
    for item in items:
        mark = item.get_closest_marker("clause")
        if mark is not None and mark.args[0] in LATER and isinstance(item, pytest.Function):
            reason = LATER[mark.args[0]]
            item.add_marker(pytest.mark.xfail(raises=expected_failure(item.function), reason=reason, strict=True))


def expected_failure(test: FunctionType) -> type[AssertionError]:
    """Return by what the test of a clause in `LATER` may fail: where it says `not_built`, by nothing before that."""
    return NotBuilt if not_built.__name__ in test.__code__.co_names else AssertionError


@pytest.fixture
def district() -> Iterator[District]:
    """The district on the day of the plan: units and profile, without officers."""
    clock = FixedClock(SIGNED)
    with memory_app(clock=clock) as app:
        yield District(app, clock)
