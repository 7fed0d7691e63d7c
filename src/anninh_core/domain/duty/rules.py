"""Who is on duty for a unit at a moment, and who has to be told next of an alarm: pure answers."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from anninh_core.domain.duty.roster import Roster, officers_at
from anninh_core.domain.duty.states import Gap
from anninh_core.usecase.views import view
from anninh_core.vocabulary.district import District


@view
class OnDuty:
    """Somebody on a roster.

    Attributes:
        unit: whose roster it is.
        is_deputy: whether others of the unit come first.
        gap: why they can't be told, None where they can.
    """

    officer: str
    unit: str
    is_deputy: bool
    gap: Gap | None = None


def roster_people(
    district: District,
    rosters: Iterable[Roster],
    unit: str,
    at: datetime,
    find_gap: Callable[[str], Gap | None] = lambda _: None,
) -> Iterator[OnDuty]:
    """Yield everybody who stands on the rosters of a unit and those above it at a moment, in order, each once.

    Args:
        district: has the tree.
        rosters: of these units; of several of a unit that hold, the one that began last counts.
        unit: where something happened.
        at: when, aware.
        find_gap: officer -> why that officer isn't told of it.
    """
    by_unit: dict[str, list[Roster]] = {}
    for roster in rosters:
        by_unit.setdefault(roster.unit, []).append(roster)
    seen: set[str] = set()
    for above in district.ancestors(unit):
        for number, officer in enumerate(officers_at(by_unit.get(above, ()), at)):
            if officer not in seen:
                seen.add(officer)
                yield OnDuty(officer=officer, unit=above, is_deputy=number > 0, gap=find_gap(officer))


def who_is_on_duty(
    district: District,
    rosters: Iterable[Roster],
    unit: str,
    at: datetime,
    find_gap: Callable[[str], Gap | None] = lambda _: None,
) -> tuple[OnDuty, ...]:
    """Return who can be told: the duty officer, the deputies, then the parent unit's, up to the root.

    Arguments as for `roster_people`, which also yields those who are passed over.
    """
    return tuple(one for one in roster_people(district, rosters, unit, at, find_gap) if one.gap is None)
