"""A sub-case: the part of a tip that another unit works on (joint handling)."""

from datetime import datetime

from attrs import evolve, field, frozen

from anninh_core.domain.index_specs import SUBCASE_SPEC
from anninh_core.domain.tips.states import SubcaseState
from anninh_core.domain.tips.views import SubcaseRow, SubcaseView
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.kinds import Kind, hour_column
from anninh_core.usecase.views import make_view

S = SubcaseState
OPEN_STATES = (S.ASKED.value, S.TAKEN.value)
TRANSITIONS: dict[SubcaseState, frozenset[SubcaseState]] = {
    S.ASKED: frozenset({S.TAKEN, S.DONE, S.RETURNED, S.CALLED_OFF}),
    S.TAKEN: frozenset({S.TAKEN, S.DONE, S.RETURNED, S.CALLED_OFF}),
    S.DONE: frozenset(),
    S.RETURNED: frozenset(),
    S.CALLED_OFF: frozenset(),
}
"""The whole state machine. A unit that has done its part is asked anew by another sub-case."""


@frozen(kw_only=True)
class Subcase:
    """What a unit is asked to do for a tip that another one leads.

    Its officers see what stands here and no more of the tip: neither the reporter's words nor whose they are.

    Attributes:
        tip: the tip's id.
        receipt, category, urgency, place: of the tip, as they were when the unit was asked.
        unit: who is asked; `lead` asks.
        asked: what for, in the lead's words.
        officers: who works on it in the unit.
        excluded: as of the tip.
        due_at: until when, None for no term of its own.
        result: what the unit found, or why it returned it or it was called off.
        lead: id of the officer who leads it; "" before it is taken.
    """

    id: str
    tip: str
    receipt: str
    unit: str
    lead: str
    asked: str = field(repr=False)
    asked_by: str
    asked_at: datetime
    category: str = ""
    urgency: str = ""
    place: str = field(default="", repr=False)
    due_at: datetime | None = None
    state: SubcaseState = SubcaseState.ASKED
    officers: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    result: str = field(default="", repr=False)
    ended_at: datetime | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the unit still owes something."""
        return self.state.value in OPEN_STATES

    def to_row(self) -> SubcaseRow:
        """Return what may leave in a list."""
        return make_view(SubcaseRow, self)

    def to_view(self) -> SubcaseView:
        """Return what may leave of one that is opened alone."""
        return make_view(SubcaseView, self)

    def moved(self, to: SubcaseState) -> "Subcase":
        """Return the sub-case in another state.

        Raises:
            WrongStep: the state machine has no such step.
        """
        if to not in TRANSITIONS[self.state]:
            allowed = ", ".join(sorted(TRANSITIONS[self.state])) or "nothing more"
            raise WrongStep(
                "The part of tip {receipt} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                receipt=self.receipt,
                state=self.state,
                next_state=to,
                allowed=allowed,
            )
        return evolve(self, state=to)

    def taken(self, officers: tuple[str, ...]) -> "Subcase":
        """Return the sub-case in the hands of officers of its unit."""
        return evolve(self.moved(S.TAKEN), officers=officers)

    def done(self, result: str, at: datetime) -> "Subcase":
        """Return the sub-case with what the unit found."""
        return self._ended(S.DONE, result, at)

    def returned(self, reason: str, at: datetime) -> "Subcase":
        """Return the sub-case that the unit doesn't take on, with its reason."""
        return self._ended(S.RETURNED, reason, at)

    def called_off(self, reason: str, at: datetime) -> "Subcase":
        """Return the sub-case that the lead doesn't ask for any more, with its reason."""
        return self._ended(S.CALLED_OFF, reason, at)

    def _ended(self, state: SubcaseState, words: str, at: datetime) -> "Subcase":
        if not words.strip():
            raise BadInput(
                "The result of the part of tip {receipt} is missing: write what was found, or why nothing was.",
                receipt=self.receipt,
            )
        return evolve(self.moved(state), result=words, ended_at=at)


SUBCASE = Kind(
    spec=SUBCASE_SPEC,
    model=Subcase,
    columns=lambda subcase: {
        "case": f"tip:{subcase.tip}",
        "state": subcase.state.value,
        "asked": hour_column(subcase.asked_at),
    },
    multi=lambda subcase: {"officer": subcase.officers, "excluded": subcase.excluded},
    scope=lambda subcase: f"tip:{subcase.tip}",
    excluded=lambda subcase: subcase.excluded,
    numbered=True,
)
