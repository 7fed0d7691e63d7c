"""Use cases of difficulties: reported by a unit, answered by the committee, followed until closed (P-IV.2.c)."""

from anninh_core.domain.programme.difficulty import (
    DIFFICULTY,
    DIFFICULTY_STEPS,
    Difficulty,
    DifficultyRemark,
    DifficultyState,
)
from anninh_core.domain.programme.rules import require_text
from anninh_core.usecase.arguments import Cursor, DifficultyId, Limit, UnitId, WithinUnit, Words
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Difficulties(Service):
    """Use cases of the exchange between a unit and the committee about difficulties."""

    action_prefix = "programme"

    @command(Permission.PLAN_RUN, public=True)
    def raise_difficulty(self, uow: UnitOfWork, unit: UnitId, text: Words) -> Difficulty:
        """Report an obstacle that a unit can't remove alone.

        Raises:
            BadInput: the text is empty.
            NotFound: the unit doesn't exist.
        """
        uow.permit(unit)
        remark = _build_remark(uow, DifficultyState.RAISED, require_text(text, "text"))
        uow.add_event("difficulty.raised")
        difficulty = Difficulty(id=self.context.ids.new(), unit=unit, state=remark.state, remarks=(remark,))
        return uow.save(DIFFICULTY, difficulty)

    @command(Permission.DIFFICULTY_ANSWER, public=True, daily=True)
    def answer_difficulty(self, uow: UnitOfWork, difficulty_id: DifficultyId, text: Words) -> Difficulty:
        """Answer a difficulty for the committee.

        Raises:
            WrongStep: it is closed.
            BadInput: the text is empty.
        """
        return self._add_remark(uow, "answer_difficulty", difficulty_id, DifficultyState.ANSWERED, text)

    @command(Permission.PLAN_RUN, public=True)
    def insist(self, uow: UnitOfWork, difficulty_id: DifficultyId, text: Words) -> Difficulty:
        """Open an answered difficulty again: the answer didn't help.

        Raises:
            WrongStep: it isn't answered.
            BadInput: the text is empty.
        """
        return self._add_remark(uow, "insist", difficulty_id, DifficultyState.RAISED, text)

    @command(Permission.PLAN_RUN, public=True, daily=True)
    def close_difficulty(self, uow: UnitOfWork, difficulty_id: DifficultyId, text: Words) -> Difficulty:
        """Close an answered difficulty with its outcome.

        Raises:
            WrongStep: it isn't answered.
            BadInput: the text is empty.
        """
        return self._add_remark(uow, "close_difficulty", difficulty_id, DifficultyState.CLOSED, text)

    @query(Permission.PLAN_READ, traced=True, aggregate_repeats=True, public=True)
    def difficulty(self, session: ReadSession, difficulty_id: DifficultyId) -> Difficulty:
        """Return a difficulty."""
        return session.get_permitted(DIFFICULTY, difficulty_id)

    @query(Permission.PLAN_READ, traced=True, aggregate_repeats=True, public=True)
    def difficulties(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        state: DifficultyState | str | None = None,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Difficulty]:
        """Return a page of difficulties of a unit and the units below it, oldest first, optionally in one state."""
        conditions = {"state": state} if state else {}
        return session.list_permitted(DIFFICULTY, "oldest", unit, where=conditions, after=after, limit=limit)

    def _add_remark(
        self, uow: UnitOfWork, step: str, difficulty_id: str, state: DifficultyState, text: str
    ) -> Difficulty:
        difficulty = uow.get_permitted(DIFFICULTY, difficulty_id)
        DIFFICULTY_STEPS.require(step, difficulty, uow)
        remark = _build_remark(uow, state, require_text(text, "text"))
        uow.add_event(f"difficulty.{state}")
        return uow.save(DIFFICULTY, difficulty.moved(remark))


def _build_remark(uow: UnitOfWork, state: DifficultyState, text: str) -> DifficultyRemark:
    return DifficultyRemark(day=uow.today, state=state, by=uow.actor.id, text=text)
