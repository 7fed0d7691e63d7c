"""What happened to a tip's clocks: decisions that were recorded, and times in which its reporter was waited for."""

from datetime import date, datetime, time

from attrs import field, frozen

from anninh_core.domain.tips.clocks.states import DecisionKind
from anninh_core.domain.tips.views import ClockDecisionView, WaitView
from anninh_core.kernel.dates import VIETNAM
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class ClockDecision:
    """A paper that changes or meets a clock, as an officer recorded it.

    Attributes:
        body: who decided; "" for a notice of our own.
        number: the paper's number and symbol.
        day: the paper's date.
        months: by how many months the limit was extended.
        asked_on: the day on which the extension was asked for.
        reason: why there is no paper: what the reporter said who refused to be named.
    """

    kind: DecisionKind
    day: date
    recorded_at: datetime
    body: str = ""
    number: str = ""
    months: int = 0
    asked_on: date | None = None
    reason: str = field(default="", repr=False)

    @property
    def moment(self) -> datetime:
        """The moment that stands for its day: what was recorded on the day itself counts from then, else noon."""
        return min(self.recorded_at, datetime.combine(self.day, time(12), VIETNAM))

    def to_view(self) -> ClockDecisionView:
        """Return what may leave."""
        return make_view(ClockDecisionView, self)


@frozen(kw_only=True)
class Wait:
    """A time in which the reporter was asked and hadn't answered yet.

    Attributes:
        start: when they were asked.
        end: when work went on; None while they are waited for.
    """

    start: datetime
    end: datetime | None = None

    def to_view(self) -> WaitView:
        """Return what may leave."""
        return make_view(WaitView, self)
