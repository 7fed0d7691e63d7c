"""The answers of a reviewer to each gate of the profile and each finding of the checks, given before an item is
approved.
"""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

import click

from anninh_core.cli.frame.asking import MissingValues, ask_text, ask_yes_no
from anninh_core.cli.frame.declaration import Given
from anninh_core.cli.frame.desk import Desk
from anninh_core.kernel.errors import BadInput


def answer_open_questions(desk: Desk, given: Given) -> int | None:
    """Answer open gates and findings, from `given` or by asking the reviewer; return the item's new version.

    Raises:
        MissingValues: an answer is missing and can't be asked for.
        click.ClickException: a gate isn't passed.
    """
    item = given["record"]
    notes = _read_pairs(given, "gates")
    words = _read_pairs(given, "findings")
    passed = {check.gate for check in item.gates if check.passed}
    gates = {gate.id: gate.question for gate in desk.district.gates if gate.id not in passed}
    open_findings = {str(finding.number): finding.text for finding in item.findings if finding.is_open}
    if not desk.asks:
        _require_known_names(gates, notes, "--gate")
        _require_known_names(open_findings, words, "--finding")
    seen: int | None = item.version
    for number, text in open_findings.items():
        answer = words.get(number) or ask_text(
            _("Finding {number}: {text} What do you say to it").format(number=number, text=text)
        )
        arguments = {"item_id": item.id, "number": int(number), "words": answer}
        seen = desk.act("content.answer_finding", arguments, seen=seen, step=f"/finding-{number}").version
    for gate, question in gates.items():
        seen = _answer_gate(desk, item, gate, notes.get(gate) or _ask_gate(question), seen)
    return seen


def _answer_gate(desk: Desk, item: Any, gate: str, note: str, seen: int | None) -> int:
    arguments = {"item_id": item.id, "gate": gate, "passed": True, "note": note}
    version: int = desk.act("content.answer_gate", arguments, seen=seen, step=f"/gate-{gate}").version
    return version


def _ask_gate(question: str) -> str:
    """Ask whether a gate is passed, and why."""
    if not ask_yes_no(question):
        raise click.ClickException(_("It doesn't pass a gate: turn it down with --reject REASON."))
    return ask_text(_("Why it passes"))


def _require_known_names(names: Mapping[str, str], given: Mapping[str, str], option: str) -> None:
    if missing := [f"{option} {name}=…" for name in names if name not in given]:
        raise MissingValues(missing)


def _read_pairs(given: Given, name: str) -> Mapping[str, str]:
    """Return the values written as `NAME=WORDS`, by name."""
    pairs = [text.partition("=") for text in given.get(name, ())]
    for before, equals, _after in pairs:
        if not equals:
            raise BadInput("{text!r} doesn't have the form NAME=WORDS: write a name, = and the words.", text=before)
    return {before: after for before, _equals, after in pairs}
