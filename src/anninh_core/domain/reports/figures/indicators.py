"""The register of indicators: what each number of a report is made of.

Names, definitions and units of measure are wording of the profile: `indicator.<id>`, `indicator.<id>.definition`,
`measure.<measure>`.
"""

from collections.abc import Iterable, Mapping

from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.plan import CounterTerm, Indicator, IndicatorSpan

Register = Mapping[str, Indicator]


def register(*groups: Iterable[Indicator]) -> Register:
    """Return a register of indicators, in order.

    Raises:
        BadInput: an id used twice, or one with a point, which is kept for the groups of a split indicator.
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


def _flow(id: str, measure: str, counter: str = "", **only: str) -> Indicator:
    return Indicator(id=id, measure=measure, counts=(CounterTerm(counter or id, 1, tuple(only.items())),))


def _stock(id: str, measure: str, *counts: CounterTerm) -> Indicator:
    return Indicator(id=id, measure=measure, span=IndicatorSpan.STOCK, counts=counts or (CounterTerm(id),))


_BALANCE = (CounterTerm("tips_received"), CounterTerm("tips_resolved", -1), CounterTerm("tips_transferred", -1))
_ENDED = (CounterTerm("tips_resolved"), CounterTerm("tips_transferred"))
_ENDED_IN_TIME = tuple(CounterTerm(count.counter, 1, (("in_time", "yes"),)) for count in _ENDED)

GROUPS = (
    _stock("groups_total", "group", CounterTerm("groups_new"), CounterTerm("groups_closed", -1)),
    _flow("groups_new", "group"),
    _stock("members_total", "person"),
    _stock("areas_covered", "area"),
    _stock("boards_filled", "group"),
)

CONTENT = (
    _flow("items_published", "item"),
    _flow("items_rejected", "item"),
    _flow("broadcast_posts", "post"),
    _flow("corrections", "item"),
)

TIPS = (
    Indicator(id="tips_opening", measure="tip", span=IndicatorSpan.OPENING, counts=_BALANCE),
    _flow("tips_received", "tip"),
    Indicator(id="tips_by_category", measure="tip", counts=(CounterTerm("tips_received"),), split="category"),
    _flow("tips_resolved", "tip"),
    _flow("tips_unfounded", "tip", "tips_resolved", outcome="unfounded"),
    _flow("tips_duplicate", "tip", "tips_resolved", outcome="duplicate"),
    _flow("tips_false", "tip"),
    _flow("tips_answered", "tip"),
    _flow("tips_transferred", "tip"),
    Indicator(id="tips_closing", measure="tip", span=IndicatorSpan.STOCK, counts=_BALANCE),
    Indicator(id="tips_in_time", measure="tip", counts=_ENDED_IN_TIME),
    Indicator(id="tips_overdue", measure="tip", query="tips_overdue"),
    # What is overdue and still open counts as not in time, or waiting would improve the share.
    Indicator(
        id="tips_in_time_share", measure="percent", counts=_ENDED_IN_TIME, over=_ENDED, over_query="tips_overdue"
    ),
    _flow("tips_valuable", "tip"),
    _flow("incidents", "incident"),
    _flow("inquiries_received", "question"),
    _flow("inquiries_answered", "question"),
    _flow("inquiries_at_once", "question"),
    Indicator(
        id="inquiries_at_once_share",
        measure="percent",
        counts=(CounterTerm("inquiries_at_once"),),
        over=(CounterTerm("inquiries_answered"),),
    ),
    _flow("moderated", "case"),
    _flow("appeals", "case"),
)

PROGRAMME = (
    _flow("plans_issued", "document"),
    _flow("milestones_done", "unit"),
    _flow("urges", "time"),
    _flow("difficulties_raised", "case"),
    _flow("difficulties_answered", "case"),
    _flow("trainings", "class"),
    _flow("training_attendance", "person"),
    _flow("inspections", "time"),
    _flow("campaigns", "campaign"),
    _flow("people_mobilised", "person"),
)

BUILT_IN = register(GROUPS, CONTENT, TIPS, PROGRAMME)
"""What every installation counts. A profile adds its own."""

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
"""Counters that indicators may be made of -> by what each is told apart. Others are the program's own."""
