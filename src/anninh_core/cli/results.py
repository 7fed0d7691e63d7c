"""Output of commands: sentences, facts and tables for people, one JSON document for programs.

A command marked `@answers` has `--json`. It outputs each fact once, by name: people read the facts in sentences of
their language, programs as plain values.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import wraps
from gettext import gettext as _
from pathlib import Path
from typing import ParamSpec

import click

from anninh_core.cli.language.speaking import word_of
from anninh_core.cli.output import TextTable, day, echo, echo_facts, echo_json, iso, when

P = ParamSpec("P")
_PLACE = "anninh.answer"


class _JsonAnswer:
    """Facts and rows for a program, printed as JSON when the command ends."""

    def __init__(self) -> None:
        self.facts: dict[str, object] = {}
        self.rows: list[object] | None = None

    def print(self) -> None:
        if self.rows is not None:
            echo_json(self.rows)
        elif self.facts:
            echo_json(self.facts)


def answers(body: Callable[P, None]) -> Callable[..., None]:
    """Add `--json` to a command: its output becomes one JSON object, or a list if it shows rows."""

    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @wraps(body)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        if not kwargs.pop("as_json"):
            body(*args, **kwargs)
            return
        answer = click.get_current_context().meta[_PLACE] = _JsonAnswer()
        try:
            body(*args, **kwargs)
        except click.exceptions.Exit:  # with an exit code that is part of the result
            answer.print()
            raise
        answer.print()

    return call


def say(sentence: str, *, err: bool = False, **facts: object) -> None:
    """Print a sentence for people, or add its facts to the JSON output.

    Args:
        sentence: translated sentence, with facts in braces.
        err: whether people read the sentence on standard error.
        facts: values by their names in JSON, including those that the sentence leaves out.
    """
    answer = _json_answer()
    if answer is None:
        values = {name: worded(value) for name, value in facts.items()}
        echo(sentence.format_map(values) if values else sentence, err=err)
    else:
        answer.facts |= {name: plain(value) for name, value in facts.items()}


def say_now(sentence: str) -> None:
    """Print a sentence before the command continues; on standard error if the output is JSON."""
    echo(sentence, err=for_programs())


def say_each(name: str, rows: Iterable[Mapping[str, object]], sentence: str, *, err: bool = False) -> None:
    """Print a sentence for each row, or add the rows as a list called `name` to the JSON output."""
    answer, rows = _json_answer(), [*rows]
    if answer is not None:
        answer.facts[name] = plain(rows)
        return
    for row in rows:
        echo(sentence.format_map({key: worded(value) for key, value in row.items()}), err=err)


def say_facts(*facts: tuple[str, str, object]) -> None:
    """Print facts below each other, or add them to the JSON output.

    Args:
        facts: name in JSON, translated heading and value of each fact; people don't see empty values.
    """
    answer = _json_answer()
    if answer is None:
        echo_facts([(heading, worded(value)) for _name, heading, value in facts])
    else:
        answer.facts |= {name: plain(value) for name, _heading, value in facts}


def note(**facts: object) -> None:
    """Add facts to the JSON output only."""
    if (answer := _json_answer()) is not None:
        answer.facts |= {name: plain(value) for name, value in facts.items()}


def show_rows(
    rows: Iterable[Mapping[str, object]],
    headings: Mapping[str, str],
    *,
    empty: str,
    name: str = "",
    right: Collection[str] = (),
    shrinks: Collection[str] = (),
    cut: bool = False,
) -> None:
    """Show rows as a table, or as a list in the JSON output.

    Args:
        rows: values by name; values without a heading are for programs only.
        headings: headings by name, in the order of the columns.
        empty: sentence for people if there are no rows.
        name: name of the list in the JSON output; "" if the list is the whole output.
        right, shrinks, cut: options of the table, with columns by name.
    """
    answer, rows = _json_answer(), [*rows]
    if answer is None:
        TextTable(
            headings=[*headings.values()],
            rows=[[worded(row[key]) for key in headings] for row in rows],
            right=[headings[key] for key in right],
            shrinks=[headings[key] for key in shrinks],
            cut=cut,
            empty=empty,
        ).echo()
    elif name:
        answer.facts[name] = plain(rows)
    else:
        answer.rows = [plain(row) for row in rows]


def for_programs() -> bool:
    """Return whether the output is JSON for a program."""
    return _json_answer() is not None


def worded(value: object) -> str:
    """Return a value as text for people."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case Enum():
            return word_of(value)
        case datetime():
            return when(value)
        case date():
            return day(value)
        case int():
            return f"{value:,}"
        case list() | tuple():
            return ", ".join(map(worded, value))
    return str(value)


def plain(value: object) -> object:
    """Return a value as JSON data."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return iso(value)
        case date():
            return value.isoformat()
        case Path():
            return str(value)
        case Mapping():
            return {str(key): plain(member) for key, member in value.items()}
        case list() | tuple():
            return [plain(member) for member in value]
    return value


def _json_answer() -> _JsonAnswer | None:
    context = click.get_current_context(silent=True)
    answer = context.meta.get(_PLACE) if context else None
    assert answer is None or isinstance(answer, _JsonAnswer)
    return answer
