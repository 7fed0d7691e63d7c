"""Tips: from a resident's words to an answered, closed case."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.tips.deadlines import Deadline, compute_deadlines, due
    from anninh_core.domain.tips.handling import TipHandling
    from anninh_core.domain.tips.intake import TipIntake
    from anninh_core.domain.tips.kind import TIP, tip_columns, tip_facts
    from anninh_core.domain.tips.model import SETTLED_STATES, Settlement, Tip, TipState, state_type
    from anninh_core.domain.tips.overdue import count_overdue, is_open_on
    from anninh_core.domain.tips.queries import TipQueries
    from anninh_core.domain.tips.receipts import receipt_from
    from anninh_core.domain.tips.replies import notify_reporter
    from anninh_core.domain.tips.rules import recompute_deadlines
    from anninh_core.domain.tips.service import Tips
    from anninh_core.domain.tips.sorting.duplicates import Likeness, find_duplicates
    from anninh_core.domain.tips.sorting.places import PlaceSuggestion, find_places
    from anninh_core.domain.tips.sorting.routing import (
        RouteChange,
        RoutingSimulation,
        RuleTrial,
        explain_route,
        suggest_route,
    )
    from anninh_core.domain.tips.sorting.service import Sources, TipSorting

__all__ = [
    "SETTLED_STATES",
    "TIP",
    "Deadline",
    "Likeness",
    "PlaceSuggestion",
    "RouteChange",
    "RoutingSimulation",
    "RuleTrial",
    "Settlement",
    "Sources",
    "Tip",
    "TipHandling",
    "TipIntake",
    "TipQueries",
    "TipSorting",
    "TipState",
    "Tips",
    "compute_deadlines",
    "count_overdue",
    "due",
    "explain_route",
    "find_duplicates",
    "find_places",
    "is_open_on",
    "notify_reporter",
    "receipt_from",
    "recompute_deadlines",
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
        "Likeness": "sorting.duplicates",
        "PlaceSuggestion": "sorting.places",
        "RouteChange": "sorting.routing",
        "RoutingSimulation": "sorting.routing",
        "RuleTrial": "sorting.routing",
        "Settlement": "model",
        "Sources": "sorting.service",
        "TIP": "kind",
        "Tip": "model",
        "TipHandling": "handling",
        "TipIntake": "intake",
        "TipQueries": "queries",
        "TipSorting": "sorting.service",
        "TipState": "model",
        "Tips": "service",
        "compute_deadlines": "deadlines",
        "count_overdue": "overdue",
        "due": "deadlines",
        "explain_route": "sorting.routing",
        "find_duplicates": "sorting.duplicates",
        "find_places": "sorting.places",
        "is_open_on": "overdue",
        "notify_reporter": "replies",
        "receipt_from": "receipts",
        "recompute_deadlines": "rules",
        "state_type": "model",
        "suggest_route": "sorting.routing",
        "tip_columns": "kind",
        "tip_facts": "kind",
    },
)
