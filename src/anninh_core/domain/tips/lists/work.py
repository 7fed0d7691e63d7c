"""The list of work, with the order of the tips in it. Its pages decrypt only the tips that they show."""

from collections.abc import Iterator
from datetime import UTC, datetime

from attrs import define, evolve

from anninh_core.domain.tips.deadline_reasons import list_owed_clocks
from anninh_core.domain.tips.kind import TIP, make_work_key
from anninh_core.domain.tips.lists.finding import make_visible_finder
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import OPEN_STATES, UNANSWERED_STATES
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.query import encode_cursor
from anninh_core.usecase.indexing.computed_pages import build_time_key
from anninh_core.usecase.kinds import format_hour
from anninh_core.usecase.read_session import BACK, Listing, ReadSession
from anninh_core.vocabulary.district import District

_ORDER = "work"
OWING_STATES: tuple[str, ...] = tuple(sorted(OPEN_STATES | UNANSWERED_STATES))
"""States in which work or an answer to the reporter is owed."""

_START = encode_cursor(_ORDER, ["0"], "")
"""Cursor after all tips without owed work and before all others; see `make_work_key`."""

_RANKS = ("0", "1")
"""First part of the sort keys of open emergencies, and of all other tips with owed work; see `make_work_key`."""

# These are the sizes of the first and of the largest batch of records, when the number of records is unknown.
_FIRST_READ = 8
_MOST_READ = 500

_NEVER = datetime.max.replace(tzinfo=UTC)
"""Due time of a tip without a running clock."""


@define
class _PlaceLimit:
    """Admits records up to a place of the index, and remembers when a record after that place was reached."""

    place: str
    is_reached: bool = False

    def admits(self, record: Record) -> bool:
        """Return whether a record is before the place, by its unencrypted column."""
        self.is_reached = self.is_reached or str(record.columns["work"]) > self.place
        return not self.is_reached


def is_indexed(session: ReadSession) -> bool:
    """Return whether the index has the sort key of every tip with owed work.

    Tips written by an earlier version have none until they are written again; a reindex does that for all.
    """
    unindexed = session.iter_all(TIP, _ORDER, where={"work": None, "state": OWING_STATES}, complete=False)
    return next(unindexed, None) is None


def list_work(session: ReadSession, unit: str, *, handler: str, after: str, limit: int) -> Listing[Tip]:
    """Return a page of tips with owed work; with `handler`, only that officer's.

    Raises:
        BadInput: a cursor that no page returned, or a limit below 1.
    """
    find_visible, is_permitted = make_visible_finder(session, unit, {"handler": handler} if handler else {}, _ORDER)

    def find_work_page(*, after: str, limit: int) -> Listing[Tip]:
        page = find_visible(after=after or _START, limit=limit)
        if after.startswith(BACK) and page.items and not make_work_key(page.items[0]):
            return evolve(page, previous="")  # No work is owed on the tips before this page.
        return page

    def is_shown(tip: Tip) -> bool:
        return make_work_key(tip) != "" and (is_permitted is None or is_permitted(tip))

    return session.build_visible_page(TIP, _ORDER, find_work_page, is_shown, after=after, limit=limit)


def iter_overdue_tips(session: ReadSession, unit: str) -> Iterator[Tip]:
    """Yield the tips with a first clock that runs out before the end of this hour: the index has hours only.

    Tips after that hour aren't decrypted. Batches grow, so at most as many tips may be read beyond it as there are
    before it.
    """
    find, is_permitted = make_visible_finder(session, unit, {}, _ORDER)
    hour = format_hour(session.at.astimezone(UTC))
    for rank in _RANKS:
        until = _PlaceLimit(f"{rank}/{hour}/~")
        after = encode_cursor(_ORDER, [rank], "")
        size = _FIRST_READ
        while after and not until.is_reached:
            page = find(after=after, limit=size, opens=until.admits)
            yield from (tip for tip in page.items if is_permitted is None or is_permitted(tip))
            after, size = page.cursor, min(_MOST_READ, 2 * size)


def make_worklist_key(district: District, tip: Tip, at: datetime) -> str:
    """Return the sort key of a tip in the list of work at a moment, in the order in which work is to be done.

    An emergency comes first while it is open: once it is settled, only an answer is owed, by its clock. Within each of
    the three ranks, the limit of the first running clock decides, and the time of reception if no clock runs.
    """
    running = [clock for clock in list_owed_clocks(district, tip) if clock.met_at is None and clock.stopped_at is None]
    due = min((clock.due for clock in running), default=_NEVER)
    rank = 0 if tip.emergency and tip.is_open else 1 if due < at else 2
    return f"{rank}/{build_time_key(due, build_time_key(tip.received_at, tip.id))}"
