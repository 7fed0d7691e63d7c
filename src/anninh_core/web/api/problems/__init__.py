"""What an error becomes on its way to whoever asked over HTTP: a status, a code, and a sentence for people."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.web.api.problems.problem import to_problem
    from anninh_core.web.api.problems.sentences import Language, choose_language
    from anninh_core.web.api.problems.statuses import STATUS_CODES, code_of, status_of

__all__ = ["STATUS_CODES", "Language", "choose_language", "code_of", "status_of", "to_problem"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Language": "sentences",
        "STATUS_CODES": "statuses",
        "choose_language": "sentences",
        "code_of": "statuses",
        "status_of": "statuses",
        "to_problem": "problem",
    },
)
