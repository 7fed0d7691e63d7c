"""Statistics of suggested categories: how often the triaging officer chooses the suggestion."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from attrs import frozen

from anninh_core.usecase.arguments import WithinUnit
from anninh_core.usecase.kinds import format_dims
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission

SUGGESTION_COUNTER = "tip_suggestions"
_NONE = "none"


@view
class SuggestionCount:
    """Number of tips that have the same suggested category ("" for none) and the same category chosen by an officer."""

    suggested: str
    chosen: str
    tips: int


@view
class AgreementView:
    """How often officers chose the suggested category: number of triaged tips with a suggestion, and how many of them
    got the suggested category.
    """

    judged: int
    agreed: int
    pairs: tuple[SuggestionCount, ...]


@frozen
class Agreement:
    """How often officers chose the suggested category of a tip.

    Attributes:
        pairs: (suggested category, "" for none; category that the officer chose) -> number of tips.
    """

    pairs: Mapping[tuple[str, str], int]

    @property
    def judged(self) -> int:
        """Number of triaged tips that had a suggested category."""
        return sum(number for (suggested, _), number in self.pairs.items() if suggested)

    @property
    def agreed(self) -> int:
        """Number of triaged tips for which the officer chose the suggested category."""
        return sum(number for (suggested, chosen), number in self.pairs.items() if suggested == chosen)

    def to_view(self) -> AgreementView:
        """Return the read-only view of the statistics of suggested and chosen categories."""
        pairs = tuple(
            SuggestionCount(suggested=suggested, chosen=chosen, tips=number)
            for (suggested, chosen), number in sorted(self.pairs.items())
        )
        return make_view(AgreementView, self, pairs=pairs)


class TipSuggestions(Service):
    """Statistics of how often officers choose the suggested category of a tip."""

    action_prefix = "tips"

    @query(Permission.TIP_READ, traced=True, public=True)
    def suggestion_agreement(self, session: ReadSession, *, unit: WithinUnit, start: date, end: date) -> Agreement:
        """Return the chosen against the suggested categories of tips first triaged in a period, both days included.

        Args:
            start, end: days in the district's time zone.
        """
        session.permit(unit)
        units = self.context.district.counted_units(unit)
        totals = self.context.storage.counters.together([SUGGESTION_COUNTER], units, start, end)
        pairs: Counter[tuple[str, str]] = Counter()
        for (_, dimensions), number in totals.items():
            pairs[parse_counter_dimensions(dimensions)] += number
        return Agreement(dict(pairs))


def format_counter_dimensions(suggested: str, chosen: str) -> str:
    """Return the text under which a counter counts tips with this suggested and this chosen category."""
    return format_dims(chosen=chosen, suggested=suggested or _NONE)


def parse_counter_dimensions(dimensions: str) -> tuple[str, str]:
    """Return the suggested and the chosen category from the text under which a counter counts tips."""
    values = dict(pair.split("=", 1) for pair in dimensions.split(";"))
    return values["suggested"].replace(_NONE, ""), values["chosen"]
