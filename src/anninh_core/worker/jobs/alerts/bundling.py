"""Rules that bundle urgent notices: reports of one incident, and emergencies over a limit, join the alarm of another
case.

Nothing is left out. The alarm that a case joins has to be acknowledged again; its urgent notice is sent a minute after
the last one, with the number of cases; and if the alarm ends while other cases in it are open, those get their own
alarm.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from anninh_core.domain.duty.alarm import Alarm, make_alarm_id
from anninh_core.domain.duty.alarm_service import Alarms
from anninh_core.domain.duty.bundles import find_covering_alarm, list_active_emergencies
from anninh_core.domain.duty.claims import find_running_claim
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.lookups import find_tip
from anninh_core.domain.tips.incidents.rules import is_same_area
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import BY_A_PERSON, Tip
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import format_hour
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.worker.jobs.alerts.cases import is_over

CODE = 5
"""Number of letters of a receipt in messages to officers' phones: enough to find the tip, too few to open it as its
reporter.
"""
UNKNOWN_CODE = "?" * CODE
"""Placeholder for the letters of a receipt if its case can't be read."""

_HOUR = timedelta(hours=1)
_LOOKED_AT = 50  # Maximum number of a person's newest cases that are checked.


def count_new_cases(context: UseCaseContext, unit: str, now: datetime, cap: int = 1000) -> int:
    """Return how many cases a unit received in this clock hour, counted up to `cap`."""
    units = (context.district.counting_unit(unit),)
    criteria = {"received": format_hour(now)}
    return context.storage.records.count(Find(kind=TIP.name, order="newest", units=units, where=criteria), cap)


def is_flooded(context: UseCaseContext, unit: str, now: datetime) -> bool:
    """Return whether a unit receives so many cases that its officers get one common notice about them."""
    limit = context.district.flood.unit_cases
    return count_new_cases(context, unit, now, cap=limit + 1) > limit


def notice_delay(context: UseCaseContext, at: datetime, *, flooded: bool) -> timedelta:
    """Return how long officers aren't notified about a case that was received at the time `at`.

    In a flood the case waits for the next common notice.
    """
    if not flooded:
        return context.district.duty.bundle
    pause = context.district.flood.unit_notice
    return pause - timedelta(seconds=at.timestamp() % pause.total_seconds())


def find_alarm_to_join(uow: UnitOfWork, tip: Tip, category: str = "", *, by_limits: bool = False) -> Alarm | None:
    """Return the alarm that an emergency joins instead of opening its own, or None.

    It is the alarm that the case already joined; else the newest about the same incident; else, over the limit of its
    person or of its unit, the newest open alarm of the same category and unit with the same exclusions.

    Args:
        tip: the emergency.
        category: category of its danger; "" for that of the tip.
        by_limits: whether the limits alone decide, since its danger is only possible.
    """
    case = f"{TIP.name}:{tip.id}"
    rules = uow.context.district.flood
    if uow.get(ALARM, make_alarm_id(case)) is not None:
        return None
    tip_alarms = [alarm for alarm in list_active_emergencies(uow) if Ref.parse(alarm.about).kind == TIP.name]
    if (carrier := next((alarm for alarm in tip_alarms if case in alarm.also), None)) is not None:
        return carrier
    if (
        not by_limits
        and (carrier := _find_newest_open(uow, _list_incident_alarms(uow, tip, category, tip_alarms))) is not None
    ):
        return carrier
    fitting = [alarm for alarm in tip_alarms if alarm.unit == tip.unit and {*alarm.excluded} == {*tip.barred}]
    by_person = _list_person_alarms(uow, tip, fitting)
    if _count_cases(by_person) >= rules.person_dangers:
        return _find_newest_open(uow, by_person)
    same_category = [
        candidate
        for candidate in fitting
        if candidate.category == tip.category and uow.at - candidate.opened_at < _HOUR
    ]
    return _find_newest_open(uow, same_category) if _count_cases(same_category) >= rules.unit_dangers else None


def leave_joined_alarm(uow: UnitOfWork, alarms: Alarms, tip: Tip) -> bool:
    """Open an emergency's own alarm if it no longer belongs to the alarm that it joined; return whether it did.

    It no longer belongs there if a person moved it to another unit or excluded other officers from it, or if its place
    turned out to be another one.
    """
    case = f"{TIP.name}:{tip.id}"
    carrier = find_covering_alarm(uow, case)
    unit = tip.handling_unit or tip.unit
    if carrier is None or _belongs_to(uow, carrier, tip, unit):
        return False
    separate_case(uow, alarms, carrier, tip)
    return True


def separate_case(uow: UnitOfWork, alarms: Alarms, carrier: Alarm, tip: Tip) -> None:
    """Remove a case from the alarm that it joined, and open its own alarm unless an officer has ended the work on
    it.
    """
    alarms.release_cases(uow, carrier.id, (f"{TIP.name}:{tip.id}",))
    if not is_over(tip):
        open_tip_alarm(uow, alarms, tip, unit=tip.handling_unit or tip.unit, emergency=True)


