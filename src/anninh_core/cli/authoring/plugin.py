"""`anninh plugin`: run the conformance kits on a plugin."""

import shlex
from collections.abc import Iterable
from gettext import gettext as _
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anninh_core.cli.results import is_json_output, output_json_facts, output_rows, output_sentence, with_json_option
from anninh_core.kernel.errors import ConfigurationError

if TYPE_CHECKING:
    from anninh_core.testing.authoring.card import PluginCard
    from anninh_core.testing.kits.running import RuleResult

_TESTS = click.Path(exists=True, resolve_path=True, path_type=Path)


@click.group()
def plugin() -> None:
    """Check a plugin that you write."""


@plugin.command()
@click.argument("name")
@click.option(
    "--tests",
    multiple=True,
    type=_TESTS,
    metavar="PATH",
    help="A file or folder of your tests in which kits are subclassed; may be given again.",
)
@click.option("--rules", default="", metavar="RULES", help="Run only these rules, such as S-01..S-07,S-217.")
@click.option(
    "--step",
    type=int,
    metavar="STEP",
    help="Of the storage kit, run only the rules that can hold once the steps 1 to STEP are written.",
)
@with_json_option
def check(name: str, *, tests: tuple[Path, ...], rules: str, step: int | None) -> None:
    """Run the conformance kits that fit the installed plugin NAME, and show which rules hold.

    The kits of whole plugins, formats and opinions need no tests of yours; those of messengers, storages and keys do.
    The exit code is 1 if a rule fails.
    """
    if find_spec("pytest") is None:
        raise ConfigurationError("The kits are tests and need pytest: install it with `pip install pytest`.")
    from anninh_core.testing.authoring.card import check_plugin  # noqa: PLC0415  it takes pytest
    from anninh_core.testing.kits.running import RuleOutcome  # noqa: PLC0415  likewise

    card = check_plugin(name, tests, rules=rules, step=step)
    output_sentence(
        _("{plugin}, from {distribution} {version}"), plugin=name, distribution=card.distribution, version=card.version
    )
    if is_json_output():
        output_json_facts(unproved=card.unproved, rules=[_build_rule_data(result) for result in card.results])
    else:
        _show_kits(card)
        _show_failures(card.of(RuleOutcome.FAILED), tests)
        _show_steps(card)
        _show_reasons(card.of(RuleOutcome.SKIPPED), _("rules skipped"))
        _show_reasons(card.of(RuleOutcome.EXCUSED), _("rules excused"))
        for kit in card.unproved:
            output_sentence(_("{kit} was not run: it needs your tests, named by --tests"), kit=kit)
    if card.of(RuleOutcome.FAILED):
        raise click.exceptions.Exit(1)


def _build_rule_data(result: "RuleResult") -> dict[str, object]:
    return {
        "kit": result.kit,
        "case": result.case,
        "test": result.test,
        "rule": result.rule,
        "sentence": result.sentence,
        "outcome": result.outcome,
        "reasons": result.reasons,
    }


def _show_kits(card: "PluginCard") -> None:
    """Show the number of rules that hold, for each test class."""
    by_case: dict[tuple[str, str], list[str]] = {}
    for result in card.results:
        by_case.setdefault((result.kit, result.case), []).append(result.outcome.value)
    columns = {
        "kit": _("kit"),
        "held": _("rules that hold"),
        "skipped": _("skipped"),
        "failed": _("that fail"),
        "case": _("test class"),
    }
    output_rows(
        [
            {
                "kit": kit,
                "held": outcomes.count("held"),
                "skipped": outcomes.count("skipped") + outcomes.count("excused"),
                "failed": outcomes.count("failed"),
                "case": case,
            }
            for (kit, case), outcomes in by_case.items()
        ],
        columns,
        empty=_("No kit was run."),
        right=("held", "skipped", "failed"),
    )


def _show_failures(failed: Iterable["RuleResult"], tests: tuple[Path, ...]) -> None:
    """Show what each failed rule demands, why it failed, and the pytest command that runs it alone in the author's
    tests.
    """
    files = " ".join(shlex.quote(str(path)) for path in tests)
    for result in failed:
        output_sentence("")
        output_sentence(
            _("{rule} failed in {case}: {demand}"), rule=result.rule, case=result.case, demand=result.sentence
        )
        for reason in result.reasons:
            output_sentence("  {reason}", reason=reason)
        if tests:
            output_sentence(
                _("  alone: pytest {files} -k '{case} and {test}'"), files=files, case=result.case, test=result.test
            )


def _show_steps(card: "PluginCard") -> None:
    """Show how many rules hold at each step of writing a storage, if rules of its kit fail."""
    steps = card.steps()
    if any(failed for _step, _held, failed in steps):
        output_sentence("")
        output_rows(
            [{"step": step, "held": held, "failed": failed} for step, held, failed in steps],
            {"step": _("step of writing a storage"), "held": _("rules that hold"), "failed": _("that fail")},
            empty="",
            right=("step", "held", "failed"),
        )


def _show_reasons(skipped: Iterable["RuleResult"], heading: str) -> None:
    by_reason: dict[str, list[str]] = {}
    for result in skipped:
        for reason in result.reasons:
            by_reason.setdefault(reason, []).append(result.rule)
    if by_reason:
        output_sentence("")
        output_rows(
            [{"rules": " ".join(sorted({*rules})), "why": reason} for reason, rules in by_reason.items()],
            {"rules": heading, "why": _("why")},
            empty="",
        )
