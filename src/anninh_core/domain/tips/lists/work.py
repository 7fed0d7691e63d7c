"""The list of work: the order of tips in it, and its pages, which open no more tips than they show."""

from collections.abc import Iterator
from datetime import UTC, datetime

from attrs import define, evolve

from anninh_core.domain.tips.deadline_reasons import owed_clocks
from anninh_core.domain.tips.kind import TIP, work_key
from anninh_core.domain.tips.lists.finding import look_among_visible
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import OPEN_STATES, UNTOLD_STATES
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.query import encode_cursor
from anninh_core.usecase.indexing.computed_pages import place_in_time
from anninh_core.usecase.kinds import hour_column
from anninh_core.usecase.read_session import BACK, Listing, ReadSession
from anninh_core.vocabulary.district import District

_ORDER = "work"
OWING_STATES: tuple[str, ...] = tuple(sorted(OPEN_STATES | UNTOLD_STATES))
"""States in which something is owed: work, or an answer to the reporter."""

_START = encode_cursor(_ORDER, ["0"], "")
"""Behind all on which nothing is owed, and before everything else; see `work_key`."""

_RANKS = ("0", "1")
"""How the keys of open emergencies begin, and of all others on which something is owed; see `work_key`."""

# Size of the first batch of records and of the largest, where their number is unknown.
_FIRST_READ = 8
_MOST_READ = 500

_NEVER = datetime.max.replace(tzinfo=UTC)
"""When something is due that no clock runs for."""


@define
class _Until:
    """Tells of each record whether it stands before a place of the index, and notes the first that doesn't."""

    place: str
    is_reached: bool = False

    def admits(self, record: Record) -> bool:
        """Tell by what stands in clear."""
        self.is_reached = self.is_reached or str(record.columns["work"]) > self.place
        return not self.is_reached


def is_indexed(session: ReadSession) -> bool:
    """Tell whether the index knows of each tip on which something is owed where it stands in the list.

    It doesn't of those that an earlier version wrote, until they are written again; a reindex does it for all.
    """
    before = session.iter_all(TIP, _ORDER, where={"work": None, "state": OWING_STATES}, complete=False)
    return next(before, None) is None


def list_work(session: ReadSession, unit: str, *, handler: str, after: str, limit: int) -> Listing[Tip]:
    """Return a page of what is owed; of one handler, where one is named.

    Raises:
        BadInput: a cursor that no page gave, or a limit below 1.
    """
    found, is_reached = look_among_visible(session, unit, {"handler": handler} if handler else {}, _ORDER)

    def find(*, after: str, limit: int) -> Listing[Tip]:
        page = found(after=after or _START, limit=limit)
        if after.startswith(BACK) and page.items and not work_key(page.items[0]):
            return evolve(page, previous="")  # all before is done
        return page

    def is_shown(tip: Tip) -> bool:
        return work_key(tip) != "" and (is_reached is None or is_reached(tip))

    return session.filled(TIP, _ORDER, find, is_shown, after=after, limit=limit)


def iter_run_out(session: ReadSession, unit: str) -> Iterator[Tip]:
    """Yield the tips of which the first clock runs out before this hour is over: the index has no more of it.

    None behind them is opened. So many as there are, and no more than that, may be read beyond.
    """
    find, is_reached = look_among_visible(session, unit, {}, _ORDER)
    hour = hour_column(session.at.astimezone(UTC))
    for rank in _RANKS:
        until = _Until(f"{rank}/{hour}/~")
        after = encode_cursor(_ORDER, [rank], "")
        size = _FIRST_READ
        while after and not until.is_reached:
            page = find(after=after, limit=size, opens=until.admits)
            yield from (tip for tip in page.items if is_reached is None or is_reached(tip))
            after, size = page.cursor, min(_MOST_READ, 2 * size)


def place_in_worklist(district: District, tip: Tip, at: datetime) -> str:
    """Return the place of a tip in the list of work at a moment: places sort as the work is to be done.

    An emergency comes first while it is open: once it is settled, only an answer is owed, by its clock. Within each
    of the three, the limit of the first clock that runs decides, and the age of the case where none does.
    """
    running = [clock for clock in owed_clocks(district, tip) if clock.met_at is None and clock.stopped_at is None]
    due = min((clock.due for clock in running), default=_NEVER)
    rank = 0 if tip.emergency and tip.is_open else 1 if due < at else 2
    return f"{rank}/{place_in_time(due, place_in_time(tip.received_at, tip.id))}"
