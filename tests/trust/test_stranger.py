"""Whoever names a thing that isn't theirs is refused, leaves one entry with the truth, changes and learns nothing."""

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

pytestmark = pytest.mark.slow  # every operation there is, one by one

with memory_app() as _app:
    DOORS = tuple(doors(_app))

NAMED = [
    pytest.param(door, argument, id=f"{door.name}-{argument.name}")
    for door in DOORS
    for argument in door.arguments
    if isinstance(find_role(door, argument), Names)
]


def call(town: Town, door: Door, stranger: Stranger, arguments: Mapping[str, Any] | None = None) -> Outcome:
    """Call a use case in Python, with what is the stranger's where no arguments are given."""
    given = fill_in(door, stranger) if arguments is None else arguments
    return town.shelf.call(door.verb(town.app), stranger.actor, given)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_argument_is_in_the_table(door: Door) -> None:
    """A new use case can't be added without somebody saying what its arguments name."""
    for argument in door.arguments:
        classify(door, argument)


@pytest.mark.parametrize(("door", "argument"), NAMED)
def test_what_is_not_theirs(town: Town, door: Door, argument: Argument) -> None:
    """Refused, one entry, nothing changed; for a thing that isn't there at all the answer is the same."""
    faults = all_faults(call, town, door, argument)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_whoever_may_gets_through(town: Town, door: Door) -> None:
    """The calls above are refused for nothing but the place: who may everything everywhere gets through with them."""
    outcome = call(town, door, town.whole)
    assert outcome.is_refusal == (door.name in NO_PERSONS), repr(outcome.error)
    assert (outcome.error is None) != (door.name in STOPPED or door.name in NO_PERSONS), repr(outcome.error)
