"""The result of handing over an officer's work to a successor, for one module."""

from attrs import frozen


@frozen
class HandOverResult:
    """The records of one module that were transferred to the successor of a leaving officer.

    Attributes:
        moved: number of records.
        left: units of the records that can't move, since no permitted successor was named.
    """

    moved: int
    left: tuple[str, ...] = ()
