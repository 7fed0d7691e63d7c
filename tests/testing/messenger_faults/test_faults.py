"""Every fault that is planted into a messenger is found by the rule that is there for it."""

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
    """Run for each faulty messenger the rule that has to find its fault; return results by the messenger's name."""
    lines = ["from tests.testing.messenger_faults import bench, building, hearing, polling, speaking"]
    for faulty in faults:
        module = faulty.__module__.rpartition(".")[2]
        kit = "PollingConformance" if module == "polling" else "CalledConformance"
        lines += [f"class Test{faulty.__name__}(bench.{kit}):", f"    made = {module}.{faulty.__name__}"]
    rules = {f"Test{faulty.__name__}": rule for faulty, rule in faults.items()}
    results = run_source("\n".join(lines), chosen=lambda case, rule: rules[case.__name__] == rule)
    return {result.case.removeprefix("Test"): result for result in results}


def test_there_are_many() -> None:
    """Each fault has a sentence of its own, a rule that exists, and no fault is written and then forgotten."""
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
    """What tells a group's words as private, loses messages or tells a token is found."""
    found = run_rules(faults={faulty: FAULTS[faulty] for faulty in QUICK})
    assert {name: result.outcome for name, result in found.items()} == {
        one.__name__: RuleOutcome.FAILED for one in QUICK
    }


@pytest.mark.slow
def test_every_fault_is_found() -> None:
    """None of the faulty messengers passes the rule that is there for its fault."""
    found = run_rules(faults=FAULTS)
    missed = {made.__name__: FAULTS[made] for made in FAULTS if found[made.__name__].outcome is not RuleOutcome.FAILED}
    assert not missed


@pytest.mark.slow
def test_a_failure_tells_the_way_out() -> None:
    """Whoever reads the card sees what to do, not only that something isn't so."""
    found = run_rules(faults={faulty: FAULTS[faulty] for faulty in WAYS_OUT})
    silent = [made for made, way_out in WAYS_OUT.items() if way_out not in " ".join(found[made.__name__].reasons)]
    assert not silent
