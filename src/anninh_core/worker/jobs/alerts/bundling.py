"""What is told together when too much comes at once: emergencies over a limit come to an alarm that somebody answers.

Nothing is left untold by it. The alarm that takes a case in has to be acknowledged anew; its page leaves within the
minute; and if it ends before anybody acknowledged it, what it had taken in gets an alarm of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from anninh_core.domain.duty.alarm import Alarm, alarm_id
from anninh_core.domain.duty.alarms import Alarms
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.worker.jobs.alerts.cases import is_over, readable_tip_of

CODE = 5
"""Letters of a receipt that are told to officers' phones: enough to find it, too few to ask for it."""
UNKNOWN_CODE = "?" * CODE
"""In place of a receipt's letters where its case can't be read."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_LOOKED_AT = 50  # alarms; older ones of a unit take nothing in
_STANDING = (AlarmState.OPEN.value, AlarmState.ACKNOWLEDGED.value)


def count_new_cases(context: UseCaseContext, unit: str, now: datetime, cap: int = 1000) -> int:
    """Return how many cases came to a unit in this hour of the clock, counted to a cap."""
    units = (context.district.counting_unit(unit),)
    where = {"received": now.isoformat()[:13]}
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


def find_carrier(uow: UnitOfWork, tip: Tip) -> Alarm | None:
    """Return the alarm by which an emergency is told instead of one of its own, None for none.

    That is the one that took it in; else, over the limit of its person or of its unit, the newest alarm about the same
    that nobody has ended: of the same unit, with the same people kept away.
    """
    case = f"{TIP.name}:{tip.id}"
    rules = uow.context.district.flood
    if uow.get(ALARM, alarm_id(case)) is not None:
        return None
    standing = _list_standing(uow, tip)
    if (carrier := next((alarm for alarm in standing if case in alarm.also), None)) is not None:
        return carrier
    fitting = [one for one in standing if one.unit == tip.unit and {*one.excluded} == {*tip.barred}]
    by_person = _list_of_person(uow, tip, fitting)
    if _count_cases(by_person) >= rules.person_dangers:
        return _newest(uow, by_person)
    alike = [one for one in fitting if one.category == tip.category and uow.at - one.opened_at < _HOUR]
    return _newest(uow, alike) if _count_cases(alike) >= rules.unit_dangers else None


def pass_on_cases(uow: UnitOfWork, alarms: Alarms, alarm: Alarm, *, is_known: bool) -> None:
    """Give the cases that an alarm took in an alarm of their own, once it ends or goes to another unit.

    Args:
        uow: the act.
        alarms: opens and changes them.
        alarm: as it was before.
        is_known: whether somebody has acknowledged it, and with it all that it had told.
    """
    if not alarm.also:
        return
    cases = alarms.release_cases(uow, alarm.id)
    tips = (
        [] if is_known else [tip for tip in (readable_tip_of(uow, case) for case in cases) if tip and not is_over(tip)]
    )
    by_unit: dict[str, list[Tip]] = {}
    for tip in tips:
        by_unit.setdefault(tip.handling_unit or tip.unit, []).append(tip)
    for unit, (first, *rest) in by_unit.items():
        opened = open_tip_alarm(uow, alarms, first, unit=unit, emergency=True)
        for tip in rest:
            alarms.take_case_in(uow, opened.id, f"{TIP.name}:{tip.id}")


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


def _list_standing(uow: UnitOfWork, tip: Tip) -> list[Alarm]:
    """Return the emergencies of a tip's unit of the last day that nobody has ended, the newest first."""
    where: Mapping[str, str | tuple[str, ...]] = {"urgency": "emergency", "state": _STANDING, "chat": ""}
    units = (uow.context.district.counting_unit(tip.unit),)
    found = uow.find(ALARM, "newest", units=units, where={**where}, limit=_LOOKED_AT, complete=False).items
    recent = (one for one in found if uow.at - one.opened_at < _DAY and Ref.parse(one.about).kind == TIP.name)
    return sorted(recent, key=_opened, reverse=True)


def _list_of_person(uow: UnitOfWork, tip: Tip, alarms: Sequence[Alarm]) -> list[Alarm]:
    if not tip.conversation or len(alarms) == 0:
        return []
    where = {"conversation": tip.conversation}
    mine = uow.find(TIP, "newest", where=where, limit=_LOOKED_AT, complete=False).items
    cases = {f"{TIP.name}:{one.id}" for one in mine}
    return [alarm for alarm in alarms if alarm.about in cases]


def _newest(uow: UnitOfWork, alarms: Sequence[Alarm]) -> Alarm | None:
    """Return the newest alarm whose case nobody has ended; the alarm itself hears of that a moment later."""
    for alarm in alarms:
        tip = readable_tip_of(uow, alarm.about)
        if tip is not None and not is_over(tip):
            return alarm
    return None


def _count_cases(alarms: Sequence[Alarm]) -> int:
    return sum(1 + len(alarm.also) for alarm in alarms)


def _opened(alarm: Alarm) -> datetime:
    return alarm.opened_at
