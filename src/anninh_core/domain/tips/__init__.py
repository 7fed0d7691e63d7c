"""Tips: from a resident's words to an answered, closed case."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.tips.clocks.deadlines import Deadline, compute_deadlines, warn_at
    from anninh_core.domain.tips.clocks.decisions import TipClocks
    from anninh_core.domain.tips.clocks.explanation import clock_state, explain_clock
    from anninh_core.domain.tips.clocks.model import ClockDecision, Wait
    from anninh_core.domain.tips.clocks.overdue import count_overdue, is_open_on
    from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
    from anninh_core.domain.tips.clocks.states import DeadlineState, DecisionKind
    from anninh_core.domain.tips.handling import TipHandling
    from anninh_core.domain.tips.handling.slips import SLIP_SERIES
    from anninh_core.domain.tips.handling.subcase import SUBCASE, Subcase
    from anninh_core.domain.tips.incidents.kind import INCIDENT
    from anninh_core.domain.tips.incidents.model import Incident
    from anninh_core.domain.tips.incidents.service import Incidents, ShownIncident
    from anninh_core.domain.tips.incidents.states import ReporterRole
    from anninh_core.domain.tips.intake import TipIntake
    from anninh_core.domain.tips.kind import TIP, tip_columns, tip_facts
    from anninh_core.domain.tips.lists.queries import TipQueries
    from anninh_core.domain.tips.model import Tip
    from anninh_core.domain.tips.receipts import receipt_from
    from anninh_core.domain.tips.replies import notify_reporter
    from anninh_core.domain.tips.service import Tips
    from anninh_core.domain.tips.sorting.duplicates import Likeness, SimilarTip, find_duplicates
    from anninh_core.domain.tips.sorting.places import PlaceSuggestion, find_places
    from anninh_core.domain.tips.sorting.routing import (
        RouteChange,
        RoutingSimulation,
        RuleTrial,
        explain_route,
        suggest_route,
    )
    from anninh_core.domain.tips.sorting.service import Sources, TipSorting
    from anninh_core.domain.tips.states import SETTLED_STATES, SubcaseState, TipState, state_type
    from anninh_core.domain.tips.values import Settlement

__all__ = [
    "INCIDENT",
    "SETTLED_STATES",
    "SLIP_SERIES",
    "SUBCASE",
    "TIP",
    "ClockDecision",
    "Deadline",
    "DeadlineState",
    "DecisionKind",
    "Incident",
    "Incidents",
    "Likeness",
    "PlaceSuggestion",
    "ReporterRole",
    "RouteChange",
    "RoutingSimulation",
    "RuleTrial",
    "Settlement",
    "ShownIncident",
    "SimilarTip",
    "Sources",
    "Subcase",
    "SubcaseState",
    "Tip",
    "TipClocks",
    "TipHandling",
    "TipIntake",
    "TipQueries",
    "TipSorting",
    "TipState",
    "Tips",
    "Wait",
    "clock_state",
    "compute_deadlines",
    "count_overdue",
    "explain_clock",
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
    "warn_at",
]

lazy(
    __name__,
    {
        "ClockDecision": "clocks.model",
        "Deadline": "clocks.deadlines",
        "DeadlineState": "clocks.states",
        "DecisionKind": "clocks.states",
        "INCIDENT": "incidents.kind",
        "Incident": "incidents.model",
        "Incidents": "incidents.service",
        "Likeness": "sorting.duplicates",
        "PlaceSuggestion": "sorting.places",
        "ReporterRole": "incidents.states",
        "RouteChange": "sorting.routing",
        "RoutingSimulation": "sorting.routing",
        "RuleTrial": "sorting.routing",
        "SETTLED_STATES": "states",
        "SLIP_SERIES": "handling.slips",
        "SUBCASE": "handling.subcase",
        "Settlement": "values",
        "ShownIncident": "incidents.service",
        "SimilarTip": "sorting.duplicates",
        "Sources": "sorting.service",
        "Subcase": "handling.subcase",
        "SubcaseState": "states",
        "TIP": "kind",
        "Tip": "model",
        "TipClocks": "clocks.decisions",
        "TipHandling": "handling",
        "TipIntake": "intake",
        "TipQueries": "lists.queries",
        "TipSorting": "sorting.service",
        "TipState": "states",
        "Tips": "service",
        "Wait": "clocks.model",
        "clock_state": "clocks.explanation",
        "compute_deadlines": "clocks.deadlines",
        "count_overdue": "clocks.overdue",
        "explain_clock": "clocks.explanation",
        "explain_route": "sorting.routing",
        "find_duplicates": "sorting.duplicates",
        "find_places": "sorting.places",
        "is_open_on": "clocks.overdue",
        "notify_reporter": "replies",
        "receipt_from": "receipts",
        "recompute_deadlines": "clocks.recomputation",
        "state_type": "states",
        "suggest_route": "sorting.routing",
        "tip_columns": "kind",
        "tip_facts": "kind",
        "warn_at": "clocks.deadlines",
    },
)
