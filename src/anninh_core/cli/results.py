"""What a command answers: sentences, facts and tables to a person, one JSON document to a program.

A command that is marked `@answers` has `--json`. It says what it did once, with the facts by name: a person reads them
in sentences of the language that is spoken, a program as they are.
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


class _Answer:
    """What a program is told at the end."""

    def __init__(self) -> None:
        self.facts: dict[str, object] = {}
        self.rows: list[object] | None = None

    def print(self) -> None:
        if self.rows is not None:
            echo_json(self.rows)
        elif self.facts:
            echo_json(self.facts)


def answers(body: Callable[P, None]) -> Callable[..., None]:
    """Give a command `--json`: what it says becomes one JSON object, or a list where it shows rows."""

    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @wraps(body)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        if not kwargs.pop("as_json"):
            body(*args, **kwargs)
            return
        answer = click.get_current_context().meta[_PLACE] = _Answer()
        try:
            body(*args, **kwargs)
        except click.exceptions.Exit:  # with a code that says something of the answer
            answer.print()
            raise
        answer.print()

    return call


def say(sentence: str, *, err: bool = False, **facts: object) -> None:
    """Say a sentence to a person, and what it is about to a program.

    Args:
        sentence: in the language that is spoken, with facts in braces.
        err: whether a person reads it on standard error.
        facts: by their names for programs; those that the sentence leaves out too.
    """
    answer = _programs_answer()
    if answer is None:
        told = {name: worded(value) for name, value in facts.items()}
        echo(sentence.format_map(told) if told else sentence, err=err)
    else:
        answer.facts |= {name: plain(value) for name, value in facts.items()}


def say_now(sentence: str) -> None:
    """Say what somebody needs before the command goes on: to a program's person on standard error."""
    echo(sentence, err=for_programs())


def say_each(name: str, rows: Iterable[Mapping[str, object]], sentence: str, *, err: bool = False) -> None:
    """Say the same sentence of each row; a program gets them as a list under a name."""
    answer, rows = _programs_answer(), [*rows]
    if answer is not None:
        answer.facts[name] = plain(rows)
        return
    for row in rows:
        echo(sentence.format_map({key: worded(value) for key, value in row.items()}), err=err)


def say_facts(*facts: tuple[str, str, object]) -> None:
    """Say facts below each other.

    Args:
        facts: name for programs, heading in the language that is spoken, value; a person doesn't see empty ones.
    """
    answer = _programs_answer()
    if answer is None:
        echo_facts([(heading, worded(value)) for _name, heading, value in facts])
    else:
        answer.facts |= {name: plain(value) for name, _heading, value in facts}


def note(**facts: object) -> None:
    """Tell a program what a person has read otherwise, or needn't know."""
    if (answer := _programs_answer()) is not None:
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
    """Show rows as a table, or as the list that a program gets.

    Args:
        rows: value by name; what has no heading is for programs only.
        headings: by name, in the order of the columns.
        empty: what a person is told where there are none.
        name: under which a program gets them, beside other facts; "" where they are the whole answer.
        right, shrinks, cut: of the table, columns by name.
    """
    answer, rows = _programs_answer(), [*rows]
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
    """Tell whether a program reads the answer."""
    return _programs_answer() is not None


def worded(value: object) -> str:
    """Return a value as a person reads it."""
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
    """Return a value as JSON has it."""
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
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value


def _programs_answer() -> _Answer | None:
    context = click.get_current_context(silent=True)
    answer = context.meta.get(_PLACE) if context else None
    assert answer is None or isinstance(answer, _Answer)
    return answer
