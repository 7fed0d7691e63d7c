"""Trying what is offered, and what isn't."""

from collections.abc import Mapping

from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.operations import Door
from anninh_core.usecase import Actor

REFUSALS = (BadInput, NotFound, Refused, WrongStep)


def list_offers(door: Door, actor: Actor, noun: str, subject: str, id: str) -> frozenset[str]:
    """Return the operations that an actor is offered; none where the record isn't theirs to see."""
    try:
        answer = door.call(actor, f"{noun}.can_do", {subject: id})
    except Refused:
        return frozenset()
    return frozenset(step.operation for step in answer.steps)  # type: ignore[attr-defined]


def try_step(door: Door, actor: Actor, operation: str, arguments: Mapping[str, object]) -> str:
    """Carry an operation out; return why it was refused, "" where it wasn't."""
    try:
        door.call(actor, operation, arguments)
    except REFUSALS as refusal:
        return f"{type(refusal).__name__}: {refusal}"
    return ""


def commands_on(door: Door, subject: str) -> frozenset[str]:
    """Return the operations that change a record which an argument of this name names first."""
    return frozenset(
        name for name, operation in door.operations.items() if operation.subject == subject and operation.takes_version
    )
