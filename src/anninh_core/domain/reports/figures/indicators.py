"""The register of indicators: how each number of a report is computed.

Names, definitions and units of measure are wording of the profile: `indicator.<id>`, `indicator.<id>.definition`,
`measure.<measure>`.
"""

from collections.abc import Iterable, Mapping

from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.plan import CounterTerm, Indicator, IndicatorSpan

Register = Mapping[str, Indicator]


def build_register(*groups: Iterable[Indicator]) -> Register:
    """Return a register of indicators, in order.

    Raises:
        BadInput: an id used twice, or one with a point, which is reserved for the groups of a split indicator.
    """
    indicators: dict[str, Indicator] = {}
    for indicator in (member for group in groups for member in group):
        if indicator.id in indicators:
            raise BadInput(
                "Indicator {indicator!r} is registered twice: give one of them another id.", indicator=indicator.id
            )
        if "." in indicator.id:
            raise BadInput("The id of indicator {indicator!r} contains a point: use _ instead.", indicator=indicator.id)
        indicators[indicator.id] = indicator
    return indicators


def _build_flow(id: str, measure: str, counter: str = "", **only: str) -> Indicator:
    return Indicator(id=id, measure=measure, counts=(CounterTerm(counter or id, 1, tuple(only.items())),))


def _build_stock(id: str, measure: str, *counts: CounterTerm) -> Indicator:
    return Indicator(id=id, measure=measure, span=IndicatorSpan.STOCK, counts=counts or (CounterTerm(id),))


_BALANCE = (CounterTerm("tips_received"), CounterTerm("tips_resolved", -1), CounterTerm("tips_transferred", -1))
_ENDED = (CounterTerm("tips_resolved"), CounterTerm("tips_transferred"))
_ENDED_IN_TIME = tuple(CounterTerm(count.counter, 1, (("in_time", "yes"),)) for count in _ENDED)

GROUPS = (
    _build_stock("groups_total", "group", CounterTerm("groups_new"), CounterTerm("groups_closed", -1)),
    _build_flow("groups_new", "group"),
    _build_stock("members_total", "person"),
    _build_stock("areas_covered", "area"),
    _build_stock("boards_filled", "group"),
)

CONTENT = (
    _build_flow("items_published", "item"),
    _build_flow("items_rejected", "item"),
    _build_flow("broadcast_posts", "post"),
    _build_flow("corrections", "item"),
)

TIPS = (
    Indicator(id="tips_opening", measure="tip", span=IndicatorSpan.OPENING, counts=_BALANCE),
    _build_flow("tips_received", "tip"),
    Indicator(id="tips_by_category", measure="tip", counts=(CounterTerm("tips_received"),), split="category"),
    _build_flow("tips_resolved", "tip"),
    _build_flow("tips_unfounded", "tip", "tips_resolved", outcome="unfounded"),
    _build_flow("tips_duplicate", "tip", "tips_resolved", outcome="duplicate"),
    _build_flow("tips_false", "tip"),
    _build_flow("tips_answered", "tip"),
    _build_flow("tips_transferred", "tip"),
    Indicator(id="tips_closing", measure="tip", span=IndicatorSpan.STOCK, counts=_BALANCE),
    Indicator(id="tips_in_time", measure="tip", counts=_ENDED_IN_TIME),
    Indicator(id="tips_overdue", measure="tip", query="tips_overdue"),
    # Overdue open tips count as not in time, since otherwise waiting would improve the share.
    Indicator(
        id="tips_in_time_share", measure="percent", counts=_ENDED_IN_TIME, over=_ENDED, over_query="tips_overdue"
    ),
    _build_flow("tips_valuable", "tip"),
    _build_flow("incidents", "incident"),
    _build_flow("inquiries_received", "question"),
    _build_flow("inquiries_answered", "question"),
    _build_flow("inquiries_at_once", "question"),
    Indicator(
        id="inquiries_at_once_share",
        measure="percent",
        counts=(CounterTerm("inquiries_at_once"),),
        over=(CounterTerm("inquiries_answered"),),
    ),
    _build_flow("moderated", "case"),
    _build_flow("appeals", "case"),
)

PROGRAMME = (
    _build_flow("plans_issued", "document"),
    _build_flow("milestones_done", "unit"),
    _build_flow("urges", "time"),
    _build_flow("difficulties_raised", "case"),
    _build_flow("difficulties_answered", "case"),
    _build_flow("trainings", "class"),
    _build_flow("training_attendance", "person"),
    _build_flow("inspections", "time"),
    _build_flow("campaigns", "campaign"),
    _build_flow("people_mobilised", "person"),
)

BUILT_IN = build_register(GROUPS, CONTENT, TIPS, PROGRAMME)
"""The indicators of every installation. A profile adds its own."""

COUNTERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("groups_new", "groups_closed", "members_total"), ("kind",)),
    **dict.fromkeys(("areas_covered", "boards_filled"), ()),
    "items_published": ("category",),
    **dict.fromkeys(("items_rejected", "broadcast_posts", "corrections"), ()),
    "tips_received": ("category", "origin"),
    **dict.fromkeys(("tips_resolved", "tips_transferred"), ("category", "in_time", "outcome")),
    "tips_valuable": ("category",),
    "tips_false": ("category", "reason"),
    "tips_answered": (),
    "incidents": (),
    **dict.fromkeys(("inquiries_received", "inquiries_answered", "inquiries_at_once"), ()),
    "moderated": ("action", "rule"),
    "appeals": ("state",),
    **dict.fromkeys(("plans_issued", "milestones_done", "urges", "difficulties_raised", "difficulties_answered"), ()),
    **dict.fromkeys(("trainings", "training_attendance", "inspections", "campaigns", "people_mobilised"), ()),
}
"""Counters that indicators may use, with the dimensions of each counter. Other counters are internal."""
