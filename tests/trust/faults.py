"""What is wrong with how a use case treats somebody who names what isn't theirs, however it is called."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.trust.arguments import VALUES, classify, value_of
from tests.trust.excused import ALLOWED, COMPARED, FILTERS, NEW_NAMES
from tests.trust.outcomes import Outcome, without
from tests.trust.roles import Names
from tests.trust.strangers import Stranger, Town
from tests.trust.use_cases import Argument, Door

from anninh_core.kernel.errors import NotVisible

Call = Callable[[Town, Door, Stranger, Mapping[str, Any]], Outcome]
"""Calls a use case as a stranger, with arguments."""


def fill_in(door: Door, stranger: Stranger, named: str = "", value: object = None) -> dict[str, Any]:
    """Return arguments that are the stranger's, but for one."""
    arguments = {
        argument.name: value_of(classify(door, argument), stranger.theirs)
        for argument in door.arguments
        if argument.required or f"{door.name} {argument.name}" in VALUES
    }
    if named:
        arguments[named] = value
    return arguments


def all_faults(call: Call, town: Town, door: Door, argument: Argument) -> list[str]:
    """Return what is wrong where strangers name in an argument what isn't theirs."""
    role = classify(door, argument)
    place = f"{door.name} {argument.name}"
    assert isinstance(role, Names)
    return [
        f"{kind} named {value!r}: {fault}"
        for kind, stranger in town.strangers.items()
        if f"{place} {kind}" not in ALLOWED and place not in ALLOWED
        for value in withheld_values(role, stranger)
        for fault in faults_of(call, town, door, argument, stranger=stranger, value=value)
    ]


def withheld_values(role: Names, stranger: Stranger) -> list[object]:
    """Return the names of what isn't the stranger's that an argument may take."""
    return [role.wrap(stranger.withheld[key]) for key in (role.thing, *role.also) if key in stranger.withheld]


def faults_of(
    call: Call, town: Town, door: Door, argument: Argument, *, stranger: Stranger, value: object
) -> list[str]:
    """Return what is wrong with how a use case treats a stranger."""
    role = classify(door, argument)
    place = f"{door.name} {argument.name}"
    assert isinstance(role, Names)
    missing = role.missing_like(value)
    withheld, nothing = (
        call(town, door, stranger, fill_in(door, stranger, argument.name, named)) for named in (value, missing)
    )
    faults = [f"changed {withheld.changed}"] if withheld.changed else []
    is_filter = door.name in FILTERS or place in FILTERS or (door.only_reads and not argument.required)
    if is_filter and withheld.error is None:
        return [*faults, *filter_faults(withheld, nothing, role)]
    faults += refusal_faults(stranger, withheld)
    if role.secret and place not in NEW_NAMES:
        faults += [f"missing: {fault}" for fault in refusal_faults(stranger, nothing)]
        told = described(withheld, value)
        told_of_nothing = described(nothing, missing)
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
    return [f"answers {withheld.answer!r:.200}"] if _things_in(withheld.answer) else []


def _things_in(answer: object) -> object:
    """Return what a page shows, as a value or as JSON; of another answer all of it."""
    return answer.get("items", answer) if isinstance(answer, dict) else getattr(answer, "items", answer)


def described(outcome: Outcome, value: object) -> str:
    return f"{type(outcome.error).__name__}: {without(str(outcome.error), value)}"


def why(outcome: Outcome, value: object) -> str:
    return without(str([entry.facts for entry in outcome.entries]), value)
