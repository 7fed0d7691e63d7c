"""What an error becomes on its way to whoever asked over HTTP: a status, a code, and a sentence for people."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.web.api.problems.problem import to_problem
    from anninh_core.web.api.problems.statuses import STATUS_CODES, status_of

__all__ = ["STATUS_CODES", "status_of", "to_problem"]

lazy(
    __name__,
    {
        "STATUS_CODES": "statuses",
        "status_of": "statuses",
        "to_problem": "problem",
    },
)
