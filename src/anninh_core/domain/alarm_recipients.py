"""Who can be paged about an alarm: one list for what pages and for what officers read of it."""

from datetime import datetime

from anninh_core.domain.duty.roster_service import Reach, read_rosters
from anninh_core.domain.duty.rules import OnDuty, roster_people
from anninh_core.domain.lookups import has_chat
from anninh_core.domain.units.holders import iter_holders
from anninh_core.domain.units.rules import marks_of
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission


def list_people(
    session: ReadSession, unit: str, excluded: tuple[str, ...], at: datetime, passed_over: tuple[str, ...] = ()
) -> list[OnDuty]:
    """Return who is on a roster at a moment, in order; after them, with no unit named, others who may handle it.

    Args:
        unit: where the case is.
        excluded: officers, and marks of units, that a conflict of interest keeps away: of a roster, with that gap.
        passed_over: officers who are left out as long as others can be paged.
    """
    district = session.context.district
    reach = Reach(session.permits, session.context, has_chat)
    day = local_date(at)
    rosters = read_rosters(session, district.ancestors(unit))
    on_rosters = [
        *roster_people(district, rosters, unit, at, lambda officer: reach.find_gap(officer, unit, day, excluded))
    ]
    known = {person.officer for person in on_rosters} | {*excluded}
    holders = iter_holders(session.context, Permission.TIP_HANDLE, unit, day)
    others = (
        officer.id for officer in holders if officer.conversation and known.isdisjoint(marks_of(district, officer))
    )
    people = on_rosters + [OnDuty(officer=id, unit="", is_deputy=True) for id in others]
    rest = [person for person in people if person.officer not in passed_over]
    return rest if any(person.gap is None for person in rest) else people


def list_handlers(session: ReadSession, unit: str, excluded: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of the officers who may be given a case now: those on a roster first, also without a chat."""
    district = session.context.district
    holders = [
        officer.id
        for officer in iter_holders(session.context, Permission.TIP_HANDLE, unit, session.today)
        if {*excluded}.isdisjoint(marks_of(district, officer))
    ]
    on_rosters = [person.officer for person in list_people(session, unit, excluded, session.at) if person.unit]
    return tuple(dict.fromkeys((*(officer for officer in on_rosters if officer in holders), *holders)))
