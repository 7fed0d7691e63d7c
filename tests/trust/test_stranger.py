"""A stranger who names a record withheld from them is refused with one truthful journal entry, changes nothing and
learns nothing.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.trust.arguments import classify, find_role
from tests.trust.excused import NO_PERSONS, STOPPED
from tests.trust.faults import build_arguments, find_all_faults
from tests.trust.outcomes import Outcome
from tests.trust.roles import RecordArgument
from tests.trust.strangers import PreparedApp, Stranger
from tests.trust.use_cases import Argument, PublicUseCase, iter_use_cases

from anninh_core.testing import memory_app

pytestmark = pytest.mark.slow  # These tests are slow, because they call every use case.

with memory_app() as _app:
    DOORS = tuple(iter_use_cases(_app))

NAMED = [
    pytest.param(door, argument, id=f"{door.name}-{argument.name}")
    for door in DOORS
    for argument in door.arguments
    if isinstance(find_role(door, argument), RecordArgument)
]


def call_use_case(
    town: PreparedApp, door: PublicUseCase, stranger: Stranger, arguments: Mapping[str, Any] | None = None
) -> Outcome:
    """Call a use case in Python as `stranger`, by default with arguments from the stranger's own records."""
    passed = build_arguments(door, stranger) if arguments is None else arguments
    return town.shelf.call(door.get_method(town.app), stranger.actor, passed)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_argument_has_a_role(door: PublicUseCase) -> None:
    """Every argument of every use case has a role in the table of roles."""
    for argument in door.arguments:
        classify(door, argument)


@pytest.mark.parametrize(("door", "argument"), NAMED)
def test_foreign_things_are_withheld(town: PreparedApp, door: PublicUseCase, argument: Argument) -> None:
    """Naming a withheld record is refused like naming a missing record, with one journal entry and no change."""
    faults = find_all_faults(call_use_case, town, door, argument)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_permission_gets_through(town: PreparedApp, door: PublicUseCase) -> None:
    """An officer with every permission isn't refused, so that the strangers' refusals are due only to their units."""
    outcome = call_use_case(town, door, town.whole)
    assert outcome.is_refusal == (door.name in NO_PERSONS), repr(outcome.error)
    assert (outcome.error is None) != (door.name in STOPPED or door.name in NO_PERSONS), repr(outcome.error)
