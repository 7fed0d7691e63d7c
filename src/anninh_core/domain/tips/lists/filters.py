"""What a list of tips may be narrowed to beyond the columns by which the storage finds them."""

from datetime import UTC, date, datetime, time, timedelta

from attrs import frozen

from anninh_core.domain.tips.deadline_reasons import clock_state, owed_clocks
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.query import encode_cursor
from anninh_core.usecase.kinds import hour_column
from anninh_core.usecase.permissions.visible_pages import FindPage
from anninh_core.usecase.read_session import Listing
from anninh_core.vocabulary.district import District

_MARGIN = timedelta(days=2)
"""More than the hours between a day in Vietnam and one in UTC, in which the storage has the hour of reception."""


@frozen(kw_only=True)
class TipFilter:
    """Which tips of a list are shown.

    Attributes:
        received_from, received_to: days of reception in the district's time zone, both inclusive; None for no limit.
        overdue: only those with a clock that asks something of somebody and has run out.
        emergency: only emergencies.
        claimed_by: only those on which a claim of this officer runs; "" for all.
        locked: only those that a supervisor lock keeps from the units that they accuse.
    """

    received_from: date | None = None
    received_to: date | None = None
    overdue: bool = False
    emergency: bool = False
    claimed_by: str = ""
    locked: bool = False

    def __attrs_post_init__(self) -> None:
        if self.received_from and self.received_to and self.received_from > self.received_to:
            raise BadInput(
                "A period can't run from {received_from} to {received_to}: swap the two days.",
                received_from=self.received_from,
                received_to=self.received_to,
            )

    @property
    def admits_all(self) -> bool:
        """Whether it leaves nothing out."""
        return self == TipFilter()

    def admits(self, district: District, tip: Tip, at: datetime) -> bool:
        """Tell whether a tip is shown at a moment."""
        return (
            (self.received_from is None or tip.received_day >= self.received_from)
            and (self.received_to is None or tip.received_day <= self.received_to)
            and (tip.emergency or not self.emergency)
            and (tip.is_locked or not self.locked)
            and (not self.overdue or has_overdue_clock(district, tip, at))
            and (not self.claimed_by or self._has_claimed(tip, at))
        )

    def _has_claimed(self, tip: Tip, at: datetime) -> bool:
        claim = tip.claim_at(at)
        return claim is not None and claim.by == self.claimed_by

    def bound(self, find: FindPage[Tip]) -> FindPage[Tip]:
        """Return what finds the newest first and looks only around the days of reception, however many others are."""
        begin = self._begin()

        def find_around(*, after: str, limit: int) -> Listing[Tip]:
            page = find(after=after or begin, limit=limit)
            cursor = "" if page.items and self._is_before(page.items[-1]) else page.cursor
            previous = "" if page.items and self._is_after(page.items[0]) else page.previous
            return Listing(page.items, cursor, previous)

        return find_around

    def _begin(self) -> str:
        """Return the cursor behind all that was received after the last day, "" for the first page."""
        if self.received_to is None or self.received_to > date.max - _MARGIN:
            return ""
        behind = datetime.combine(self.received_to + _MARGIN, time(), UTC)
        return encode_cursor("newest", [hour_column(behind)], "")

    def _is_before(self, tip: Tip) -> bool:
        return self.received_from is not None and tip.received_day + _MARGIN < self.received_from

    def _is_after(self, tip: Tip) -> bool:
        return self.received_to is not None and tip.received_day - _MARGIN > self.received_to


def has_overdue_clock(district: District, tip: Tip, at: datetime) -> bool:
    """Tell whether a clock that asks something of somebody has run out at a moment."""
    return any(clock_state(district, clock, at) is DeadlineState.OVERDUE for clock in owed_clocks(district, tip))
