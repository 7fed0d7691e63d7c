"""What may leave of opinions on tips: who should handle them, where they belong, and which tell of the same."""

from anninh_core.domain.tips.views import TipRow
from anninh_core.usecase.views import view


@view
class HandlerSuggestion:
    """Which unit should handle a tip, and which rule says so.

    Attributes:
        unit: its id; "" where an opinion failed.
        by: `profile`, or the plugin whose opinion it is.
    """

    unit: str
    reason: str
    by: str


@view(listed=("tip.receipt", "tip.received_day", "tip.state", "score", "reasons"))
class SimilarTipView:
    """A tip that may tell of the same thing as another.

    Attributes:
        score: how alike they are, 0 to 1; `reasons` what each part of that adds, the heaviest first.
    """

    tip: TipRow
    score: float
    reasons: tuple[str, ...]


@view
class PlaceSuggestionView:
    """A place that something may have happened at; `words` is what the resident wrote, "" for a location.

    Attributes:
        is_certain: whether only one place fits.
    """

    unit: str
    certainty: float
    is_certain: bool
    words: str
    rule: str


@view
class RouteFlow:
    """How many tips go to a unit by the profile's rules, and to which by others.

    Attributes:
        before, after: id of the unit by the profile's rules and by the others.
    """

    before: str
    after: str
    tips: int


@view
class RerouteView:
    """A tip that goes elsewhere by other rules, and by which rule of each; "" where none matched.

    Attributes:
        before, after: id of the unit by the profile's rules and by the others.
        rule_before, rule_after: id of the rule that said so; "" where none matched.
    """

    tip: str
    receipt: str
    before: str
    after: str
    rule_before: str
    rule_after: str


@view
class RoutingSimulationView:
    """What a changed set of rules would have done with past tips; the rest as in `RoutingSimulation`."""

    tips: int
    moved: int
    table: tuple[RouteFlow, ...]
    items: tuple[RerouteView, ...]
