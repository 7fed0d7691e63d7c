"""A difficulty, which a unit raises, the committee answers, and both follow until it is closed (P-IV.2.c)."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from attrs import evolve, frozen

from anninh_core.domain.index_specs import DIFFICULTY_SPEC
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.kinds import Fact, Kind
from anninh_core.usecase.preconditions.steps import StepChecks, build_transition_check
from anninh_core.usecase.views import make_view, view


class DifficultyState(StrEnum):
    """State of a difficulty."""

    RAISED = "raised"
    """The difficulty waits for an answer."""
    ANSWERED = "answered"
    """The committee has answered the difficulty."""
    CLOSED = "closed"
    """The difficulty is closed."""


S = DifficultyState
TRANSITIONS: dict[DifficultyState, frozenset[DifficultyState]] = {
    S.RAISED: frozenset({S.ANSWERED}),
    S.ANSWERED: frozenset({S.ANSWERED, S.RAISED, S.CLOSED}),
    S.CLOSED: frozenset(),
}
"""State machine of difficulties. A difficulty is raised again if the answer doesn't help; only its own unit closes
it.
"""


@view
class DifficultyRemark:
    """An entry in the exchange about a difficulty.

    Attributes:
        state: state of the difficulty after it.
        by: officer id.
    """

    day: date
    state: DifficultyState
    by: str
    text: str


@view
class DifficultyView:
    """An obstacle that a unit can't remove alone.

    Attributes:
        answered_on: day of the first answer, or None.
    """

    id: str
    version: int
    unit: str
    state: DifficultyState
    remarks: tuple[DifficultyRemark, ...]
    raised_on: date
    answered_on: date | None


@frozen(kw_only=True)
class Difficulty:
    """An obstacle that a unit can't remove alone.

    Attributes:
        remarks: the whole exchange, oldest first; the first entry raises it.
    """

    id: str
    unit: str
    state: DifficultyState
    remarks: tuple[DifficultyRemark, ...]
    version: int = 0

    def to_view(self) -> DifficultyView:
        """Return the read-only view of the difficulty."""
        return make_view(DifficultyView, self)

    def moved(self, remark: DifficultyRemark) -> "Difficulty":
        """Return the difficulty with a further remark, in the remark's state.

        Raises:
            BadInput: the remark's text is empty.
            WrongStep: the state machine doesn't allow the transition.
        """
        if not remark.text.strip():
            raise BadInput(
                "The remark on difficulty {difficulty} is empty: write the answer or the outcome.", difficulty=self.id
            )
        self.require_possible(remark.state)
        return evolve(self, state=remark.state, remarks=(*self.remarks, remark))

    def require_possible(self, to: DifficultyState) -> None:
        """Check that the state machine allows the transition to a state; raise `WrongStep` otherwise."""
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Difficulty {difficulty} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                difficulty=self.id,
                state=self.state,
                next_state=to,
                allowed=tuple(sorted(TRANSITIONS[self.state])),
            )

    @property
    def raised_on(self) -> date:
        """The day on which the difficulty was raised."""
        return self.remarks[0].day

    @property
    def answered_on(self) -> date | None:
        """The day of the first answer to the difficulty, or None."""
        return next((remark.day for remark in self.remarks if remark.state is S.ANSWERED), None)


def difficulty_facts(difficulty: Difficulty) -> Iterable[Fact]:
    """Yield the facts that the reports count about a difficulty: raised once, answered once."""
    yield Fact("difficulties_raised", difficulty.unit, difficulty.raised_on)
    if difficulty.answered_on is not None:
        yield Fact("difficulties_answered", difficulty.unit, difficulty.answered_on)


DIFFICULTY = Kind(
    spec=DIFFICULTY_SPEC,
    model=Difficulty,
    columns=lambda difficulty: {"state": difficulty.state.value, "raised": difficulty.raised_on.isoformat()},
    scope=lambda difficulty: f"difficulty:{difficulty.id}",
    facts=difficulty_facts,
    numbered=True,
)


DIFFICULTY_STEPS: StepChecks[Difficulty] = StepChecks(
    {
        "answer_difficulty": (build_transition_check(DifficultyState.ANSWERED),),
        "insist": (build_transition_check(DifficultyState.RAISED),),
        "close_difficulty": (build_transition_check(DifficultyState.CLOSED),),
    }
)
"""The steps that can be done with a difficulty, each with its preconditions, in the order in which the board offers
them.
"""
