"""A sub-case: the part of a tip that another unit works on (joint handling)."""

from datetime import datetime

from attrs import evolve, field, frozen

from anninh_core.domain.index_specs import SUBCASE_SPEC
from anninh_core.domain.tips.states import SubcaseState
from anninh_core.domain.tips.views import SubcaseRow, SubcaseView
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.kinds import Kind, format_hour
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
"""State machine of sub-cases. A unit that has ended its part gets another sub-case for a further request."""


@frozen(kw_only=True)
class Subcase:
    """A request to a unit for its part in a tip that another unit leads.

    The unit's officers see these fields and nothing else of the tip: neither the reporter's words nor the reporter's
    identity.

    Attributes:
        tip: the tip's id.
        receipt, category, urgency, place: of the tip, at the time of the request.
        unit: requested unit; `lead` requests.
        asked: the request, in the lead's words.
        officers: officers of the unit who work on it.
        excluded: as of the tip.
        due_at: deadline, or None.
        result: the unit's findings, or why it was returned or called off.
        lead: id of the unit that leads the tip.
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
        """Whether the requested unit still owes work on the sub-case."""
        return self.state.value in OPEN_STATES

    def to_row(self) -> SubcaseRow:
        """Return the sub-case as a row of a list."""
        return make_view(SubcaseRow, self)

    def to_view(self) -> SubcaseView:
        """Return the read-only view of the sub-case."""
        return make_view(SubcaseView, self)

    def moved(self, to: SubcaseState) -> "Subcase":
        """Return the sub-case in the state `to`.

        Raises:
            WrongStep: the state machine has no such transition.
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
        """Return the sub-case after officers of its unit took it on."""
        return evolve(self.moved(S.TAKEN), officers=officers)

    def done(self, result: str, at: datetime) -> "Subcase":
        """Return the sub-case as done, with the unit's findings."""
        return self._ended(S.DONE, result, at)

    def returned(self, reason: str, at: datetime) -> "Subcase":
        """Return the sub-case as returned by the unit, with the reason."""
        return self._ended(S.RETURNED, reason, at)

    def called_off(self, reason: str, at: datetime) -> "Subcase":
        """Return the sub-case as called off by the lead, with the reason."""
        return self._ended(S.CALLED_OFF, reason, at)

    def _ended(self, state: SubcaseState, words: str, at: datetime) -> "Subcase":
        if not words.strip():
            raise BadInput(
                "The result of the part of tip {receipt} is missing: describe the findings, or why there are none.",
                receipt=self.receipt,
            )
        return evolve(self.moved(state), result=words, ended_at=at)


SUBCASE = Kind(
    spec=SUBCASE_SPEC,
    model=Subcase,
    columns=lambda subcase: {
        "case": f"tip:{subcase.tip}",
        "state": subcase.state.value,
        "asked": format_hour(subcase.asked_at),
    },
    multi=lambda subcase: {"officer": subcase.officers, "excluded": subcase.excluded},
    scope=lambda subcase: f"tip:{subcase.tip}",
    excluded=lambda subcase: subcase.excluded,
    numbered=True,
)
