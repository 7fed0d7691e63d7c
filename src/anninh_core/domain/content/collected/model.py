"""A found piece: what a collector read at a source. It is no item until an editor makes one of it."""

from datetime import date, datetime
from enum import StrEnum

from attrs import evolve, frozen

from anninh_core.domain.index_specs import FOUND_PIECE_SPEC
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.kinds import Kind, hour_column
from anninh_core.usecase.preconditions.steps import StepChecks, can_become
from anninh_core.usecase.views import make_view, view


class FoundState(StrEnum):
    """What an editor did with something found."""

    WAITING = "waiting"
    """Nobody has decided about it."""
    TAKEN_UP = "taken_up"
    """An editor made a draft of it."""
    PASSED_OVER = "passed_over"
    """An editor left it aside; it can still be taken up."""


S = FoundState
TRANSITIONS: dict[FoundState, frozenset[FoundState]] = {
    S.WAITING: frozenset({S.TAKEN_UP, S.PASSED_OVER}),
    S.PASSED_OVER: frozenset({S.TAKEN_UP}),
    S.TAKEN_UP: frozenset(),
}
"""Whoever passed something over may have been wrong; of what was taken up there is an item."""


@view(listed=("id", "found_at", "state", "source_name", "title"))
class FoundPieceView:
    """Something found at a source outside.

    Attributes:
        unit: whose editors it is for.
        title: in one line.
        author: who wrote it, as far as the source says.
        found_at: when a collector first told of it.
        collector: name in the settings of what found it.
        source_name: whose information it is.
        words: as the source has them, in plain text; "" where it only names the piece.
        address: where it stands, "" where that isn't known.
        published: when the source says that it was; None where it doesn't say.
        licence: under what it may be used, as far as the source says.
        by, at: which officer took it up or passed it over, and when; "" and None while nobody did.
        reason: why it was passed over, as far as somebody said.
        item: the item that was made of it, "" for none.
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
    """Something found at a source outside. Its fields are those of its view.

    Attributes:
        id: made of the collector's name and of what the source calls it, so that nothing is found twice.
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
        """Return what may leave."""
        return make_view(FoundPieceView, self)

    def require_possible(self, to: FoundState) -> None:
        """Check that the state machine leads to a state; `WrongStep` if it doesn't."""
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
        """Return the piece after an editor took it up or passed it over; raises as `require_possible`."""
        self.require_possible(to)
        return evolve(self, state=to, by=by, at=at, reason=reason, item=item)

    @property
    def kept_from(self) -> date:
        """The day from which its time counts."""
        return local_date(self.at or self.found_at)


FOUND_PIECE = Kind(
    spec=FOUND_PIECE_SPEC,
    model=FoundPiece,
    columns=lambda piece: {"state": piece.state.value, "found": hour_column(piece.found_at)},
    scope=lambda piece: f"found_piece:{piece.id}",
    numbered=True,
)


FOUND_STEPS: StepChecks[FoundPiece] = StepChecks(
    {"take_up": (can_become(S.TAKEN_UP),), "pass_over": (can_become(S.PASSED_OVER),)}
)
"""All that is done with something found."""
