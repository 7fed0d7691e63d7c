"""Read-only views of suggestions for tips: handling units, places, and similar tips."""

from anninh_core.domain.tips.views import TipRow
from anninh_core.usecase.views import view


@view
class HandlerSuggestion:
    """The unit that should handle a tip, and the rule that suggests it.

    Attributes:
        unit: its id; "" if the suggestion failed.
        by: `profile`, or the plugin that made the suggestion.
    """

    unit: str
    reason: str
    by: str


@view(listed=("tip.receipt", "tip.received_day", "tip.state", "score", "reasons"))
class SimilarTipView:
    """A tip that may report the same matter as another.

    Attributes:
        score: how alike they are, 0 to 1; `reasons` the contribution of each part, the largest first.
    """

    tip: TipRow
    score: float
    reasons: tuple[str, ...]


@view
class PlaceSuggestionView:
    """A possible place of an event; `words` are the resident's words, "" for a location.

    Attributes:
        is_certain: whether the place is certain enough to be set without asking.
    """

    unit: str
    certainty: float
    is_certain: bool
    words: str
    rule: str


@view
class RouteFlow:
    """Number of tips by their unit under the profile's rules and under other rules.

    Attributes:
        before, after: id of the unit under the profile's rules and under the others.
    """

    before: str
    after: str
    tips: int


@view
class RerouteView:
    """A tip that goes to another unit under other rules, with the matching rules.

    Attributes:
        before, after: id of the unit under the profile's rules and under the others.
        rule_before, rule_after: id of the matching rule; "" if no rule matched.
    """

    tip: str
    receipt: str
    before: str
    after: str
    rule_before: str
    rule_after: str


@view
class RoutingSimulationView:
    """Effect of a changed set of rules on past tips; fields as in `RoutingSimulation`."""

    tips: int
    moved: int
    table: tuple[RouteFlow, ...]
    items: tuple[RerouteView, ...]
