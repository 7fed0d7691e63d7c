"""What is printed of an answer: a table, facts, a sentence, or JSON."""

import json
from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

from anninh_core.cli.frame.declaration import AnswerTable, Column, Done, Facts
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.output import TextTable, echo, echo_facts, echo_json


def show(desk: Desk, shows: AnswerTable | Facts | Done, answer: Any, *, as_json: bool) -> None:
    """Print an answer.

    Args:
        answer: a view, a page, a list, or None.
        as_json: whether a program reads it.
    """
    if as_json:
        echo_json(json.loads(desk.door.encode(answer)))
        return
    match shows:
        case AnswerTable():
            _show_table(desk, shows, answer)
        case Facts():
            echo_facts(list_facts(desk, shows.columns, answer))
        case Done():
            echo(_(shows.sentence).format_map(desk.labels.of_sentence(answer)))


def list_facts(desk: Desk, columns: Sequence[Column], view: Any) -> list[tuple[str, str]]:
    """Return the facts of a view with their headings."""
    return [(_(column.heading), column.cell(desk.labels, view)) for column in columns]


def _show_table(desk: Desk, table: AnswerTable, answer: Any) -> None:
    listed = answer if isinstance(answer, list | tuple) else answer.items
    rows = [tuple(column.cell(desk.labels, view) for column in table.columns) for view in listed]
    TextTable(
        headings=[_(column.heading) for column in table.columns],
        rows=rows,
        right=[_(column.heading) for column in table.columns if column.right],
        shrinks=[_(column.heading) for column in table.columns if column.shrinks],
        cut=True,
        empty=_(table.empty),
    ).echo()
    if following := getattr(answer, "next", ""):
        echo(_("There are more; go on with --after {cursor}").format(cursor=following), err=True)
