"""What `anninh call --list` shows."""

from collections.abc import Iterable
from typing import Any

from anninh_core.cli.calling.flags import CommandFlag, flags_of
from anninh_core.cli.output import TextTable, echo, echo_json
from anninh_core.door import Operation


def show_operations(operations: Iterable[Operation], *, as_json: bool) -> None:
    """Print operations with kind, permission, and what each leaves in the journal or asks for."""
    shown = [*operations]
    if as_json:
        echo_json([operation_data(operation) for operation in shown])
        return
    rows = [(one.name, one.kind.value, one.permission.value, _marks(one), one.summary) for one in shown]
    headings = ("operation", "kind", "permission", "", "what it does")
    TextTable(headings=headings, rows=rows, cut=True, empty="There is no such operation.").echo()


def show_operation(operation: Operation, *, as_json: bool) -> None:
    """Print one operation with its flags."""
    if as_json:
        echo_json(operation_data(operation))
        return
    echo(f"anninh call {operation.name}{' ID' if operation.subject else ''} [--FLAG …]\n\n{operation.summary}")
    if operation.description:
        echo(f"\n{operation.description}")
    needs = ", ".join(one.value for one in (operation.permission, *operation.needs))
    echo(f"\n{operation.kind.value}; needs {needs}{_in_words(operation)}\n")
    rows = [(f"--{flag.word}", _said(flag, operation), flag.takes or "-") for flag in flags_of(operation).values()]
    TextTable(headings=("flag", "", "takes"), rows=rows, empty="It takes no arguments.").echo()


def operation_data(operation: Operation) -> dict[str, Any]:
    """Return an operation for programs."""
    return {
        "name": operation.name,
        "kind": operation.kind.value,
        "permission": operation.permission.value,
        "needs": [one.value for one in operation.needs],
        "traced": operation.traced,
        "step_up": operation.step_up,
        "subject": operation.subject,
        "summary": operation.summary,
        "arguments": [
            {"name": flag.name, "takes": flag.takes, "required": flag.is_required, "repeats": flag.repeats}
            for flag in flags_of(operation).values()
        ],
    }


def _marks(operation: Operation) -> str:
    return " ".join(word for word, holds in (("T", operation.traced), ("2", operation.step_up)) if holds)


def _in_words(operation: Operation) -> str:
    traced = "; leaves an entry in the journal before it answers" if operation.traced else ""
    return traced + ("; takes somebody who has just shown a second factor" if operation.step_up else "")


def _said(flag: CommandFlag, operation: Operation) -> str:
    said = ("needed" if flag.is_required else "", "repeats" if flag.repeats else "")
    return ", ".join(filter(None, (*said, "or as ID" if flag.name == operation.subject else "")))
