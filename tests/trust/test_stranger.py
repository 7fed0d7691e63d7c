"""A stranger who names a thing of others is refused with one truthful journal entry, changes nothing and learns
nothing.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.trust.arguments import classify, find_role
from tests.trust.excused import NO_PERSONS, STOPPED
from tests.trust.faults import all_faults, fill_in
from tests.trust.outcomes import Outcome
from tests.trust.roles import Names
from tests.trust.strangers import Stranger, Town
from tests.trust.use_cases import Argument, Door, doors

from anninh_core.testing import memory_app

pytestmark = pytest.mark.slow  # every operation is called

with memory_app() as _app:
    DOORS = tuple(doors(_app))

NAMED = [
    pytest.param(door, argument, id=f"{door.name}-{argument.name}")
    for door in DOORS
    for argument in door.arguments
    if isinstance(find_role(door, argument), Names)
]


def call(town: Town, door: Door, stranger: Stranger, arguments: Mapping[str, Any] | None = None) -> Outcome:
    """Call a use case in Python, by default with the stranger's own things."""
    passed = fill_in(door, stranger) if arguments is None else arguments
    return town.shelf.call(door.verb(town.app), stranger.actor, passed)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_argument_has_a_role(door: Door) -> None:
    """Every argument of every use case has a listed role."""
    for argument in door.arguments:
        classify(door, argument)


@pytest.mark.parametrize(("door", "argument"), NAMED)
def test_foreign_things_are_withheld(town: Town, door: Door, argument: Argument) -> None:
    """Naming a thing of others is refused like naming a missing thing, with one journal entry and no change."""
    faults = all_faults(call, town, door, argument)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_permission_gets_through(town: Town, door: Door) -> None:
    """An officer with every permission isn't refused, so the refusals above have only the place as their reason."""
    outcome = call(town, door, town.whole)
    assert outcome.is_refusal == (door.name in NO_PERSONS), repr(outcome.error)
    assert (outcome.error is None) != (door.name in STOPPED or door.name in NO_PERSONS), repr(outcome.error)
