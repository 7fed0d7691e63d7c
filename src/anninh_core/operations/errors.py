"""Errors in the arguments of an operation."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence


@frozen
class ArgumentError:
    """An error in an argument of an operation.

    Attributes:
        path: path of the argument, such as `piece.units[0]`; "" for all of them.
        message: the fault, a sentence without the argument's name.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else str(self.message)


class BadArguments(BadInput):
    """Arguments of an operation are invalid. Nothing was done.

    Attributes:
        errors: all errors, in the order of the operation's arguments.
    """

    def __init__(self, operation: str, errors: Sequence[ArgumentError]) -> None:
        super().__init__(
            "{operation} doesn't accept these arguments: {faults}.",
            operation=operation,
            faults=tuple(
                Sentence("{argument}: {problem}", argument=error.path, problem=error.message)
                if error.path
                else error.message
                for error in errors
            ),
        )
        self.operation = operation
        self.errors: tuple[ArgumentError, ...] = tuple(errors)
