"""What is said of a hand-over: what moved, and what nobody would have."""

from attrs import frozen


@frozen
class Passed:
    """What one module moved.

    Attributes:
        moved: how many records went to the successor.
        left: unit of each that can't: nobody was named who may have it.
    """

    moved: int
    left: tuple[str, ...] = ()
