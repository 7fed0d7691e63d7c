"""Rules of kits in a run of pytest: which are chosen, which one failed, and how far a storage has come."""

from collections.abc import Iterable, Sequence

import pytest

from anninh_core._moved import PAGE as MIGRATION_PAGE
from anninh_core.kernel.errors import BadInput
from anninh_core.testing.kits.guard import ConformanceKit, kit_rules, rule_numbers
from anninh_core.testing.kits.steps import PAGE, read_rules, rules_until, step_of_rule, tell_progress

_RULE = "anninh_rule"
"""Attribute of reports: the number of the rule."""


def rules_chosen(rules: str, step: int | None) -> frozenset[str] | None:
    """Return the numbers of the rules that are to run, None for all.

    Args:
        rules: as `read_rules` reads them, "" for all.
        step: of the storage kit, only rules that can hold after this step.

    Raises:
        BadInput: they can't be read, or there is no such step.
    """
    named = read_rules(rules) if rules.strip() else None
    until = None if step is None else rules_until(step)
    if named is None or until is None:
        return until if named is None else named
    return named & until


def is_chosen(item: pytest.Item, rules: str, step: int | None) -> bool:
    """Tell whether a test is one of the rules that are to run."""
    try:
        numbers = rules_chosen(rules, step)
    except BadInput as error:
        raise pytest.UsageError(str(error)) from error
    return numbers is None or rule_of(item) in numbers


def rule_of(item: pytest.Item) -> str:
    """Return the number of the rule that a test is, "" for another test."""
    case = _case_of(item)
    return rule_numbers(case).get(item.name.partition("[")[0], "") if case else ""


def _case_of(item: pytest.Item) -> type | None:
    case = getattr(item, "cls", None)
    return case if isinstance(case, type) and issubclass(case, ConformanceKit) else None


def mark_rule(item: pytest.Item, report: pytest.TestReport) -> None:
    """Note on a report which rule it is of, and say what the rule demands where it fails."""
    case = _case_of(item)
    rule = rule_of(item)
    setattr(report, _RULE, rule)
    if case and rule and report.failed:
        step = step_of_rule(rule)
        when = f" (step {step} of {PAGE})" if step else ""
        hint = f"If the kit of an earlier version passed: {MIGRATION_PAGE} lists what changed."
        report.sections.append(("rule of the kit", f"{rule} {kit_rules(case)[rule]}{when}\n{hint}"))


def tell_steps(reports: Iterable[object], *, is_asked: bool) -> Sequence[str]:
    """Say how many rules of the storage kit hold, step by step; nothing where none fails and nobody asked."""
    fails: dict[str, bool] = {}
    for report in reports:
        rule = getattr(report, _RULE, "")
        if step_of_rule(rule):
            fails[rule] = fails.get(rule, False) or bool(getattr(report, "failed", False))
    return tell_progress(fails) if is_asked or any(fails.values()) else ()
