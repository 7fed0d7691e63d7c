"""What is paged together: reports of one incident, and emergencies over a limit, come to an alarm of another case.

Nothing is left out by it. The alarm that takes a case in has to be acknowledged again; its page leaves a minute after
the last one, with the number of cases; and if it ends while others of them are open, those get an alarm of their own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from anninh_core.domain.duty.alarm import Alarm, alarm_id
from anninh_core.domain.duty.alarm_service import Alarms
from anninh_core.domain.duty.bundles import find_carrier_of, list_standing_alarms
from anninh_core.domain.duty.claims import find_running_claim
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.lookups import find_tip
from anninh_core.domain.tips.incidents.rules import is_same_area
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import BY_A_PERSON, Tip
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import hour_column
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.worker.jobs.alerts.cases import is_over

CODE = 5
"""Letters of a receipt that are told to officers' phones: enough to find it, too few to ask for it."""
UNKNOWN_CODE = "?" * CODE
"""In place of a receipt's letters where its case can't be read."""

_HOUR = timedelta(hours=1)
_LOOKED_AT = 50  # cases of a person


def count_new_cases(context: UseCaseContext, unit: str, now: datetime, cap: int = 1000) -> int:
    """Return how many cases came to a unit in this hour of the clock, counted to a cap."""
    units = (context.district.counting_unit(unit),)
    where = {"received": hour_column(now)}
    return context.storage.records.count(Find(kind=TIP.name, order="newest", units=units, where=where), cap)


def is_flooded(context: UseCaseContext, unit: str, now: datetime) -> bool:
    """Tell whether so many cases come to a unit that its officers are told of them together."""
    limit = context.district.flood.unit_cases
    return count_new_cases(context, unit, now, cap=limit + 1) > limit


def wait_of_notice(context: UseCaseContext, at: datetime, *, flooded: bool) -> timedelta:
    """Return how long a case that came at a moment waits until its officers are told.

    In a flood that is until the next notice of them all.
    """
    if not flooded:
        return context.district.duty.bundle
    pause = context.district.flood.unit_notice
    return pause - timedelta(seconds=at.timestamp() % pause.total_seconds())


def find_carrier(uow: UnitOfWork, tip: Tip, category: str = "", *, by_limits: bool = False) -> Alarm | None:
    """Return the alarm by which an emergency is paged instead of one of its own, None for none.

    That is the one that took it in; else the newest about the same incident; else, over the limit of its person or of
    its unit, the newest alarm about the same that nobody has ended: of the same unit, with the same people kept away.

    Args:
        tip: the emergency.
        category: of its danger, "" for that of the tip.
        by_limits: whether the limits alone decide, since its danger is only possible.
    """
    case = f"{TIP.name}:{tip.id}"
    rules = uow.context.district.flood
    if uow.get(ALARM, alarm_id(case)) is not None:
        return None
    standing = [alarm for alarm in list_standing_alarms(uow) if Ref.parse(alarm.about).kind == TIP.name]
    if (carrier := next((alarm for alarm in standing if case in alarm.also), None)) is not None:
        return carrier
    if not by_limits and (carrier := _newest(uow, _list_of_incident(uow, tip, category, standing))) is not None:
        return carrier
    fitting = [alarm for alarm in standing if alarm.unit == tip.unit and {*alarm.excluded} == {*tip.barred}]
    by_person = _list_of_person(uow, tip, fitting)
    if _count_cases(by_person) >= rules.person_dangers:
        return _newest(uow, by_person)
    alike = [one for one in fitting if one.category == tip.category and uow.at - one.opened_at < _HOUR]
    return _newest(uow, alike) if _count_cases(alike) >= rules.unit_dangers else None


