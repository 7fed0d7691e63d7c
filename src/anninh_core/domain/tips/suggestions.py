"""Statistics of suggested categories: how often the triaging officer chooses the suggestion."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from attrs import frozen

from anninh_core.usecase.arguments import WithinUnit
from anninh_core.usecase.kinds import dims
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission

SUGGESTION_COUNTER = "tip_suggestions"
_NONE = "none"


@view
class SuggestionCount:
    """Number of tips with a suggested category, "" for none, and the category that the officer chose."""

    suggested: str
    chosen: str
    tips: int


@view
class AgreementView:
    """Agreement of officers with suggestions: number of judged suggestions, and number of agreements."""

    judged: int
    agreed: int
    pairs: tuple[SuggestionCount, ...]


@frozen
class Agreement:
    """Agreement of officers with suggestions.

    Attributes:
        pairs: (suggested category, "" for none; category that the officer chose) -> number of tips.
    """

    pairs: Mapping[tuple[str, str], int]

    @property
    def judged(self) -> int:
        """Tips with a suggestion that an officer triaged."""
        return sum(number for (suggested, _), number in self.pairs.items() if suggested)

    @property
    def agreed(self) -> int:
        """Judged tips with the suggested category chosen."""
        return sum(number for (suggested, chosen), number in self.pairs.items() if suggested == chosen)

    def to_view(self) -> AgreementView:
        """Return the read-only view of the agreement."""
        pairs = tuple(
            SuggestionCount(suggested=suggested, chosen=chosen, tips=number)
            for (suggested, chosen), number in sorted(self.pairs.items())
        )
        return make_view(AgreementView, self, pairs=pairs)


class TipSuggestions(Service):
    """Statistics of how officers judge suggested categories."""

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
            pairs[read_dims(dimensions)] += number
        return Agreement(dict(pairs))


def make_suggestion_dims(suggested: str, chosen: str) -> str:
    """Return the counter's dimensions for a suggested and a chosen category."""
    return dims(chosen=chosen, suggested=suggested or _NONE)


def read_dims(dimensions: str) -> tuple[str, str]:
    """Return the suggested and the chosen category of the counter's dimensions."""
    values = dict(pair.split("=", 1) for pair in dimensions.split(";"))
    return values["suggested"].replace(_NONE, ""), values["chosen"]
