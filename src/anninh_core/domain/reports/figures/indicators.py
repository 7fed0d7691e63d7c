"""The register of indicators: what each number of a report is made of.

Names, definitions and units of measure are wording of the profile: `indicator.<id>`, `indicator.<id>.definition`,
`measure.<measure>`.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from attrs import frozen

from anninh_core.kernel.errors import BadInput


class Span(StrEnum):
    """Which days an indicator counts."""

    FLOW = "flow"
    """What happened in the period."""
    OPENING = "opening"
    """What had gathered before its first day."""
    STOCK = "stock"
    """What had gathered by its last day: balances, and gauges that are kept as differences."""


@frozen
class Count:
    """One counter, added or taken away.

    Attributes:
        only: (dimension, value) pairs that must all fit; empty counts everything.
    """

    counter: str
    sign: int = 1
    only: tuple[tuple[str, str], ...] = ()

    def fits(self, dims: Mapping[str, str]) -> bool:
        """Tell whether an amount with these dimensions is counted."""
        return not self.only or all(dims.get(key) == value for key, value in self.only)


@frozen(kw_only=True)
class Indicator:
    """A number of the reports.

    Attributes:
        measure: key of its unit of measure.
        counts: counters it is the sum of.
        over: counters of the whole it is a share of; a share is recomputed from its parts, never averaged.
        split: dimension by which it is told apart, "" for none.
        query, over_query: names of dated questions to the records, answered by whoever keeps them; added to `counts`
            and `over`.
    """

    id: str
    measure: str
    span: Span = Span.FLOW
    counts: tuple[Count, ...] = ()
    over: tuple[Count, ...] = ()
    split: str = ""
    query: str = ""
    over_query: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage."""
        return bool(self.over or self.over_query)

    @property
    def counters(self) -> frozenset[str]:
        """Every counter it reads."""
        return frozenset(count.counter for count in (*self.counts, *self.over))

    @property
    def queries(self) -> frozenset[str]:
        """Every dated question it asks."""
        return frozenset(name for name in (self.query, self.over_query) if name)


Register = Mapping[str, Indicator]


def register(*groups: Iterable[Indicator]) -> Register:
    """Return a register of indicators, in order.

    Raises:
        BadInput: an id used twice, or one with a point, which is kept for the groups of a split indicator.
    """
    indicators: dict[str, Indicator] = {}
    for indicator in (member for group in groups for member in group):
        if indicator.id in indicators:
            raise BadInput(f"indicator {indicator.id!r} is registered twice; give one of them another id")
        if "." in indicator.id:
            raise BadInput(f"indicator {indicator.id!r} can't have a point in its id; write _ instead")
        indicators[indicator.id] = indicator
    return indicators


def _flow(id: str, measure: str, counter: str = "", **only: str) -> Indicator:
    return Indicator(id=id, measure=measure, counts=(Count(counter or id, 1, tuple(only.items())),))


def _stock(id: str, measure: str, *counts: Count) -> Indicator:
    return Indicator(id=id, measure=measure, span=Span.STOCK, counts=counts or (Count(id),))


_BALANCE = (Count("tips_received"), Count("tips_resolved", -1), Count("tips_transferred", -1))
_ENDED = (Count("tips_resolved"), Count("tips_transferred"))
_ENDED_IN_TIME = tuple(Count(count.counter, 1, (("in_time", "yes"),)) for count in _ENDED)

GROUPS = (
    _stock("groups_total", "group", Count("groups_new"), Count("groups_closed", -1)),
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
    Indicator(id="tips_opening", measure="tip", span=Span.OPENING, counts=_BALANCE),
    _flow("tips_received", "tip"),
    Indicator(id="tips_by_category", measure="tip", counts=(Count("tips_received"),), split="category"),
    _flow("tips_resolved", "tip"),
    _flow("tips_unfounded", "tip", "tips_resolved", outcome="unfounded"),
    _flow("tips_duplicate", "tip", "tips_resolved", outcome="duplicate"),
    _flow("tips_false", "tip"),
    _flow("tips_transferred", "tip"),
    Indicator(id="tips_closing", measure="tip", span=Span.STOCK, counts=_BALANCE),
    Indicator(id="tips_in_time", measure="tip", counts=_ENDED_IN_TIME),
    Indicator(id="tips_overdue", measure="tip", query="tips_overdue"),
    # What is overdue and still open counts as not in time, or waiting would improve the share.
    Indicator(
        id="tips_in_time_share", measure="percent", counts=_ENDED_IN_TIME, over=_ENDED, over_query="tips_overdue"
    ),
    _flow("tips_valuable", "tip"),
    _flow("inquiries_received", "question"),
    _flow("inquiries_answered", "question"),
    _flow("inquiries_at_once", "question"),
    Indicator(
        id="inquiries_at_once_share",
        measure="percent",
        counts=(Count("inquiries_at_once"),),
        over=(Count("inquiries_answered"),),
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
"""What every installation counts. Plugins add to it through `register`."""
