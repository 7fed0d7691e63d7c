"""Handing over the work of a leaving officer: everything goes to successors in one commit, or nothing does."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from attrs import frozen

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.values import ItemState
from anninh_core.domain.identity.custody.kind import CUSTODIAN
from anninh_core.domain.identity.states import CustodianState
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.model import UNANSWERED
from anninh_core.domain.programme.duty import DUTY, DutyState
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import expand_units, granted_units
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.arguments import OfficerId
from anninh_core.usecase.hand_over import HandOverResult
from anninh_core.usecase.marks import command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow

ALL = "all"
"""Name of the area that covers all areas of work not named separately."""

PERSONAL_AREAS = ("tips", "subcases", "groups", "programme", "duty")
"""Areas in which work is assigned to an officer by name: it moves to a successor."""


DRAFTS = "half_written"
"""Name under which the number of offered drafts is reported."""

_SUBJECTS = ("inquiry", "item", "post", "report")
"""Kinds of records that drafts can be about, apart from tips."""


@frozen
class _UnitWork:
    """Work that belongs to a unit: nothing moves, but another officer with permission for it must exist.

    Attributes:
        kind, order, states: select the unfinished records.
    """

    area: str
    kind: str
    order: str
    states: tuple[str, ...]
    permission: Permission


_DRAFTS = (ReportState.DRAFT.value, ReportState.RETURNED.value)
_UNIT_WORK = (
    _UnitWork("drafts", ITEM.name, "newest", (ItemState.DRAFT.value,), Permission.CONTENT_EDIT),
    _UnitWork("reviews", ITEM.name, "newest", (ItemState.SUBMITTED.value,), Permission.CONTENT_REVIEW),
    _UnitWork("inquiries", INQUIRY.name, "newest", UNANSWERED, Permission.INQUIRY_ANSWER),
    _UnitWork("reports", REPORT.name, "newest", _DRAFTS, Permission.REPORT_WRITE),
    _UnitWork("duties", DUTY.name, "due", (DutyState.OPEN.value,), Permission.PLAN_RUN),
)


@view
class HandedOver:
    """The number of records that successors took over from an officer.

    Attributes:
        moved: number of records by area.
    """

    moved: Mapping[str, int]


class HandOver(Workflow):
    """Hands over the work of a leaving officer to successors."""

    action_prefix = "hand_over"

    @command(Permission.GRANT, public=True, step_up=True)
    def hand_over(
        self, uow: UnitOfWork, officer_id: OfficerId, *, to: Mapping[str, str], last_day: date | None = None
    ) -> HandedOver:
        """Give all that an officer works on to successors, over all modules, in one commit.

        What bears the officer's name moves: open tips and claims, parts of tips, seats on boards, the headship of
        units, places on rosters. What belongs to a unit (drafts, reviews, questions, reports, duties) stays, if another
        officer may do it; so does a custodian's key, if another custodian's is in use. The officer's unfinished drafts
        are offered to the successors who may read their subjects: drafts about tips to the successor in `tips`, all
        others to the successor in `all`.

        Args:
            officer_id: who leaves.
            to: officer id by area (`tips`, `subcases`, `groups`, `programme`, `duty`, or `all` for those not named).
            last_day: last day of all the officer's grants, inclusive; None leaves them as they are.

        Raises:
            WrongStep: something would be orphaned; says what and how many, by area and unit. Nothing was moved.
            BadInput: an unknown area, or a successor who is no officer or the one who leaves.
            Refused: the actor grants no roles in the officer's home unit.
        """
        officer = uow.get_permitted(OFFICER, officer_id, "units.officers")
        self._check_successors(uow, officer, to)
        results = {
            area: self._move_work(uow, area, officer_id, to.get(area, to.get(ALL, ""))) for area in PERSONAL_AREAS
        }
        orphans = [
            *_describe_left_work(results),
            *self._iter_orphaned_work(uow, officer),
            *self._iter_orphaned_keys(uow, officer),
        ]
        if orphans:
            raise WrongStep(
                "Officer {officer} can't hand over yet, because no one would take over this work: {work}. "
                "Name a successor who is permitted to do it and isn't excluded; for work of a unit, first "
                "grant another officer the role.",
                officer=officer_id,
                work=tuple(orphans),
            )
        if last_day is not None:
            self._end_grants(uow, officer, last_day)
        offered = self.services.drafts.offer(uow, officer_id, _map_successors_by_subject(to))
        counts = {**{area: result.moved for area, result in results.items()}, DRAFTS: offered}
        moved = {area: count for area, count in counts.items() if count}
        uow.facts |= moved
        uow.add_event("officer.handed_over")
        return HandedOver(moved=moved)

    def _end_grants(self, uow: UnitOfWork, officer: Officer, last_day: date) -> None:
        for grant in officer.grants:
            if grant.valid_to > last_day:
                uow.include(self.services.units.revoke, officer.id, grant.role, grant.unit, last_day=last_day)

    @staticmethod
    def _check_successors(uow: UnitOfWork, officer: Officer, to: Mapping[str, str]) -> None:
        if unknown := sorted({*to} - {*PERSONAL_AREAS, ALL}):
            raise BadInput(
                "{area!r} isn't an area of work that can be handed over: choose one of {allowed}.",
                area=unknown[0],
                allowed=(*PERSONAL_AREAS, ALL),
            )
        for area, successor in to.items():
            if successor == officer.id or not uow.permits.is_officer(successor):
                raise BadInput(
                    "{successor!r} can't take over {area!r} from officer {officer}: give the id of another officer.",
                    successor=successor,
                    officer=officer.id,
                    area=area,
                )

    def _move_work(self, uow: UnitOfWork, area: str, officer_id: str, successor: str) -> HandOverResult:
        services = self.services
        steps = {
            "tips": services.tips.hand_over.pass_tips_on,
            "subcases": services.tips.hand_over.pass_subcases_on,
            "groups": services.groups.board.pass_seats_on,
            "programme": services.programme.heads.pass_headships_on,
            "duty": services.duty.rosters.pass_shifts_on,
        }
        return steps[area](uow, officer_id, successor)

    def _iter_orphaned_work(self, uow: UnitOfWork, officer: Officer) -> Iterator[str]:
        """Yield the number of open records of units that only `officer` may work on, by area of work."""
        district = self.context.district
        records = self.context.storage.records
        others = tuple(other for other in uow.iter_all(OFFICER, "id") if other.id != officer.id)
        for work in _UNIT_WORK:
            officer_units = {*expand_units(district, granted_units(district, officer, work.permission, uow.today))}
            tops = (granted_units(district, other, work.permission, uow.today) for other in others)
            orphaned_units = officer_units - {*expand_units(district, (unit for units in tops for unit in units))}
            if not orphaned_units:
                continue
            find = Find(
                kind=work.kind, order=work.order, units=sorted(orphaned_units), where={"state": work.states}, limit=200
            )
            if units := [record.unit for record in iter_records(records, find)]:
                yield _describe_counts(work.area, units)

    def _iter_orphaned_keys(self, uow: UnitOfWork, officer: Officer) -> Iterator[str]:
        """Yield the custody of residents' names as orphaned if only `officer` has a key in use; a key can't be
        moved.
        """
        keys = uow.iter_all(CUSTODIAN, "id", where={"state": CustodianState.ACTIVE.value})
        holders = {key.officer for key in keys if not key.is_recovery}
        if holders == {officer.id}:
            yield _describe_counts("custodians", [self.context.district.root])


def _map_successors_by_subject(to: Mapping[str, str]) -> Mapping[str, str]:
    """Return the officer to whom drafts are offered, for each kind of record that a draft is about."""
    of_all = to.get(ALL, "")
    return {"tip": to.get("tips", of_all), **dict.fromkeys(_SUBJECTS, of_all)}


def _describe_left_work(results: Mapping[str, HandOverResult]) -> Iterator[str]:
    return (_describe_counts(area, result.left) for area, result in results.items() if result.left)


def _describe_counts(area: str, units: "tuple[str, ...] | list[str]") -> str:
    """Return how many records no officer would take over, by unit; the records aren't named, as the actor may not read
    them.
    """
    counts = sorted(Counter(units).items())
    return Sentence(
        "{area}: {counts}",
        area=area,
        counts=tuple(Sentence("{count} of {unit}", count=count, unit=unit) for unit, count in counts),
    )
