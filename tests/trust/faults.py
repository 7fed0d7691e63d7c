"""Finds faults in how a use case treats a stranger who names things of others, independent of how it is called."""

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
    """Return arguments that are the stranger's own, except for the argument `named`."""
    arguments = {
        argument.name: value_of(classify(door, argument), stranger.theirs)
        for argument in door.arguments
        if argument.required or f"{door.name} {argument.name}" in VALUES
    }
    if named:
        arguments[named] = value
    return arguments


def all_faults(call: Call, town: Town, door: Door, argument: Argument) -> list[str]:
    """Return the faults of a use case when strangers name things of others in `argument`."""
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
    """Return the names of other people's things that the argument may take."""
    return [role.wrap(stranger.withheld[key]) for key in (role.thing, *role.also) if key in stranger.withheld]


def faults_of(
    call: Call, town: Town, door: Door, argument: Argument, *, stranger: Stranger, value: object
) -> list[str]:
    """Return the faults in how a use case treats one stranger with one withheld value."""
    role = classify(door, argument)
    place = f"{door.name} {argument.name}"
    assert isinstance(role, Names)
    missing = role.missing_like(value)
    withheld, absent = (
        call(town, door, stranger, fill_in(door, stranger, argument.name, named)) for named in (value, missing)
    )
    faults = [f"changed {withheld.changed}"] if withheld.changed else []
    is_filter = door.name in FILTERS or place in FILTERS or (door.only_reads and not argument.required)
    if is_filter and withheld.error is None:
        return [*faults, *filter_faults(withheld, absent, role)]
    faults += refusal_faults(stranger, withheld)
    if role.secret and place not in NEW_NAMES:
        faults += [f"missing: {fault}" for fault in refusal_faults(stranger, absent)]
        message = described(withheld, value)
        missing_message = described(absent, missing)
        faults += [] if message == missing_message else [f"told {message}, but {missing_message} for what isn't there"]
        entries_differ = place in COMPARED or why(withheld, value) != why(absent, missing)
        if isinstance(withheld.error, NotVisible) and not entries_differ:
            faults.append(f"the entries of both say {why(withheld, value)}")
    return faults


def refusal_faults(stranger: Stranger, outcome: Outcome) -> list[str]:
    """Return the deviations from a proper refusal, which has its error and exactly one journal entry."""
    if not outcome.is_refusal:
        return [f"not refused: {outcome.error!r:.200}" if outcome.error else f"answered {outcome.answer!r:.200}"]
    faults = [] if len(outcome.entries) == 1 else [f"{len(outcome.entries)} entries"]
    recorded = {(entry.outcome, entry.actor, entry.touched, entry.events) for entry in outcome.entries}
    if recorded - {("refused", stranger.actor.label, (), ())}:
        faults.append(f"the entries say {recorded}")
    return faults


def filter_faults(withheld: Outcome, absent: Outcome, role: Names) -> list[str]:
    """Return what a list reveals if it is filtered by a thing of others."""
    if role.secret and withheld.answer != absent.answer:
        return [f"answers {withheld.answer!r:.200}, not {absent.answer!r:.200}"]
    return [f"answers {withheld.answer!r:.200}"] if _things_in(withheld.answer) else []


def _things_in(answer: object) -> object:
    """Return the items of a page, as a value or JSON, and any other answer unchanged."""
    return answer.get("items", answer) if isinstance(answer, dict) else getattr(answer, "items", answer)


def described(outcome: Outcome, value: object) -> str:
    return f"{type(outcome.error).__name__}: {without(str(outcome.error), value)}"


def why(outcome: Outcome, value: object) -> str:
    return without(str([entry.facts for entry in outcome.entries]), value)
