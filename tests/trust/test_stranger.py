"""Whoever names a thing that isn't theirs is refused, leaves one entry with the truth, changes and learns nothing."""

import pytest
from tests.trust.arguments import VALUES, classify, find_role, value_of
from tests.trust.excused import ALLOWED, COMPARED, FILTERS, NEW_NAMES, NO_PERSONS, STOPPED
from tests.trust.outcomes import Outcome, without
from tests.trust.roles import Names
from tests.trust.strangers import Stranger, Town
from tests.trust.use_cases import Argument, Door, doors

from anninh_core.kernel.errors import NotVisible
from anninh_core.testing import memory_app

with memory_app() as _app:
    DOORS = tuple(doors(_app))

NAMED = [
    pytest.param(door, argument, id=f"{door.name}-{argument.name}")
    for door in DOORS
    for argument in door.arguments
    if isinstance(find_role(door, argument), Names)
]


def call(town: Town, door: Door, stranger: Stranger, named: str = "", value: object = None) -> Outcome:
    """Call a use case with what is the stranger's, but for one argument."""
    arguments = {
        argument.name: value_of(classify(door, argument), stranger.theirs)
        for argument in door.arguments
        if argument.required or f"{door.name} {argument.name}" in VALUES
    }
    if named:
        arguments[named] = value
    return town.shelf.call(door.verb(town.app), stranger.actor, arguments)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_argument_is_in_the_table(door: Door) -> None:
    """A new use case can't be added without somebody saying what its arguments name."""
    for argument in door.arguments:
        classify(door, argument)


@pytest.mark.parametrize(("door", "argument"), NAMED)
def test_what_is_not_theirs(town: Town, door: Door, argument: Argument) -> None:
    """Refused, one entry, nothing changed; for a thing that isn't there at all the answer is the same."""
    role, place = classify(door, argument), f"{door.name} {argument.name}"
    assert isinstance(role, Names)
    faults = [
        f"{kind} named {value!r}: {fault}"
        for kind, stranger in town.strangers.items()
        if f"{place} {kind}" not in ALLOWED and place not in ALLOWED
        for value in withheld_values(role, stranger)
        for fault in faults_of(town, door, argument, stranger, value)
    ]
    assert not faults, "\n".join(faults)


def withheld_values(role: Names, stranger: Stranger) -> list[object]:
    """Return the names of what isn't the stranger's that an argument may take."""
    return [role.wrap(stranger.withheld[key]) for key in (role.thing, *role.also) if key in stranger.withheld]


def faults_of(town: Town, door: Door, argument: Argument, stranger: Stranger, value: object) -> list[str]:
    """Return what is wrong with how a use case treats a stranger."""
    role, place = classify(door, argument), f"{door.name} {argument.name}"
    assert isinstance(role, Names)
    missing = role.missing_like(value)
    withheld, nothing = (call(town, door, stranger, argument.name, named) for named in (value, missing))
    faults = [f"changed {withheld.changed}"] if withheld.changed else []
    is_filter = door.name in FILTERS or place in FILTERS or (door.only_reads and not argument.required)
    if is_filter and withheld.error is None:
        return [*faults, *filter_faults(withheld, nothing, role)]
    faults += refusal_faults(stranger, withheld)
    if role.secret and place not in NEW_NAMES:
        faults += [f"missing: {fault}" for fault in refusal_faults(stranger, nothing)]
        told, told_of_nothing = described(withheld, value), described(nothing, missing)
        faults += [] if told == told_of_nothing else [f"told {told}, but {told_of_nothing} for what isn't there"]
        entries_differ = place in COMPARED or why(withheld, value) != why(nothing, missing)
        if isinstance(withheld.error, NotVisible) and not entries_differ:
            faults.append(f"the entries of both say {why(withheld, value)}")
    return faults


def refusal_faults(stranger: Stranger, outcome: Outcome) -> list[str]:
    """Return what a refusal lacks."""
    if not outcome.is_refusal:
        return [f"not refused: {outcome.error!r:.200}" if outcome.error else f"answered {outcome.answer!r:.200}"]
    faults = [] if len(outcome.entries) == 1 else [f"{len(outcome.entries)} entries"]
    told = {(entry.outcome, entry.actor, entry.touched, entry.events) for entry in outcome.entries}
    if told - {("refused", stranger.actor.label, (), ())}:
        faults.append(f"the entries say {told}")
    return faults


def filter_faults(withheld: Outcome, nothing: Outcome, role: Names) -> list[str]:
    """Return what a list betrays that was asked for by what isn't the stranger's."""
    if role.secret and withheld.answer != nothing.answer:
        return [f"answers {withheld.answer!r:.200}, not {nothing.answer!r:.200}"]
    return [f"answers {withheld.answer!r:.200}"] if getattr(withheld.answer, "items", withheld.answer) else []


def described(outcome: Outcome, value: object) -> str:
    return f"{type(outcome.error).__name__}: {without(str(outcome.error), value)}"


def why(outcome: Outcome, value: object) -> str:
    return without(str([entry.facts for entry in outcome.entries]), value)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_whoever_may_gets_through(town: Town, door: Door) -> None:
    """The calls above are refused for nothing but the place: who may everything everywhere gets through with them."""
    outcome = call(town, door, town.whole)
    assert outcome.is_refusal == (door.name in NO_PERSONS), repr(outcome.error)
    assert (outcome.error is None) != (door.name in STOPPED or door.name in NO_PERSONS), repr(outcome.error)
