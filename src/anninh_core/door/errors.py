"""What is wrong with the arguments of an operation."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.kernel.errors import BadInput


@frozen
class ArgumentError:
    """One thing that is wrong.

    Attributes:
        path: of the argument, such as `piece.units[0]`; "" for all of them.
        message: what is wrong with it, in a sentence without its name.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class BadArguments(BadInput):
    """Arguments don't fit an operation. Nothing was done.

    Attributes:
        errors: all that is wrong, in the order of the operation's arguments.
    """

    def __init__(self, operation: str, errors: Sequence[ArgumentError]) -> None:
        super().__init__(f"{operation} can't be called so: " + "; ".join(map(str, errors)))
        self.operation = operation
        self.errors: tuple[ArgumentError, ...] = tuple(errors)
