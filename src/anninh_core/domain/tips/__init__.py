"""Tips: from a resident's words to an answered, closed case."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.tips.deadlines import Deadline, compute_deadlines, due
    from anninh_core.domain.tips.handling import TipHandling
    from anninh_core.domain.tips.handling.slips import SLIP_SERIES
    from anninh_core.domain.tips.handling.subcase import SUBCASE, Subcase, SubcaseState
    from anninh_core.domain.tips.intake import TipIntake
    from anninh_core.domain.tips.kind import TIP, tip_columns, tip_facts
    from anninh_core.domain.tips.model import SETTLED_STATES, Settlement, Tip, TipState, state_type
    from anninh_core.domain.tips.overdue import count_overdue, is_open_on
    from anninh_core.domain.tips.queries import TipQueries
    from anninh_core.domain.tips.receipts import receipt_from
    from anninh_core.domain.tips.replies import notify_reporter
    from anninh_core.domain.tips.rules import (
        find_duplicates,
        recompute_deadlines,
        similarity,
        suggest_route,
    )
    from anninh_core.domain.tips.service import Tips

__all__ = [
    "SETTLED_STATES",
    "SLIP_SERIES",
    "SUBCASE",
    "TIP",
    "Deadline",
    "Settlement",
    "Subcase",
    "SubcaseState",
    "Tip",
    "TipHandling",
    "TipIntake",
    "TipQueries",
    "TipState",
    "Tips",
    "compute_deadlines",
    "count_overdue",
    "due",
    "find_duplicates",
    "is_open_on",
    "notify_reporter",
    "receipt_from",
    "recompute_deadlines",
    "similarity",
    "state_type",
    "suggest_route",
    "tip_columns",
    "tip_facts",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Deadline": "deadlines",
        "SETTLED_STATES": "model",
        "SLIP_SERIES": "handling.slips",
        "SUBCASE": "handling.subcase",
        "Settlement": "model",
        "Subcase": "handling.subcase",
        "SubcaseState": "handling.subcase",
        "TIP": "kind",
        "Tip": "model",
        "TipHandling": "handling",
        "TipIntake": "intake",
        "TipQueries": "queries",
        "TipState": "model",
        "Tips": "service",
        "compute_deadlines": "deadlines",
        "count_overdue": "overdue",
        "due": "deadlines",
        "find_duplicates": "rules",
        "is_open_on": "overdue",
        "notify_reporter": "replies",
        "receipt_from": "receipts",
        "recompute_deadlines": "rules",
        "similarity": "rules",
        "state_type": "model",
        "suggest_route": "rules",
        "tip_columns": "kind",
        "tip_facts": "kind",
    },
)
