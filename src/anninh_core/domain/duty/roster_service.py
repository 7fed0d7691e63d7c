"""Use cases that set and read rosters, and find the officers on duty."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta

from attrs import evolve, frozen

from anninh_core.domain.duty.kind import ROSTER
from anninh_core.domain.duty.roster import Holiday, Roster, Shift
from anninh_core.domain.duty.rules import OnDuty, iter_rostered_officers
from anninh_core.domain.duty.states import Gap
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Damaged
from anninh_core.usecase.actor import person
from anninh_core.usecase.arguments import Aware, UnitId
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.hand_over import HandOverResult
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.permissions.permits import Permits
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

HasChat = Callable[[UseCaseContext, str], bool]
"""Type of a function that returns whether an officer has a chat for notices."""


class Rosters(Service):
    """Use cases of rosters.

    Args:
        has_chat: returns whether an officer has a chat for notices.
    """

    action_prefix = "duty"

    def __init__(self, runner: UseCaseRunner, has_chat: HasChat) -> None:
        super().__init__(runner)
        self._has_chat = has_chat

    @command(Permission.TIP_SUPERVISE, public=True)
    def set_roster(
        self,
        uow: UnitOfWork,
        unit: UnitId,
        *,
        shifts: Sequence[Shift],
        holidays: Sequence[Holiday] = (),
        valid_from: date | None = None,
        valid_to: date = date.max,
    ) -> Roster:
        """Set a unit's roster from a day on, today by default; an earlier roster ends on the day before.

        Raises:
            BadInput: a named person is no officer or may not handle tips of the unit, or the roster has no shift or
                ends before it begins.
        """
        uow.permit(unit)
        first = valid_from or uow.today
        roster = Roster(
            id=self.context.ids.new(),
            unit=self.context.district.unit(unit).id,
            shifts=tuple(shifts),
            holidays=tuple(holidays),
            valid_from=first,
            valid_to=valid_to,
        )
        self._check_officers(uow, roster)
        for other in tuple(uow.iter_all(ROSTER, "id", where={"home": roster.unit})):
            if other.valid_from < first <= other.valid_to:
                uow.save(ROSTER, other.ended(first - timedelta(days=1)))
        uow.facts["roster"] = roster.id
        uow.add_event("duty.roster_set")
        return uow.save(ROSTER, roster)

    @step(Permission.GRANT)
    def pass_shifts_on(self, uow: UnitOfWork, officer: str, successor: str) -> HandOverResult:
        """Replace an officer by a successor from today; return the number of changed rosters, and the unchanged units.

        Without a successor the shift's other officers remain; a shift can't be left without officers. Past days keep
        their roster.
        """
        permitted = uow.permitted_units()
        moved_count = 0
        unchanged_units = list[str]()
        for roster in tuple(uow.iter_all(ROSTER, "id")):
            if roster.valid_to < uow.today or officer not in roster.officers:
                continue
            is_permitted = permitted is None or roster.unit in permitted
            passed = roster.passed(officer, successor)
            may_succeed = not successor or _may_handle_tips(uow, successor, roster.unit, uow.today)
            if not is_permitted or passed is None or not may_succeed:
                unchanged_units.append(roster.unit)
                continue
            self._replace_roster(uow, roster, passed)
            moved_count += 1
        return HandOverResult(moved_count, tuple(unchanged_units))

    def _replace_roster(self, uow: UnitOfWork, roster: Roster, passed: Roster) -> None:
        if roster.valid_from >= uow.today:
            uow.save(ROSTER, passed)
            return
        uow.save(ROSTER, roster.ended(uow.today - timedelta(days=1)))
        uow.save(ROSTER, evolve(passed, id=self.context.ids.new(), valid_from=uow.today))

    @query(Permission.UNIT_READ, public=True)
    def rosters(self, session: ReadSession, unit: UnitId) -> tuple[Roster, ...]:
        """Return the rosters of a unit that are valid today or later, by first day."""
        session.permit(unit)
        unit_rosters = session.iter_all(ROSTER, "id", where={"home": unit}, complete=False)
        return tuple(
            sorted(
                (roster for roster in unit_rosters if roster.valid_to >= session.today),
                key=lambda roster: roster.valid_from,
            )
        )

    @query(Permission.UNIT_READ, public=True)
    def on_duty(self, session: ReadSession, unit: UnitId, *, at: Aware | None = None) -> tuple[OnDuty, ...]:
        """Return the officers on the rosters of a unit and the units above it at a time, now by default, in order.

        Officers who can't be notified are included, with the reason.
        """
        session.permit(unit)
        moment = at or session.at
        reachability = ReachabilityCheck(session.permits, self.context, self._has_chat)

        def find_officer_gap(officer: str) -> Gap | None:
            return reachability.find_gap(officer, unit, local_date(moment))

        rosters = read_rosters(session, self.context.district.ancestors(unit))
        return tuple(iter_rostered_officers(self.context.district, rosters, unit, moment, find_officer_gap))

    def _check_officers(self, uow: UnitOfWork, roster: Roster) -> None:
        day = max(roster.valid_from, uow.today)
        for officer in sorted(roster.officers):
            if not uow.permits.is_officer(officer):
                raise BadInput(
                    "{officer!r} isn't an officer: {act:units.officers} lists the officers.", officer=officer
                )
            if not _may_handle_tips(uow, officer, roster.unit, day):
                raise BadInput(
                    "Officer {officer} handles no tips of {unit!r}: grant the role first.",
                    officer=officer,
                    unit=roster.unit,
                )


def _may_handle_tips(uow: UnitOfWork, officer: str, unit: str, day: date) -> bool:
    return uow.permits.may(person(officer), Permission.TIP_HANDLE, unit, day).allowed


def read_rosters(session: ReadSession, units: Iterable[str]) -> tuple[Roster, ...]:
    """Return the rosters of units that can be read; in place of damaged rosters, the officers of the others are on
    duty.
    """
    return tuple(session.iter_all(ROSTER, "id", where={"home": tuple(units)}, complete=False))


@frozen
class ReachabilityCheck:
    """Checks which officers can be notified."""

    permits: Permits
    context: UseCaseContext
    has_chat: HasChat

    def find_gap(self, officer: str, unit: str, day: date, excluded: Collection[str] = ()) -> Gap | None:
        """Return why an officer can't be notified of a matter in a unit on a day, or None."""
        try:
            return self._find_gap(officer, unit, day, excluded)
        except Damaged:  # The officer's record can't be read, and the chat is in it.
            return Gap.NO_CHAT

    def _find_gap(self, officer: str, unit: str, day: date, excluded: Collection[str]) -> Gap | None:
        if excluded and not {*excluded}.isdisjoint(self.permits.list_marks(officer)):
            return Gap.EXCLUDED
        if not self.permits.may(person(officer), Permission.TIP_HANDLE, unit, day).allowed:
            return Gap.NO_GRANT
        return None if self.has_chat(self.context, officer) else Gap.NO_CHAT
