"""Rules for the start of the retention period, for kinds of records with an erasure scope per record."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic

from attrs import frozen

from anninh_core.domain.clocks import DECIDED, DRAFT, FIGURES, FOUND, GROUPS, STAFF
from anninh_core.domain.content.collected.model import FOUND_PIECE
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import ItemState
from anninh_core.domain.duty.kind import ALARM, ROSTER
from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.identity.emergency_model import EmergencyOpening
from anninh_core.domain.identity.kind import DISCLOSURE, EMERGENCY_OPENING
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.programme.activity import CAMPAIGN, INSPECTION, TRAINING
from anninh_core.domain.programme.difficulty import DIFFICULTY
from anninh_core.domain.programme.duty import DUTY
from anninh_core.domain.programme.own_plan import OWN_PLAN
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.retention.clocks.model import KeptScope
from anninh_core.domain.retention.kind import ERASURE
from anninh_core.domain.retention.model import Erasure
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.tips.incidents.kind import INCIDENT
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.kinds import Kind, M
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork


@frozen(kw_only=True)
class RecordRule(Generic[M]):
    """The start of the retention period of a kind's records; each record has an erasure scope of its own.

    Attributes:
        data: kind of data of a record, as in the profile's `retention_days`.
        ended_on: day from which the period counts; None while the record waits.
        cases: `kind:id` of the cases that a record is about; "" is ignored.
        waits_for: what a record without `ended_on` waits for.
    """

    kind: Kind[M]
    data: Callable[[M], str]
    ended_on: Callable[[M], date | None]
    waits_for: str
    cases: Callable[[M], Sequence[str]] = lambda _: ()

    def read(self, session: ReadSession, id: str) -> KeptScope | None:
        """Return the retention state of a record, or None if it can't be read."""
        model = session.get_unpurged(self.kind, id)
        if model is None:
            return None
        if isinstance(session, UnitOfWork):
            session.guard_version(self.kind, model)
        ended_on = self.ended_on(model)
        return KeptScope(
            scope=self.kind.scope(model),
            unit=self.kind.unit(model),
            data=self.data(model),
            ended_on=ended_on,
            waits_for="" if ended_on else self.waits_for,
            cases=tuple(filter(None, self.cases(model))),
        )


def _find_item_end(item: Item) -> date | None:
    if item.published_day is None:
        return local_date(item.versions[-1].at)
    if item.withdrawal is not None:
        return local_date(item.withdrawal.at)
    return item.piece.expires if item.state in (ItemState.EXPIRED, ItemState.CORRECTED) else None


def _find_disclosure_end(disclosure: Disclosure) -> date | None:
    end = disclosure.lapsed_at or disclosure.until or disclosure.decided_at
    return local_date(end) if end else None


def _find_opening_end(opening: EmergencyOpening) -> date | None:
    return local_date(opening.reviewed_at) if opening.reviewed_at else None


def _find_erasure_end(erasure: Erasure) -> date | None:
    end = erasure.done_at or erasure.decided_at
    return local_date(end) if end and not erasure.is_pending else None


def _find_officer_end(officer: Officer) -> date | None:
    last = max((grant.valid_to for grant in officer.grants), default=date.max)
    return None if last == date.max else last


def make_constant_function(data: str) -> Callable[[Any], str]:
    """Return a function that returns `data` for every record."""
    return lambda _: data


RECORD_RULES: tuple[RecordRule[Any], ...] = (
    RecordRule(
        kind=ITEM,
        data=lambda item: DRAFT if item.published_day is None else "content",
        ended_on=_find_item_end,
        waits_for="it is published",
    ),
    RecordRule(
        kind=FOUND_PIECE, data=make_constant_function(FOUND), ended_on=lambda piece: piece.kept_from, waits_for=""
    ),
    RecordRule(
        kind=DISCLOSURE,
        data=make_constant_function(DECIDED),
        ended_on=_find_disclosure_end,
        waits_for="nobody decided",
        cases=lambda disclosure: (disclosure.case,),
    ),
    RecordRule(
        kind=EMERGENCY_OPENING,
        data=make_constant_function(DECIDED),
        ended_on=_find_opening_end,
        waits_for="nobody reviewed it",
        cases=lambda opening: (opening.case,),
    ),
    RecordRule(
        kind=ERASURE, data=make_constant_function(DECIDED), ended_on=_find_erasure_end, waits_for="it isn't carried out"
    ),
    RecordRule(
        kind=RIGHTS_REQUEST,
        data=make_constant_function(DECIDED),
        ended_on=lambda request: request.ended_on,
        waits_for="it isn't over",
    ),
    RecordRule(
        kind=GROUP, data=make_constant_function(GROUPS), ended_on=lambda group: group.closed_on, waits_for="it runs"
    ),
    RecordRule(
        kind=OFFICER, data=make_constant_function(STAFF), ended_on=_find_officer_end, waits_for="they have a role"
    ),
    RecordRule(
        kind=ALARM,
        data=make_constant_function(DECIDED),
        ended_on=lambda alarm: alarm.over_on,
        waits_for="it is open",
        cases=lambda alarm: (alarm.case,),
    ),
    RecordRule(
        kind=INCIDENT,
        data=make_constant_function(DECIDED),
        ended_on=lambda incident: incident.closed_on,
        waits_for="it is open",
        cases=lambda incident: incident.cases,
    ),
    RecordRule(
        kind=LEAK_FINDING,
        data=make_constant_function(DECIDED),
        ended_on=lambda finding: finding.over_on,
        waits_for="it waits",
    ),
    RecordRule(
        kind=ROSTER, data=make_constant_function(STAFF), ended_on=lambda roster: roster.over_on, waits_for="it holds"
    ),
    RecordRule(
        kind=REPORT, data=make_constant_function(FIGURES), ended_on=lambda report: report.last_day, waits_for=""
    ),
    RecordRule(kind=DUTY, data=make_constant_function(FIGURES), ended_on=lambda duty: duty.last_day, waits_for=""),
    RecordRule(kind=OWN_PLAN, data=make_constant_function(FIGURES), ended_on=lambda plan: plan.day, waits_for=""),
    RecordRule(
        kind=TRAINING, data=make_constant_function(FIGURES), ended_on=lambda training: training.day, waits_for=""
    ),
    RecordRule(
        kind=INSPECTION, data=make_constant_function(FIGURES), ended_on=lambda inspection: inspection.day, waits_for=""
    ),
    RecordRule(
        kind=CAMPAIGN, data=make_constant_function(FIGURES), ended_on=lambda campaign: campaign.period.end, waits_for=""
    ),
    RecordRule(
        kind=DIFFICULTY,
        data=make_constant_function(FIGURES),
        ended_on=lambda difficulty: difficulty.remarks[-1].day,
        waits_for="",
    ),
)
