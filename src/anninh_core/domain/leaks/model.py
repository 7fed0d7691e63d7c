"""A finding of the leak check: what a text gives away, where, and what a person decided about it."""

from collections.abc import Sequence
from datetime import date, datetime

from attrs import evolve, field, frozen

from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.leaks.views import LeakFindingRow, LeakFindingView, SpanView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.views import make_view

Span = tuple[int, int]
"""Where something stands in a text (NFC): the first character, counted from 0, and the one after the last."""


@frozen(kw_only=True)
class LeakFinding:
    """A check that found something.

    Attributes:
        about: `kind:id` of what was to leave.
        code: what tells it from others when it is read aloud.
        officer: who brought the text; "" where nobody knows.
        text: what was to leave, as it was to be read; "" while it stands beside a gate, where it is read anyway.
        spans: where in it, by characters.
        pieces: keyed hashes of what stands there: the same piece is asked about once.
        is_urgent: whether somebody on duty is paged until it is decided.
        decided_by, reason, decided_at: who let it go or stopped it, why, and when.
    """

    id: str
    unit: str
    about: str
    code: str
    officer: str
    found_at: datetime
    text: str = field(default="", repr=False)
    spans: tuple[Span, ...] = ()
    pieces: tuple[str, ...] = ()
    is_urgent: bool = False
    state: LeakState = LeakState.HELD
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = field(default="", repr=False)
    version: int = 0

    def to_row(self) -> LeakFindingRow:
        """Return what may leave in a list."""
        return make_view(LeakFindingRow, self)

    def to_view(self) -> LeakFindingView:
        """Return what may leave of one that is opened alone."""
        spans = tuple(SpanView(start=start, end=end) for start, end in self.spans)
        return make_view(LeakFindingView, self, spans=spans)

    def decided(self, state: LeakState, by: str, reason: str, at: datetime) -> "LeakFinding":
        """Return the finding after a person let the text go, or stopped it.

        Raises:
            BadInput: no reason.
            WrongStep: it was decided before, or nothing waits.
        """
        if not reason.strip():
            raise BadInput(
                "The decision about finding {code} ({state}) needs a reason, which others read: write it.",
                code=self.code,
                state=state,
            )
        if self.state is not LeakState.HELD:
            raise WrongStep(
                "Finding {code} is {state}: no decision about it is pending.", code=self.code, state=self.state
            )
        return evolve(self, state=state, decided_by=by, reason=reason, decided_at=at)

    @property
    def is_open(self) -> bool:
        """Whether something waits for a person."""
        return self.state is LeakState.HELD

    @property
    def over_on(self) -> date | None:
        """The day from which its time counts; None while something waits."""
        return None if self.is_open else local_date(self.decided_at or self.found_at)


def describe_spans(spans: Sequence[Span]) -> str:
    """Return where something stands, by the numbers of the first and last characters, counted from 1."""
    return ", ".join(f"{start + 1}–{end}" for start, end in spans)
