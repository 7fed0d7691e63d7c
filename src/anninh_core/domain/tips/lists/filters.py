"""Filters of tip lists that go beyond the columns of the storage."""

from datetime import UTC, date, datetime, time, timedelta

from attrs import frozen

from anninh_core.domain.tips.deadline_reasons import compute_clock_state, list_owed_clocks
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.query import encode_cursor
from anninh_core.usecase.kinds import format_hour
from anninh_core.usecase.permissions.visible_pages import FindPage
from anninh_core.usecase.read_session import Listing
from anninh_core.vocabulary.district import District

_MARGIN = timedelta(days=2)
"""Margin around the days of a filter. It is more than the difference between a day in Vietnam and a day in UTC, in
which the storage keeps the hour of reception.
"""


@frozen(kw_only=True)
class TipFilter:
    """Filter of a list of tips.

    Attributes:
        received_from, received_to: days of reception in the district's time zone, both inclusive; None for no limit.
        overdue: only tips with an overdue clock that still requires work.
        emergency: only emergencies.
        claimed_by: only tips under a running claim of this officer; "" for all.
        locked: only tips that a supervisor lock keeps from the units that they accuse.
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
        """Whether the filter excludes no tip."""
        return self == TipFilter()

    def admits(self, district: District, tip: Tip, at: datetime) -> bool:
        """Return whether a tip passes the filter at a moment."""
        return (
            (self.received_from is None or tip.received_day >= self.received_from)
            and (self.received_to is None or tip.received_day <= self.received_to)
            and (tip.emergency or not self.emergency)
            and (tip.is_locked or not self.locked)
            and (not self.overdue or has_overdue_clock(district, tip, at))
            and (not self.claimed_by or self._has_claimed(tip, at))
        )

    def _has_claimed(self, tip: Tip, at: datetime) -> bool:
        claim = tip.find_running_claim(at)
        return claim is not None and claim.by == self.claimed_by

    def limit_find_to_days(self, find: FindPage[Tip]) -> FindPage[Tip]:
        """Return a function like `find` that reads tips, newest first, only around the filter's days of reception,
        however many other tips exist.
        """
        start_cursor = self._make_start_cursor()

        def find_around(*, after: str, limit: int) -> Listing[Tip]:
            page = find(after=after or start_cursor, limit=limit)
            cursor = "" if page.items and self._is_before(page.items[-1]) else page.cursor
            previous = "" if page.items and self._is_after(page.items[0]) else page.previous
            return Listing(page.items, cursor, previous)

        return find_around

    def _make_start_cursor(self) -> str:
        """Return the cursor after which all tips received later than the last day are skipped; "" for the first
        page.
        """
        if self.received_to is None or self.received_to > date.max - _MARGIN:
            return ""
        limit = datetime.combine(self.received_to + _MARGIN, time(), UTC)
        return encode_cursor("newest", [format_hour(limit)], "")

    def _is_before(self, tip: Tip) -> bool:
        return self.received_from is not None and tip.received_day + _MARGIN < self.received_from

    def _is_after(self, tip: Tip) -> bool:
        return self.received_to is not None and tip.received_day - _MARGIN > self.received_to


def has_overdue_clock(district: District, tip: Tip, at: datetime) -> bool:
    """Return whether a clock that requires work is overdue at a moment."""
    return any(
        compute_clock_state(district, clock, at) is DeadlineState.OVERDUE for clock in list_owed_clocks(district, tip)
    )
