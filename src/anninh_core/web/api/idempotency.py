"""`Idempotency-Key`: a command that is sent again is carried out once."""

from collections.abc import Mapping

from starlette.responses import Response

from anninh_core.door import Door, Operation
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.permits import UseCaseKind
from anninh_core.web.api.replies import to_reply


def takes_key(operation: Operation) -> bool:
    """Tell whether an operation changes something that may be replayed; a disclosure never is."""
    discloses = operation.step_up and operation.name.startswith("identity.")
    return operation.kind is not UseCaseKind.QUERY and not discloses


class Replays:
    """Carries commands out under keys of their callers."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def carry_out(
        self, actor: Actor, operation: Operation, key: str, body: bytes, arguments: Mapping[str, object]
    ) -> Response:
        """Carry a command out, or answer what became of it."""
        return to_reply(self._door, self._door.call(actor.with_request(key), operation.name, arguments))
