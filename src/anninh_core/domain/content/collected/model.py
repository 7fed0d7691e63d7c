"""A found piece: content that a collector read at an external source. It isn't an item until an editor makes a draft of
it.
"""

from datetime import date, datetime
from enum import StrEnum

from attrs import evolve, frozen

from anninh_core.domain.index_specs import FOUND_PIECE_SPEC
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.kinds import Kind, format_hour
from anninh_core.usecase.preconditions.steps import StepChecks, build_transition_check
from anninh_core.usecase.views import make_view, view


class FoundState(StrEnum):
    """An editor's decision about a found piece."""

    WAITING = "waiting"
    """No editor has decided about the piece yet."""
    TAKEN_UP = "taken_up"
    """An editor made a draft of the piece."""
    PASSED_OVER = "passed_over"
    """An editor passed the piece over; it can still be taken up."""


S = FoundState
TRANSITIONS: dict[FoundState, frozenset[FoundState]] = {
    S.WAITING: frozenset({S.TAKEN_UP, S.PASSED_OVER}),
    S.PASSED_OVER: frozenset({S.TAKEN_UP}),
    S.TAKEN_UP: frozenset(),
}
"""State machine of found pieces. A piece that was passed over can still be taken up; taking up is final, since an item
exists then.
"""


@view(listed=("id", "found_at", "state", "source_name", "title"))
class FoundPieceView:
    """A piece found at an external source.

    Attributes:
        unit: unit that sees it, and its editors.
        title: in one line.
        author: as far as the source names one.
        found_at: when a collector first returned it.
        collector: the collector's name in the settings.
        source_name: publisher of the information.
        words: text of the source, plain; "" if the source only names the piece.
        address: web address, "" if unknown.
        published: publication time according to the source, or None.
        licence: terms of use, as far as the source names them.
        by, at: officer who took it up or passed it over, and when; "" and None before.
        reason: why it was passed over; may be "".
        item: id of the item made of it, "" for none.
    """

    id: str
    version: int
    unit: str
    state: FoundState
    collector: str
    source_name: str
    title: str
    words: str
    address: str
    published: datetime | None
    author: str
    licence: str
    found_at: datetime
    by: str
    at: datetime | None
    reason: str
    item: str


@frozen(kw_only=True)
class FoundPiece:
    """A piece found at an external source. Its fields are those of its view.

    Attributes:
        id: keyed hash of the collector's name and the source's id of the piece, so that nothing is stored twice.
    """

    id: str
    unit: str
    collector: str
    source_name: str
    title: str
    words: str
    address: str
    published: datetime | None
    author: str
    licence: str
    found_at: datetime
    state: FoundState = FoundState.WAITING
    by: str = ""
    at: datetime | None = None
    reason: str = ""
    item: str = ""
    version: int = 0

    def to_view(self) -> FoundPieceView:
        """Return the read-only view of the piece."""
        return make_view(FoundPieceView, self)

    def require_possible(self, to: FoundState) -> None:
        """Check that the state machine allows the transition to a state; raise `WrongStep` otherwise."""
        if to not in TRANSITIONS[self.state]:
            if self.item:
                raise WrongStep(
                    "Found piece {piece} was made into item {item}: it can't become {next_state}.",
                    piece=self.id,
                    item=self.item,
                    next_state=to,
                )
            raise WrongStep(
                "Found piece {piece} is {state}: it can't become {next_state}.",
                piece=self.id,
                state=self.state,
                next_state=to,
            )

    def decided(self, to: FoundState, by: str, at: datetime, *, reason: str = "", item: str = "") -> "FoundPiece":
        """Return the piece with an editor's decision; raise as `require_possible` does."""
        self.require_possible(to)
        return evolve(self, state=to, by=by, at=at, reason=reason, item=item)

    @property
    def kept_from(self) -> date:
        """The day on which its retention period begins."""
        return local_date(self.at or self.found_at)


FOUND_PIECE = Kind(
    spec=FOUND_PIECE_SPEC,
    model=FoundPiece,
    columns=lambda piece: {"state": piece.state.value, "found": format_hour(piece.found_at)},
    scope=lambda piece: f"found_piece:{piece.id}",
    numbered=True,
)


FOUND_STEPS: StepChecks[FoundPiece] = StepChecks(
    {"take_up": (build_transition_check(S.TAKEN_UP),), "pass_over": (build_transition_check(S.PASSED_OVER),)}
)
"""The steps that can be done with a found piece, each with its preconditions."""
