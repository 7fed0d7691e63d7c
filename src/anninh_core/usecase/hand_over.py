"""What handing over an officer's work comes to, subject by subject."""

from attrs import frozen


@frozen
class Passed:
    """What one module gave to the successor of an officer who leaves.

    Attributes:
        moved: how many records.
        left: unit of each that can't move: nobody was named who may have it.
    """

    moved: int
    left: tuple[str, ...] = ()
