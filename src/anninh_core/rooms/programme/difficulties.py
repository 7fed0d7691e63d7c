"""Difficulties and obstacles: reported up, answered, followed to the end (P-IV.2.c)."""

from anninh_core.rooms.programme.difficulty import DIFFICULTY, Difficulty, DifficultyRemark, DifficultyState
from anninh_core.rooms.programme.rules import require_text
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, query
from anninh_core.work.read_session import ReadSession
from anninh_core.work.unit_of_work import UnitOfWork


class Difficulties(Service):
    """The exchange between a unit and the committee."""

    room = "programme"

    @command(Permission.PLAN_RUN)
    def raise_difficulty(self, draft: UnitOfWork, unit: str, text: str) -> Difficulty:
        """Report an obstacle that a unit can't clear alone."""
        draft.permit(unit)
        remark = _build_remark(draft, DifficultyState.RAISED, require_text(text, "a difficulty"))
        draft.event("difficulty.raised")
        difficulty = Difficulty(id=self.context.ids.new(), unit=unit, state=remark.state, remarks=(remark,))
        return draft.save(DIFFICULTY, difficulty)

    @command(Permission.DIFFICULTY_ANSWER)
    def answer_difficulty(self, draft: UnitOfWork, difficulty_id: str, text: str) -> Difficulty:
        """Answer a difficulty for the committee."""
        return self._add_remark(draft, difficulty_id, DifficultyState.ANSWERED, text)

    @command(Permission.PLAN_RUN)
    def insist(self, draft: UnitOfWork, difficulty_id: str, text: str) -> Difficulty:
        """Open an answered difficulty again: the answer didn't help."""
        return self._add_remark(draft, difficulty_id, DifficultyState.RAISED, text)

    @command(Permission.PLAN_RUN)
    def close_difficulty(self, draft: UnitOfWork, difficulty_id: str, text: str) -> Difficulty:
        """Close an answered difficulty, saying what came of it."""
        return self._add_remark(draft, difficulty_id, DifficultyState.CLOSED, text)

    @query(Permission.PLAN_READ, traced=True)
    def difficulty(self, look: ReadSession, difficulty_id: str) -> Difficulty:
        """Return a difficulty."""
        return look.held(DIFFICULTY, difficulty_id)

    @query(Permission.PLAN_READ, traced=True)
    def difficulties(self, look: ReadSession, *, unit: str = "", state: str = "") -> tuple[Difficulty, ...]:
        """Return difficulties, the oldest first, of a unit and below, in a state."""
        where = {"state": state} if state else {}
        return tuple(look.every_listed(DIFFICULTY, "oldest", unit, where=where))

    def _add_remark(self, draft: UnitOfWork, difficulty_id: str, state: DifficultyState, text: str) -> Difficulty:
        difficulty = draft.held(DIFFICULTY, difficulty_id)
        remark = _build_remark(draft, state, require_text(text, "a remark on a difficulty"))
        draft.event(f"difficulty.{state}")
        return draft.save(DIFFICULTY, difficulty.moved(remark))


def _build_remark(draft: UnitOfWork, state: DifficultyState, text: str) -> DifficultyRemark:
    return DifficultyRemark(day=draft.today, state=state, by=draft.actor.id, text=text)
