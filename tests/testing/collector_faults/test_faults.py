"""Every fault planted into a collector is found by its rule."""

from collections.abc import Mapping, Sequence

import pytest
from tests.testing.collector_faults.notices import FAULTS, Notices, write_notices

from anninh_core.testing.kits import (
    BuildsCollector,
    CollectorConformance,
    RuleOutcome,
    RuleResult,
    WritesPieces,
    run_source,
)

QUICK = ("IdOfWords", "MovesByItself", "MarkupAsItStands", "TellsTheAddress")
BY_NAME = {made.__name__: rule for made, rule in FAULTS.items()}
CASE = """
class Test{name}(CollectorConformance):
    @pytest.fixture
    def media_type(self):
        return "application/json"
    @pytest.fixture
    def writes(self):
        return notices.write_notices
    @pytest.fixture
    def builds(self):
        return notices.{name}
"""
HEAD = """
import pytest
from tests.testing.collector_faults import notices
from anninh_core.testing.kits import CollectorConformance
"""


class TestHealthy(CollectorConformance):
    """The healthy collector, into which faults are planted, passes."""

    @pytest.fixture
    def media_type(self) -> str:
        return "application/json"

    @pytest.fixture
    def writes(self) -> WritesPieces:
        return write_notices

    @pytest.fixture
    def builds(self) -> BuildsCollector:
        return Notices


def run_faults(names: Sequence[str]) -> Mapping[str, RuleResult]:
    """Run for each faulty collector the rule that must find its fault; return results by name."""
    source = HEAD + "".join(CASE.format(name=name) for name in names)
    results = run_source(source, chosen=lambda case, rule: BY_NAME[case.__name__.removeprefix("Test")] == rule)
    return {result.case.removeprefix("Test"): result for result in results}


@pytest.mark.slow
def test_clearest_faults_are_found() -> None:
    """Identity by title, own memory, markup, and an address with a key are found."""
    assert {name: result.outcome for name, result in run_faults(QUICK).items()} == dict.fromkeys(
        QUICK, RuleOutcome.FAILED
    )


@pytest.mark.slow
def test_every_fault_is_found() -> None:
    """Every faulty collector fails the rule for its fault."""
    results = run_faults([*BY_NAME])
    assert not {name: rule for name, rule in BY_NAME.items() if results[name].outcome is not RuleOutcome.FAILED}
