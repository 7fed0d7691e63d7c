"""Finds faults in how a use case treats a stranger who names another unit's records, whether in Python or over HTTP."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.trust.arguments import VALUES, classify, value_of
from tests.trust.excused import ALLOWED, COMPARED, FILTERS, NEW_NAMES
from tests.trust.outcomes import Outcome, mask_value
from tests.trust.roles import RecordArgument
from tests.trust.strangers import PreparedApp, Stranger
from tests.trust.use_cases import Argument, PublicUseCase

from anninh_core.kernel.errors import NotVisible

Call = Callable[[PreparedApp, PublicUseCase, Stranger, Mapping[str, Any]], Outcome]
"""Type of a function that calls a use case as a stranger, with arguments."""


def build_arguments(door: PublicUseCase, stranger: Stranger, named: str = "", value: object = None) -> dict[str, Any]:
    """Return arguments for a use case from the stranger's own records, except that `named` gets `value`."""
    arguments = {
        argument.name: value_of(classify(door, argument), stranger.theirs)
        for argument in door.arguments
        if argument.required or f"{door.name} {argument.name}" in VALUES
    }
    if named:
        arguments[named] = value
    return arguments


def find_all_faults(call: Call, town: PreparedApp, door: PublicUseCase, argument: Argument) -> list[str]:
    """Return the faults of a use case when strangers name records withheld from them in `argument`."""
    role = classify(door, argument)
    place = f"{door.name} {argument.name}"
    assert isinstance(role, RecordArgument)
    return [
        f"{kind} named {value!r}: {fault}"
        for kind, stranger in town.strangers.items()
        if f"{place} {kind}" not in ALLOWED and place not in ALLOWED
        for value in list_withheld_values(role, stranger)
        for fault in find_faults(call, town, door, argument, stranger=stranger, value=value)
    ]


def list_withheld_values(role: RecordArgument, stranger: Stranger) -> list[object]:
    """Return the names of withheld records that the argument accepts."""
    return [role.wrap(stranger.withheld[key]) for key in (role.thing, *role.also) if key in stranger.withheld]


def find_faults(
    call: Call, town: PreparedApp, door: PublicUseCase, argument: Argument, *, stranger: Stranger, value: object
) -> list[str]:
    """Return the faults in how a use case treats a stranger who names a withheld record, compared with a missing
    one.
    """
    role = classify(door, argument)
    place = f"{door.name} {argument.name}"
    assert isinstance(role, RecordArgument)
    missing = role.build_missing_name(value)
    withheld, absent = (
        call(town, door, stranger, build_arguments(door, stranger, argument.name, named)) for named in (value, missing)
    )
    faults = [f"changed {withheld.changed}"] if withheld.changed else []
    is_filter = door.name in FILTERS or place in FILTERS or (door.only_reads and not argument.required)
    if is_filter and withheld.error is None:
        return [*faults, *find_filter_faults(withheld, absent, role)]
    faults += find_refusal_faults(stranger, withheld)
    if role.secret and place not in NEW_NAMES:
        faults += [f"missing: {fault}" for fault in find_refusal_faults(stranger, absent)]
        message = describe_error(withheld, value)
        missing_message = describe_error(absent, missing)
        faults += [] if message == missing_message else [f"told {message}, but {missing_message} for what isn't there"]
        entries_differ = place in COMPARED or describe_facts(withheld, value) != describe_facts(absent, missing)
        if isinstance(withheld.error, NotVisible) and not entries_differ:
            faults.append(f"the entries of both say {describe_facts(withheld, value)}")
    return faults


def find_refusal_faults(stranger: Stranger, outcome: Outcome) -> list[str]:
    """Return how an outcome differs from a proper refusal, which raises the error and writes exactly one journal
    entry.
    """
    if not outcome.is_refusal:
        return [f"not refused: {outcome.error!r:.200}" if outcome.error else f"answered {outcome.answer!r:.200}"]
    faults = [] if len(outcome.entries) == 1 else [f"{len(outcome.entries)} entries"]
    recorded = {(entry.outcome, entry.actor, entry.touched, entry.events) for entry in outcome.entries}
    if recorded - {("refused", stranger.actor.label, (), ())}:
        faults.append(f"the entries say {recorded}")
    return faults


def find_filter_faults(withheld: Outcome, absent: Outcome, role: RecordArgument) -> list[str]:
    """Return what a list reveals if it is filtered by a withheld record."""
    if role.secret and withheld.answer != absent.answer:
        return [f"answers {withheld.answer!r:.200}, not {absent.answer!r:.200}"]
    return [f"answers {withheld.answer!r:.200}"] if _list_items(withheld.answer) else []


def _list_items(answer: object) -> object:
    """Return the items of a page, given as an object or as JSON; return any other answer unchanged."""
    return answer.get("items", answer) if isinstance(answer, dict) else getattr(answer, "items", answer)


def describe_error(outcome: Outcome, value: object) -> str:
    return f"{type(outcome.error).__name__}: {mask_value(str(outcome.error), value)}"


def describe_facts(outcome: Outcome, value: object) -> str:
    return mask_value(str([entry.facts for entry in outcome.entries]), value)