def leave_carrier(uow: UnitOfWork, alarms: Alarms, tip: Tip) -> bool:
    """Open the alarm of an emergency that isn't part of what another alarm pages about any more; tell whether it did.

    A person moved it to another unit or closed it to other officers, or its place turned out to be another one.
    """
    case = f"{TIP.name}:{tip.id}"
    carrier = find_carrier_of(uow, case)
    unit = tip.handling_unit or tip.unit
    if carrier is None or _belongs_to(uow, carrier, tip, unit):
        return False
    separate_case(uow, alarms, carrier, tip)
    return True


def separate_case(uow: UnitOfWork, alarms: Alarms, carrier: Alarm, tip: Tip) -> None:
    """Take a case out of another alarm, and open its own unless an officer has ended the work."""
    alarms.release_cases(uow, carrier.id, (f"{TIP.name}:{tip.id}",))
    if not is_over(tip):
        open_tip_alarm(uow, alarms, tip, unit=tip.handling_unit or tip.unit, emergency=True)


def _belongs_to(uow: UnitOfWork, carrier: Alarm, tip: Tip, unit: str) -> bool:
    """Return whether an alarm still pages about a case that it took in."""
    if {*carrier.excluded} != {*tip.barred}:
        return False
    moved_by_person = tip.place_reason == BY_A_PERSON or unit != tip.unit
    if carrier.unit == unit or moved_by_person:
        return carrier.unit == unit
    first = find_tip(uow, carrier.about)
    return is_same_area(uow.context.district, carrier.unit, first, tip)


def pass_on_cases(uow: UnitOfWork, alarms: Alarms, alarm: Alarm, *, is_known: bool) -> None:
    """Give the open cases that an alarm took in an alarm of their own, once it ends or goes to another unit.

    That one is paged at once. Where an officer has claimed the alarm, it waits for them as long as the claim runs.

    Args:
        alarm: as it was before.
        is_known: whether an officer has acknowledged it, and with it all that it had paged about.
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
    """Open the alarm about a tip, or add to the one that there is; see `Alarms.open_alarm`.

    Its category is that of the danger, where that is another one than the tip's.
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


def _list_of_incident(uow: UnitOfWork, tip: Tip, category: str, standing: Sequence[Alarm]) -> list[Alarm]:
    """Return the alarms that may be about the same incident: of the profile's last minutes, of one category and area.

    One whose danger is only possible takes in nothing, and a further case of one reporter is another matter by the
    rules for danger.
    """
    district = uow.context.district
    kind = category or tip.category
    excluded = {*tip.barred}
    own_cases = _list_cases_of_reporter(uow, tip)
    return [
        alarm
        for alarm in standing
        if kind
        and alarm.category == kind
        and uow.at - alarm.opened_at <= district.duty.incident
        and {*alarm.excluded} == excluded
        and not alarm.is_possible
        and own_cases.isdisjoint(alarm.cases)
        and is_same_area(district, alarm.unit, find_tip(uow, alarm.about), tip)
    ]


def _list_of_person(uow: UnitOfWork, tip: Tip, alarms: Sequence[Alarm]) -> list[Alarm]:
    cases = _list_cases_of_reporter(uow, tip) if alarms else set()
    return [alarm for alarm in alarms if alarm.about in cases]


def _list_cases_of_reporter(uow: UnitOfWork, tip: Tip) -> set[str]:
    """Return the newest cases (`kind:id`) of a tip's reporter; none for a caller or walk-in."""
    if not tip.conversation:
        return set()
    where = {"conversation": tip.conversation}
    tips = uow.find(TIP, "newest", where=where, limit=_LOOKED_AT, complete=False).items
    return {f"{TIP.name}:{own.id}" for own in tips}


def _newest(uow: UnitOfWork, alarms: Sequence[Alarm]) -> Alarm | None:
    """Return the newest alarm whose case nobody has ended; the alarm itself hears of that a moment later."""
    for alarm in alarms:
        tip = find_tip(uow, alarm.about)
        if tip is not None and not is_over(tip):
            return alarm
    return None


def _count_cases(alarms: Sequence[Alarm]) -> int:
    return sum(1 + len(alarm.also) for alarm in alarms)