def _belongs_to(uow: UnitOfWork, carrier: Alarm, tip: Tip, unit: str) -> bool:
    """Return whether a case still belongs to the alarm that it joined."""
    if {*carrier.excluded} != {*tip.barred}:
        return False
    moved_by_person = tip.place_reason == BY_A_PERSON or unit != tip.unit
    if carrier.unit == unit or moved_by_person:
        return carrier.unit == unit
    first = find_tip(uow, carrier.about)
    return is_same_area(uow.context.district, carrier.unit, first, tip)


def open_own_alarms(uow: UnitOfWork, alarms: Alarms, alarm: Alarm, *, is_known: bool) -> None:
    """Open own alarms for the open cases that joined an alarm, when that alarm ends or moves to another unit.

    Their urgent notices are sent at once. If an officer has claimed the alarm, they wait until the claim expires.

    Args:
        alarm: the alarm before it ended or moved.
        is_known: whether an officer has acknowledged it, including all cases in it.
    """
    if not alarm.also:
        return
    cases = alarms.release_cases(uow, alarm.id, alarm.also)
    if is_known and alarm.claim_until is None:
        return
    claim = find_running_claim(alarm, uow.at) if is_known else None
    tips = [tip for tip in (find_tip(uow, case) for case in cases) if tip and not is_over(tip)]
    by_unit: dict[str, list[Tip]] = {}
    for tip in tips:
        by_unit.setdefault(tip.handling_unit or tip.unit, []).append(tip)
    for unit, (first, *rest) in by_unit.items():
        opened = open_tip_alarm(uow, alarms, first, unit=unit, emergency=True)
        further = [f"{TIP.name}:{tip.id}" for tip in rest]
        if claim is not None:
            alarms.follow_running(uow, opened.id, claim, further)
        else:
            for case in further:
                alarms.take_case_in(uow, opened.id, case)


def open_tip_alarm(
    uow: UnitOfWork,
    alarms: Alarms,
    tip: Tip,
    *,
    unit: str,
    emergency: bool,
    at: datetime | None = None,
    wait: timedelta = timedelta(0),
    category: str = "",
) -> Alarm:
    """Open the alarm about a tip, or add to the existing one; see `Alarms.open_alarm`.

    The alarm's category is that of the danger, if it differs from the tip's.
    """
    return alarms.open_alarm(
        uow,
        f"{TIP.name}:{tip.id}",
        unit=unit,
        code=tip.receipt[:CODE],
        category=category or tip.category,
        emergency=emergency,
        at=at,
        wait=wait,
        excluded=tip.barred,
        decide_by=tip.lock.decide_by if tip.lock is not None and tip.lock.is_undecided else None,
    )


def _list_incident_alarms(uow: UnitOfWork, tip: Tip, category: str, open_alarms: Sequence[Alarm]) -> list[Alarm]:
    """Return the open alarms that may be about the same incident as a tip: recent, of the same category and area.

    Alarms of merely possible danger are left out, and so are those of the same reporter, as the rules for danger treat
    a further case of one reporter as another matter.
    """
    district = uow.context.district
    kind = category or tip.category
    excluded = {*tip.barred}
    own_cases = _list_cases_of_reporter(uow, tip)
    return [
        alarm
        for alarm in open_alarms
        if kind
        and alarm.category == kind
        and uow.at - alarm.opened_at <= district.duty.incident
        and {*alarm.excluded} == excluded
        and not alarm.is_possible
        and own_cases.isdisjoint(alarm.cases)
        and is_same_area(district, alarm.unit, find_tip(uow, alarm.about), tip)
    ]


def _list_person_alarms(uow: UnitOfWork, tip: Tip, alarms: Sequence[Alarm]) -> list[Alarm]:
    cases = _list_cases_of_reporter(uow, tip) if alarms else set()
    return [alarm for alarm in alarms if alarm.about in cases]


def _list_cases_of_reporter(uow: UnitOfWork, tip: Tip) -> set[str]:
    """Return the newest cases of a tip's reporter as `kind:id`; none for a caller or walk-in."""
    if not tip.conversation:
        return set()
    criteria = {"conversation": tip.conversation}
    tips = uow.find(TIP, "newest", where=criteria, limit=_LOOKED_AT, complete=False).items
    return {f"{TIP.name}:{own_tip.id}" for own_tip in tips}


def _find_newest_open(uow: UnitOfWork, alarms: Sequence[Alarm]) -> Alarm | None:
    """Return the newest alarm with an open case, or None; an alarm ends a moment after its case, so that it may still
    be listed.
    """
    for alarm in alarms:
        tip = find_tip(uow, alarm.about)
        if tip is not None and not is_over(tip):
            return alarm
    return None


def _count_cases(alarms: Sequence[Alarm]) -> int:
    return sum(1 + len(alarm.also) for alarm in alarms)
