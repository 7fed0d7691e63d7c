"""Output of commands: sentences, facts and tables for people, and one JSON document for programs.

The decorator of this module adds `--json` to a command. The command outputs each fact once, by name: people read the
facts in sentences of their language, programs as plain values.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import wraps
from gettext import gettext as _
from pathlib import Path
from typing import ParamSpec

import click

from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.output import TextTable, echo, echo_facts, echo_json, format_day, format_iso, format_moment

P = ParamSpec("P")
_PLACE = "anninh.answer"


class _JsonOutput:
    """Facts and rows for a program, printed as JSON when the command ends."""

    def __init__(self) -> None:
        self.facts: dict[str, object] = {}
        self.rows: list[object] | None = None

    def print_json(self) -> None:
        if self.rows is not None:
            echo_json(self.rows)
        elif self.facts:
            echo_json(self.facts)


def with_json_option(body: Callable[P, None]) -> Callable[..., None]:
    """Add `--json` to a command: its output becomes one JSON object, or a list if it shows rows."""

    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @wraps(body)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        if not kwargs.pop("as_json"):
            body(*args, **kwargs)
            return
        answer = click.get_current_context().meta[_PLACE] = _JsonOutput()
        try:
            body(*args, **kwargs)
        except click.exceptions.Exit:  # The exit code is part of the command's result.
            answer.print_json()
            raise
        answer.print_json()

    return call


def output_sentence(sentence: str, *, err: bool = False, **facts: object) -> None:
    """Print a sentence for people, or add its facts to the JSON output.

    Args:
        sentence: translated sentence, with facts in braces.
        err: whether people read the sentence on standard error.
        facts: values by their names in JSON, including those that the sentence leaves out.
    """
    answer = _find_json_output()
    if answer is None:
        values = {name: format_value(value) for name, value in facts.items()}
        echo(sentence.format_map(values) if values else sentence, err=err)
    else:
        answer.facts |= {name: convert_to_json_value(value) for name, value in facts.items()}


def output_progress(sentence: str) -> None:
    """Print a sentence before the command continues; on standard error if the output is JSON."""
    echo(sentence, err=is_json_output())


def output_each(name: str, rows: Iterable[Mapping[str, object]], sentence: str, *, err: bool = False) -> None:
    """Print a sentence for each row, or add the rows as a list called `name` to the JSON output."""
    answer, rows = _find_json_output(), [*rows]
    if answer is not None:
        answer.facts[name] = convert_to_json_value(rows)
        return
    for row in rows:
        echo(sentence.format_map({key: format_value(value) for key, value in row.items()}), err=err)


def output_facts(*facts: tuple[str, str, object]) -> None:
    """Print facts below each other, or add them to the JSON output.

    Args:
        facts: name in JSON, translated heading and value of each fact; people don't see empty values.
    """
    answer = _find_json_output()
    if answer is None:
        echo_facts([(heading, format_value(value)) for _name, heading, value in facts])
    else:
        answer.facts |= {name: convert_to_json_value(value) for name, _heading, value in facts}


def output_json_facts(**facts: object) -> None:
    """Add facts to the JSON output only."""
    if (answer := _find_json_output()) is not None:
        answer.facts |= {name: convert_to_json_value(value) for name, value in facts.items()}


def output_rows(
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
    answer, rows = _find_json_output(), [*rows]
    if answer is None:
        TextTable(
            headings=[*headings.values()],
            rows=[[format_value(row[key]) for key in headings] for row in rows],
            right=[headings[key] for key in right],
            shrinks=[headings[key] for key in shrinks],
            cut=cut,
            empty=empty,
        ).echo()
    elif name:
        answer.facts[name] = convert_to_json_value(rows)
    else:
        answer.rows = [convert_to_json_value(row) for row in rows]


def is_json_output() -> bool:
    """Return whether the output is JSON for a program."""
    return _find_json_output() is not None


def format_value(value: object) -> str:
    """Return a fact's value as text for people."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case Enum():
            return find_word(value)
        case datetime():
            return format_moment(value)
        case date():
            return format_day(value)
        case int():
            return f"{value:,}"
        case list() | tuple():
            return ", ".join(map(format_value, value))
    return str(value)


def convert_to_json_value(value: object) -> object:
    """Return a fact's value as JSON data."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return format_iso(value)
        case date():
            return value.isoformat()
        case Path():
            return str(value)
        case Mapping():
            return {str(key): convert_to_json_value(member) for key, member in value.items()}
        case list() | tuple():
            return [convert_to_json_value(member) for member in value]
    return value


def _find_json_output() -> _JsonOutput | None:
    context = click.get_current_context(silent=True)
    answer = context.meta.get(_PLACE) if context else None
    assert answer is None or isinstance(answer, _JsonOutput)
    return answer
