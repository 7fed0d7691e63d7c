"""Pure rules: which officers are on duty for a unit at a given time, and which of them can be notified."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from anninh_core.domain.duty.roster import Roster, list_officers_at
from anninh_core.domain.duty.states import Gap
from anninh_core.usecase.views import view
from anninh_core.vocabulary.district import District


@view
class OnDuty:
    """An officer on a roster.

    Attributes:
        unit: unit of the roster.
        is_deputy: whether other officers of the unit come first.
        gap: why the officer can't be notified, or None.
    """

    officer: str
    unit: str
    is_deputy: bool
    gap: Gap | None = None


def iter_rostered_officers(
    district: District,
    rosters: Iterable[Roster],
    unit: str,
    at: datetime,
    find_gap: Callable[[str], Gap | None] = lambda _: None,
) -> Iterator[OnDuty]:
    """Yield the officers on the rosters of a unit and the units above it at a given time, in order, each once.

    Args:
        district: district with the tree of units.
        rosters: rosters of these units; if a unit has several valid ones, the last begun counts.
        unit: unit of the matter.
        at: datetime with time zone.
        find_gap: returns why an officer can't be notified, or None.
    """
    by_unit: dict[str, list[Roster]] = {}
    for roster in rosters:
        by_unit.setdefault(roster.unit, []).append(roster)
    seen: set[str] = set()
    for above in district.ancestors(unit):
        for number, officer in enumerate(list_officers_at(by_unit.get(above, ()), at)):
            if officer not in seen:
                seen.add(officer)
                yield OnDuty(officer=officer, unit=above, is_deputy=number > 0, gap=find_gap(officer))


def list_reachable_officers(
    district: District,
    rosters: Iterable[Roster],
    unit: str,
    at: datetime,
    find_gap: Callable[[str], Gap | None] = lambda _: None,
) -> tuple[OnDuty, ...]:
    """Return the officers who can be notified: the duty officer, the deputies, then the parent unit's, up to the root.

    Arguments are as for `iter_rostered_officers`, which also yields the officers who are passed over.
    """
    return tuple(
        on_duty for on_duty in iter_rostered_officers(district, rosters, unit, at, find_gap) if on_duty.gap is None
    )
