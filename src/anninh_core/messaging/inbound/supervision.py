"""Pure rules for the lock of an accusation: which units are accused, and which unit supervises them by the profile."""

from collections.abc import Iterable
from datetime import datetime

from anninh_core.messaging.inbound.talk.accusations import Accusation
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.supervision import AccusedKind, SupervisionRule

_POLICE = "police"  # Kind of a unit of the police in the profile.


def build_supervisor_lock(
    district: District, accusation: Accusation, units: Iterable[str], at: datetime
) -> SupervisorLock:
    """Return the lock that keeps an accusing report from the accused units, and names the supervising unit.

    Args:
        district: its profile names the supervising units.
        units: where it may have happened, most certain first: the place in the message, then its conversation's unit.
        at: when the report was received.
    """
    places = tuple(dict.fromkeys(units))
    accused = find_accused_units(district, accusation, places)
    rules = [district.supervision_of(kind, unit) for kind in accusation.accused for unit in accused or ("",)]
    supervisor = _find_supervisor(district, rules, accused)
    return SupervisorLock(
        accused=accusation.accused,
        units=accused if supervisor else tuple(dict.fromkeys((district.root, *accused))),
        supervisor=supervisor,
        place=next(iter(places), district.root),
        locked_at=at,
        decide_by=at + district.duty.lock,
    )


def name_referral_office(district: District, lock: SupervisorLock) -> str:
    """Return the office to which the reporter of a locked report is referred: never that of the accused."""
    if lock.supervisor:
        return district.unit(lock.supervisor).name
    rules = [district.supervision_of(kind, unit) for kind in lock.accused for unit in reversed(lock.units)]
    contact = next((rule.contact for rule in rules if rule.contact), "")
    return contact or district.say("tip.supervisor_unknown")


def find_accused_units(district: District, accusation: Accusation, places: Iterable[str]) -> tuple[str, ...]:
    """Return the units that a report accuses; () if the accused unit of the level at which tips are counted isn't known
    yet.
    """
    if accusation.is_above:
        return tuple(dict.fromkeys(_find_unit_above(district, kind) for kind in accusation.accused))
    for place in places:
        unit = district.units[district.counting_unit(place)]
        if district.levels[unit.level].counts:
            return (unit.id,)
    return ()


def _find_unit_above(district: District, accused: AccusedKind) -> str:
    """Return the unit on the root's level to which the accused of a kind belong."""
    if accused is not AccusedKind.POLICE:
        return district.root
    return next((id for id in district.children[district.root] if district.units[id].kind == _POLICE), district.root)


def _find_supervisor(district: District, rules: Iterable[SupervisionRule], accused: tuple[str, ...]) -> str:
    """Return the unit that supervises all of the accused; the root if several units do; "" if no unit of the tree
    does.
    """
    supervisors = tuple(dict.fromkeys(rule.supervised_by for rule in rules))
    if "" in supervisors:
        return ""
    supervisor = supervisors[0] if len(supervisors) == 1 else district.root
    is_accused = any(district.is_within(supervisor, unit) for unit in accused)
    return "" if is_accused else supervisor
