"""Rules of conformance kits in a run of pytest: which are to run, which failed, and how far a storage has come."""

from collections.abc import Iterable, Sequence

import pytest

from anninh_core._moved import PAGE as MIGRATION_PAGE
from anninh_core.kernel.errors import BadInput
from anninh_core.testing.kits.guard import ConformanceKit, kit_rules, rule_numbers
from anninh_core.testing.kits.steps import PAGE, describe_progress, read_rules, rules_until, step_of_rule

_RULE = "anninh_rule"
"""Name of the attribute of a test report that contains the number of the rule."""


def select_rules(rules: str, step: int | None) -> frozenset[str] | None:
    """Return the numbers of the kits' rules to run, or None for all.

    Args:
        rules: rules in the form of `read_rules`, "" for all.
        step: of the storage kit, only rules that can hold after this step.

    Raises:
        BadInput: `rules` can't be read, or there is no step with this number.
    """
    selected = read_rules(rules) if rules.strip() else None
    until = None if step is None else rules_until(step)
    if selected is None or until is None:
        return until if selected is None else selected
    return selected & until


def is_chosen(item: pytest.Item, rules: str, step: int | None) -> bool:
    """Return whether a test is one of the rules to run."""
    try:
        numbers = select_rules(rules, step)
    except BadInput as error:
        raise pytest.UsageError(str(error)) from error
    return numbers is None or rule_of(item) in numbers


def rule_of(item: pytest.Item) -> str:
    """Return the number of a test's rule, "" for a test that is no rule."""
    case = _get_test_class(item)
    return rule_numbers(case).get(item.name.partition("[")[0], "") if case else ""


def _get_test_class(item: pytest.Item) -> type | None:
    case = getattr(item, "cls", None)
    return case if isinstance(case, type) and issubclass(case, ConformanceKit) else None


def mark_rule(item: pytest.Item, report: pytest.TestReport) -> None:
    """Store the number of the rule in a test report, and add the sentence of the rule if the test failed."""
    case = _get_test_class(item)
    rule = rule_of(item)
    setattr(report, _RULE, rule)
    if case and rule and report.failed:
        step = step_of_rule(rule)
        when = f" (step {step} of {PAGE})" if step else ""
        hint = f"If the kit of an earlier version passed: {MIGRATION_PAGE} lists what changed."
        report.sections.append(("rule of the kit", f"{rule} {kit_rules(case)[rule]}{when}\n{hint}"))


def report_steps(reports: Iterable[object], *, is_asked: bool) -> Sequence[str]:
    """Return lines with the number of rules of the storage kit that hold, by step; none if no rule fails and `is_asked`
    is false.
    """
    fails: dict[str, bool] = {}
    for report in reports:
        rule = getattr(report, _RULE, "")
        if step_of_rule(rule):
            fails[rule] = fails.get(rule, False) or bool(getattr(report, "failed", False))
    return describe_progress(fails) if is_asked or any(fails.values()) else ()
