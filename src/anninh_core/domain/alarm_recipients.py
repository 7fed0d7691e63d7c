"""Officers who can get urgent notices about an alarm; escalation and officers' screens use the same list."""

from datetime import datetime

from anninh_core.domain.duty.roster_service import ReachabilityCheck, read_rosters
from anninh_core.domain.duty.rules import OnDuty, iter_rostered_officers
from anninh_core.domain.lookups import has_chat
from anninh_core.domain.units.holders import iter_permission_holders
from anninh_core.domain.units.rules import list_conflict_marks
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission


def list_recipients(
    session: ReadSession, unit: str, excluded: tuple[str, ...], at: datetime, passed_over: tuple[str, ...] = ()
) -> list[OnDuty]:
    """Return the officers on a roster at `at`, in order, then other officers with permission and a chat, with unit "".

    Args:
        unit: unit of the case.
        excluded: ids of officers and marks of units with a conflict of interest; on a roster they stay, with that gap.
        passed_over: officers to omit as long as other officers can be reached.
    """
    district = session.context.district
    reach = ReachabilityCheck(session.permits, session.context, has_chat)
    day = local_date(at)
    rosters = read_rosters(session, district.ancestors(unit))
    on_rosters = [
        *iter_rostered_officers(
            district, rosters, unit, at, lambda officer: reach.find_gap(officer, unit, day, excluded)
        )
    ]
    listed = {person.officer for person in on_rosters} | {*excluded}
    holders = iter_permission_holders(session.context, Permission.TIP_HANDLE, unit, day)
    others = (
        officer.id
        for officer in holders
        if officer.conversation and listed.isdisjoint(list_conflict_marks(district, officer))
    )
    people = on_rosters + [OnDuty(officer=id, unit="", is_deputy=True) for id in others]
    remaining = [person for person in people if person.officer not in passed_over]
    return remaining if any(person.gap is None for person in remaining) else people


def list_handlers(session: ReadSession, unit: str, excluded: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of officers who may be assigned a case now: officers on a roster first, also those without a
    chat.
    """
    district = session.context.district
    holders = [
        officer.id
        for officer in iter_permission_holders(session.context, Permission.TIP_HANDLE, unit, session.today)
        if {*excluded}.isdisjoint(list_conflict_marks(district, officer))
    ]
    on_rosters = [person.officer for person in list_recipients(session, unit, excluded, session.at) if person.unit]
    return tuple(dict.fromkeys((*(officer for officer in on_rosters if officer in holders), *holders)))
