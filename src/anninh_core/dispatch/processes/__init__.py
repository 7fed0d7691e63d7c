"""Processes over several rooms, each in one commit."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.dispatch.processes.advising import Advising
    from anninh_core.dispatch.processes.founding import Founding
    from anninh_core.dispatch.processes.marking import Marking
    from anninh_core.dispatch.processes.moderating import Moderating
    from anninh_core.dispatch.processes.papers import Papers
    from anninh_core.dispatch.processes.posting import Posting, TaskSheets
    from anninh_core.dispatch.processes.publishing import Publishing
    from anninh_core.dispatch.processes.withdrawing import Withdrawing

__all__ = [
    "Advising",
    "Founding",
    "Marking",
    "Moderating",
    "Papers",
    "Posting",
    "Publishing",
    "TaskSheets",
    "Withdrawing",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Advising": "advising",
        "Founding": "founding",
        "Marking": "marking",
        "Moderating": "moderating",
        "Papers": "papers",
        "Posting": "posting",
        "Publishing": "publishing",
        "TaskSheets": "posting",
        "Withdrawing": "withdrawing",
    },
)
