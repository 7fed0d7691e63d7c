"""What a reviewer answers before an item is approved: each gate of the profile, each finding of the checks."""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

import click

from anninh_core.cli.frame.asking import MissingValues, ask_text, ask_yes_no
from anninh_core.cli.frame.declaration import Given
from anninh_core.cli.frame.desk import Desk
from anninh_core.kernel.errors import BadInput


def answer_open_questions(desk: Desk, given: Given) -> int | None:
    """Answer what is open, by what was given or by asking; return the item's version after it.

    Raises:
        MissingValues: something is open, and nobody can be asked.
        click.ClickException: a gate isn't passed.
    """
    item = given["record"]
    notes = _pairs(given, "gates")
    words = _pairs(given, "findings")
    passed = {one.gate for one in item.gates if one.passed}
    gates = {gate.id: gate.question for gate in desk.district.gates if gate.id not in passed}
    open_findings = {str(one.number): one.text for one in item.findings if one.is_open}
    if not desk.asks:
        _require(gates, notes, "--gate")
        _require(open_findings, words, "--finding")
    seen: int | None = item.version
    for number, text in open_findings.items():
        said = words.get(number) or ask_text(
            _("Finding {number}: {text} What do you say to it").format(number=number, text=text)
        )
        arguments = {"item_id": item.id, "number": int(number), "words": said}
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


def _require(wanted: Mapping[str, str], given: Mapping[str, str], option: str) -> None:
    if missing := [f"{option} {name}=…" for name in wanted if name not in given]:
        raise MissingValues(missing)


def _pairs(given: Given, name: str) -> Mapping[str, str]:
    """Return what was written as `NAME=WORDS`."""
    pairs = [one.partition("=") for one in given.get(name, ())]
    for before, equals, _after in pairs:
        if not equals:
            raise BadInput("{text!r} doesn't have the form NAME=WORDS: write a name, = and the words.", text=before)
    return {before: after for before, _equals, after in pairs}
