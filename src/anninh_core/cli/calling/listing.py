"""Output of `anninh call --list`: operations and their flags."""

from collections.abc import Iterable
from gettext import gettext as _
from typing import Any

from anninh_core.cli.calling.flags import CommandFlag, build_flags
from anninh_core.cli.output import TextTable, echo, echo_json
from anninh_core.operations.operation import Operation


def show_operations(operations: Iterable[Operation], *, as_json: bool) -> None:
    """Print operations with kind, permission, summary, and marks for a journal entry (`T`) and a second factor
    (`2`).
    """
    listed = [*operations]
    if as_json:
        echo_json([build_operation_data(operation) for operation in listed])
        return
    rows = [
        (
            operation.name,
            operation.kind.value,
            operation.permission.value,
            _describe_marks(operation),
            operation.summary,
        )
        for operation in listed
    ]
    headings = (_("operation"), _("kind"), _("permission"), "", _("what it does"))
    shrinks = headings[:3]
    TextTable(headings=headings, rows=rows, shrinks=shrinks, cut=True, empty=_("There is no such operation.")).echo()


def show_operation(operation: Operation, *, as_json: bool) -> None:
    """Print one operation with its flags."""
    if as_json:
        echo_json(build_operation_data(operation))
        return
    echo(f"anninh call {operation.name}{' ID' if operation.subject else ''} [--FLAG …]\n\n{operation.summary}")
    if operation.description:
        echo(f"\n{operation.description}")
    needs = ", ".join(permission.value for permission in (operation.permission, *operation.needs))
    requirements = _("{kind}; needs {permissions}").format(kind=operation.kind.value, permissions=needs)
    echo(f"\n{requirements}{_describe_conditions(operation)}\n")
    rows = [
        (f"--{flag.word}", _describe_flag(flag, operation), flag.takes or "-")
        for flag in build_flags(operation).values()
    ]
    TextTable(headings=(_("flag"), "", _("takes")), rows=rows, empty=_("It takes no arguments.")).echo()


def build_operation_data(operation: Operation) -> dict[str, Any]:
    """Return an operation as JSON data."""
    return {
        "name": operation.name,
        "kind": operation.kind.value,
        "permission": operation.permission.value,
        "needs": [permission.value for permission in operation.needs],
        "traced": operation.traced,
        "step_up": operation.step_up,
        "subject": operation.subject,
        "summary": operation.summary,
        "arguments": [
            {"name": flag.name, "takes": flag.takes, "required": flag.is_required, "repeats": flag.is_repeatable}
            for flag in build_flags(operation).values()
        ],
    }


def _describe_marks(operation: Operation) -> str:
    return " ".join(word for word, holds in (("T", operation.traced), ("2", operation.step_up)) if holds)


def _describe_conditions(operation: Operation) -> str:
    traced = "; " + _("leaves an entry in the journal before it answers") if operation.traced else ""
    return traced + ("; " + _("needs an officer who has just shown a second factor") if operation.step_up else "")


def _describe_flag(flag: CommandFlag, operation: Operation) -> str:
    notes = (_("needed") if flag.is_required else "", _("repeats") if flag.is_repeatable else "")
    return ", ".join(filter(None, (*notes, _("or as ID") if flag.name == operation.subject else "")))
