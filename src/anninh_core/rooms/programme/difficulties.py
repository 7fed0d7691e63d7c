"""Difficulties and obstacles: reported up, answered, followed to the end (P-IV.2.c)."""

from anninh_core.rooms.programme.difficulty import DIFFICULTY, Difficulty, DifficultyState, Remark
from anninh_core.rooms.programme.rules import require_words
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.look import Look
from anninh_core.work.marks import Room, command, query


class Difficulties(Room):
    """The exchange between a unit and the committee."""

    room = "programme"

    @command(Permission.PLAN_RUN)
    def raise_difficulty(self, draft: Draft, unit: str, text: str) -> Difficulty:
        """Report an obstacle that a unit can't clear alone."""
        draft.permit(unit)
        remark = _remark(draft, DifficultyState.RAISED, require_words(text, "a difficulty"))
        draft.event("difficulty.raised")
        new = Difficulty(id=self.context.ids.new(), unit=unit, state=remark.state, remarks=(remark,))
        return draft.save(DIFFICULTY, new)

    @command(Permission.DIFFICULTY_ANSWER)
    def answer_difficulty(self, draft: Draft, difficulty_id: str, text: str) -> Difficulty:
        """Answer a difficulty for the committee."""
        return self._moved(draft, difficulty_id, DifficultyState.ANSWERED, text)

    @command(Permission.PLAN_RUN)
    def insist(self, draft: Draft, difficulty_id: str, text: str) -> Difficulty:
        """Open an answered difficulty again: the answer didn't help."""
        return self._moved(draft, difficulty_id, DifficultyState.RAISED, text)

    @command(Permission.PLAN_RUN)
    def close_difficulty(self, draft: Draft, difficulty_id: str, text: str) -> Difficulty:
        """Close an answered difficulty, saying what came of it."""
        return self._moved(draft, difficulty_id, DifficultyState.CLOSED, text)

    @query(Permission.PLAN_READ, traced=True)
    def difficulty(self, look: Look, difficulty_id: str) -> Difficulty:
        """Return a difficulty."""
        return look.held(DIFFICULTY, difficulty_id)

    @query(Permission.PLAN_READ, traced=True)
    def difficulties(self, look: Look, *, unit: str = "", state: str = "") -> tuple[Difficulty, ...]:
        """Return difficulties, the oldest first, of a unit and below, in a state."""
        where = {"state": state} if state else {}
        return tuple(look.every_listed(DIFFICULTY, "oldest", unit, where=where))

    def _moved(self, draft: Draft, difficulty_id: str, state: DifficultyState, text: str) -> Difficulty:
        difficulty = draft.held(DIFFICULTY, difficulty_id)
        remark = _remark(draft, state, require_words(text, "a remark on a difficulty"))
        draft.event(f"difficulty.{state}")
        return draft.save(DIFFICULTY, difficulty.moved(remark))


def _remark(draft: Draft, state: DifficultyState, text: str) -> Remark:
    return Remark(day=draft.today, state=state, by=draft.actor.id, text=text)
