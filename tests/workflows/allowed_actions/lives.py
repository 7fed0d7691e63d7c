"""Helpers that compare the operations offered to an officer with the outcome of calling them."""

from collections.abc import Mapping

from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.operations import OperationGateway
from anninh_core.usecase import Actor

REFUSALS = (BadInput, NotFound, Refused, WrongStep)


def list_offers(gateway: OperationGateway, actor: Actor, noun: str, subject: str, id: str) -> frozenset[str]:
    """Return the operations that are offered to an actor on a record; none if the actor may not see the record."""
    try:
        possible = gateway.call(actor, f"{noun}.can_do", {subject: id})
    except Refused:
        return frozenset()
    return frozenset(step.operation for step in possible.steps)  # type: ignore[attr-defined]


def try_step(gateway: OperationGateway, actor: Actor, operation: str, arguments: Mapping[str, object]) -> str:
    """Call an operation, and return the reason of its refusal, or "" if it succeeded."""
    try:
        gateway.call(actor, operation, arguments)
    except REFUSALS as refusal:
        return f"{type(refusal).__name__}: {refusal}"
    return ""


def list_commands(gateway: OperationGateway, subject: str) -> frozenset[str]:
    """Return the operations that change a record and take its id as the argument `subject`."""
    return frozenset(
        name
        for name, operation in gateway.operations.items()
        if operation.subject == subject and operation.takes_version
    )
