"""The storage kit finds typical mistakes of authors: each planted fault fails its rule."""

import pytest
from tests.testing.storage_kit.faults import commits, inbox, lifecycle, outbox, records, small_ports
from tests.testing.storage_kit.rules import find_failure, rules
from tests.testing.storage_kit.twins import Fault, make_twin

from anninh_core.testing.memory import MemoryStorage

FAULTS = {**commits.FAULTS, **records.FAULTS, **inbox.FAULTS, **outbox.FAULTS, **small_ports.FAULTS, **lifecycle.FAULTS}
DISHONEST = {"S-143", "S-217", "S-219", "S-220", "S-221", "S-222", "S-223"}
"""Rules for which `test_durability` shows a failure."""

QUICK = (
    "the version check is lost",
    "a page begins with the record that it stands behind",
    "a token isn't raised by a claim",
    "a start that was lost is sent again",
    "excluded phrases are found",
    "a rewrap revives a destroyed key",
    "a dump omits keys",
)
"""Faults planted by default; all faults together take half a minute."""


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, id=name, marks=() if name in QUICK else pytest.mark.slow) for name, fault in FAULTS.items()],
)
def test_fault_is_found(fault: Fault) -> None:
    """A twin with a fault fails the fault's rule by its behaviour, not by a crash."""
    twin = make_twin(fault)
    failure = find_failure(fault.rule, lambda: twin)
    assert failure is not None
    assert not isinstance(failure, TypeError | AttributeError | NameError)


def test_every_rule_has_a_failing_case() -> None:
    """Each rule of the kit has been seen to fail, here or in `test_durability`."""
    assert {fault.rule for fault in FAULTS.values()} | DISHONEST == rules().keys()


@pytest.mark.slow
@pytest.mark.parametrize("rule", sorted({fault.rule for fault in FAULTS.values()}))
def test_rules_pass_without_a_fault(rule: str) -> None:
    """Each of these rules passes for the twin without a fault."""
    assert find_failure(rule, lambda: MemoryStorage) is None
