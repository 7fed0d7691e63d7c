"""Every fault planted into a messenger is found by its rule."""

from collections.abc import Mapping

import pytest
from tests.testing.messenger_faults import building, hearing, polling, speaking
from tests.testing.messenger_faults.bot import Bot

from anninh_core.testing.kits.guard import kit_rules
from anninh_core.testing.kits.messenger.conformance import MessengerConformance
from anninh_core.testing.kits.running import RuleOutcome, RuleResult, run_source

FAULTS: Mapping[type[Bot], str] = {
    **hearing.FAULTS,
    **speaking.FAULTS,
    **polling.FAULTS,
    **building.FAULTS,
}
QUICK = (
    *(hearing.GroupIsItsWriter, hearing.IdOfItsChat, hearing.EditIsNew, speaking.TokenInTheError),
    *(building.SecretIsThere, building.SecretOfSpaces, building.EmptyFile, building.IgnoresOptions),
    *(speaking.DelayIsDropped, polling.FirstOfAPoll, polling.SeveralAtOnce, polling.ConfirmsAtOnce),
)

WAYS_OUT = {
    speaking.AnswersWhatItCannot: "raise `self.capabilities.refusal('reconcile')`",
    speaking.TokenInTheLog: "setLevel(logging.WARNING)",
    speaking.LetsStorageTroubleOut: "raise a `DeliveryError` from it",
}


def run_rules(*, faults: Mapping[type[Bot], str]) -> Mapping[str, RuleResult]:
    """Run for each faulty messenger the rule that must find its fault; return results by the messenger's name."""
    lines = ["from tests.testing.messenger_faults import bench, building, hearing, polling, speaking"]
    for faulty in faults:
        module = faulty.__module__.rpartition(".")[2]
        kit = "PollingConformance" if module == "polling" else "CalledConformance"
        lines += [f"class Test{faulty.__name__}(bench.{kit}):", f"    made = {module}.{faulty.__name__}"]
    rules = {f"Test{faulty.__name__}": rule for faulty, rule in faults.items()}
    results = run_source("\n".join(lines), chosen=lambda case, rule: rules[case.__name__] == rule)
    return {result.case.removeprefix("Test"): result for result in results}


def test_faults_are_complete() -> None:
    """Each fault has a docstring of its own and an existing rule, and every written fault is tested."""
    rules = kit_rules(MessengerConformance)
    written = {
        made
        for module in (building, hearing, polling, speaking)
        for made in vars(module).values()
        if isinstance(made, type) and issubclass(made, Bot) and made.__module__ == module.__name__
    }
    assert written == set(FAULTS)
    assert len(FAULTS) >= 80
    assert {*FAULTS.values()} <= rules.keys()
    assert len({made.__doc__ for made in FAULTS}) == len(FAULTS)


@pytest.mark.slow
def test_worst_faults_are_found() -> None:
    """Faults that expose group messages as private, lose messages or reveal a token are found."""
    results = run_rules(faults={faulty: FAULTS[faulty] for faulty in QUICK})
    assert {name: result.outcome for name, result in results.items()} == {
        faulty.__name__: RuleOutcome.FAILED for faulty in QUICK
    }


@pytest.mark.slow
def test_every_fault_is_found() -> None:
    """Every faulty messenger fails the rule for its fault."""
    results = run_rules(faults=FAULTS)
    missed = {
        made.__name__: FAULTS[made] for made in FAULTS if results[made.__name__].outcome is not RuleOutcome.FAILED
    }
    assert not missed


@pytest.mark.slow
def test_failure_names_remedy() -> None:
    """A rule's failure names the remedy."""
    results = run_rules(faults={faulty: FAULTS[faulty] for faulty in WAYS_OUT})
    silent = [made for made, way_out in WAYS_OUT.items() if way_out not in " ".join(results[made.__name__].reasons)]
    assert not silent
