"""Output of a result as a table, as facts, as a sentence, or as JSON."""

import json
from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

from anninh_core.cli.frame.declaration import AnswerTable, Column, Done, Facts, PlainAnswer, RecordState, Shows
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.language.phrasing import translate_sentence
from anninh_core.cli.output import TextTable, echo, echo_facts, echo_json, make_one_line

_NAMES = ("receipt", "number", "title", "name", "id")
"""Names of the fields that may name a record, the best first."""


def output_result(desk: Desk, shows: Shows, answer: Any, *, as_json: bool) -> None:
    """Print the result of a command.

    Args:
        answer: a view, a page, a list, or None.
        as_json: whether a program reads the output.
    """
    if as_json:
        echo_json(json.loads(desk.gateway.encode(answer)))
        return
    match shows:
        case AnswerTable():
            _show_table(desk, shows, answer)
        case Facts():
            echo_facts(list_facts(desk, shows.columns, answer))
        case Done():
            echo(_(shows.sentence).format_map(desk.labels.build_placeholders(answer)))
            echo_facts(list_facts(desk, shows.facts, answer))
        case RecordState():
            echo(_describe_state(desk, answer))
        case PlainAnswer():
            for line in answer if isinstance(answer, list | tuple) else [answer]:
                echo(make_one_line(translate_sentence(desk.labels.value("", line))))


def _describe_state(desk: Desk, answer: Any) -> str:
    """Return the name and state of the record after an act, as far as the view has them."""
    name = next((name for name in _NAMES if getattr(answer, name, "")), "")
    record_name = make_one_line(desk.labels.field(answer, name)) if name else ""
    state = desk.labels.field(answer, "state")
    return (
        f"{record_name}: {state}."
        if record_name and state
        else _("{name}: done.").format(name=record_name)
        if record_name
        else _("Done.")
    )


def list_facts(desk: Desk, columns: Sequence[Column], view: Any) -> list[tuple[str, str]]:
    """Return the facts of a view with their headings."""
    return [(_(column.heading), column.cell(desk.labels, view)) for column in columns]


def _show_table(desk: Desk, table: AnswerTable, answer: Any) -> None:
    views = answer if isinstance(answer, list | tuple) else answer.items
    cells = {column: [column.cell(desk.labels, view) for view in views] for column in table.columns}
    columns = [column for column, texts in cells.items() if any(texts)] or table.columns
    TextTable(
        headings=[_(column.heading) for column in columns],
        rows=[*zip(*(cells[column] for column in columns), strict=True)],
        right=[_(column.heading) for column in columns if column.right],
        shrinks=[_(column.heading) for column in columns if column.shrinks],
        cut=True,
        empty=_(table.empty),
    ).echo()
    if cursor := getattr(answer, "next", ""):
        echo(_("There are more; go on with --after {cursor}").format(cursor=cursor), err=True)
