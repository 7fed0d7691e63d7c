"""Functions that read the cases of alarms and describe them to officers."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.index_specs import LEAK_FINDING_SPEC
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import SETTLED_STATES, TipState
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import format_hour
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District

_PAGE = 200


def load_tip_of_alarm(session: ReadSession, about: str) -> Tip | None:
    """Return the tip that an alarm is about, or None if the alarm is about something else or the tip was purged.

    Raises:
        Damaged: the tip can't be read.
    """
    ref = Ref.parse(about)
    return session.get_unpurged(TIP, ref.id) if ref.kind == TIP.name else None


def is_over(tip: Tip) -> bool:
    """Return whether an officer has ended the work on a tip. A withdrawal by its reporter doesn't count."""
    outcome = tip.settlements[-1].outcome if tip.settlements else None
    ended = tip.state in SETTLED_STATES or tip.state in (TipState.ANSWERED, TipState.CLOSED)
    return ended and tip.state is not TipState.WITHDRAWN and outcome is not TipState.WITHDRAWN


def category_name(district: District, category: str) -> str:
    """Return the name of a category, or the profile's general words for danger if it is unknown."""
    incoming = district.incoming.get(category)
    return incoming.name if incoming else district.say("alarm.no_category")


def describe_subject(district: District, alarm: Alarm) -> str:
    """Return the words that describe to officers what an alarm is about: a held message, a supervisor lock, or the name
    of a category.
    """
    if Ref.parse(alarm.about).kind == LEAK_FINDING_SPEC.kind:
        return district.say("alarm.held")
    if alarm.decide_by is not None:
        return district.say("alarm.locked")
    return category_name(district, alarm.category)


def is_due(record: Record, now: datetime) -> bool:
    """Return whether the next step of an alarm may be due, judged by the unencrypted hour column of its record."""
    return str(record.columns["next"]) <= format_hour(now)


def iter_expiring_records(context: UseCaseContext) -> Iterator[Record]:
    """Yield the records of claimed emergency alarms with a claim that may have expired."""
    criteria = {"state": "acknowledged", "urgency": "emergency"}
    query = Find(kind=ALARM.name, order="due", where=criteria, limit=_PAGE)
    now = context.clock.now()
    yield from takewhile(lambda record: is_due(record, now), iter_records(context.storage.records, query))


def iter_open_records(context: UseCaseContext, urgency: str) -> Iterator[Record]:
    """Yield the records of the open alarms of an urgency, in the order of their next steps."""
    query = Find(kind=ALARM.name, order="due", where={"state": "open", "urgency": urgency}, limit=_PAGE)
    yield from iter_records(context.storage.records, query)
