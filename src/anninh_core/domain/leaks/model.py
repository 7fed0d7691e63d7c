"""A finding of the leak check: the positions of identifying content, and a person's decision about it."""

from collections.abc import Sequence
from datetime import date, datetime

from attrs import evolve, field, frozen

from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.leaks.views import LeakFindingRow, LeakFindingView, SpanView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.views import make_view

Span = tuple[int, int]
"""Position in a text (NFC): index of the first character, counted from 0, and of the one after the last."""


@frozen(kw_only=True)
class LeakFinding:
    """A finding of the leak check, which found identifying content in a text.

    Attributes:
        about: `kind:id` of the record that the text belongs to.
        code: short code that distinguishes it from others when read aloud.
        officer: officer who entered the text; "" if unknown.
        text: the held text, as it was to be sent; "" for a finding at a gate, where the text is read anyway.
        spans: positions in the text, by characters.
        pieces: keyed hashes of the text at these positions: a decision covers the same piece later.
        is_urgent: whether an officer on duty gets urgent notices until it is decided.
        decided_by, reason, decided_at: the officer who released or stopped it, why, and when.
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
        """Return the finding as a row of a list."""
        return make_view(LeakFindingRow, self)

    def to_view(self) -> LeakFindingView:
        """Return the full view of the finding."""
        spans = tuple(SpanView(start=start, end=end) for start, end in self.spans)
        return make_view(LeakFindingView, self, spans=spans)

    def decided(self, state: LeakState, by: str, reason: str, at: datetime) -> "LeakFinding":
        """Return the finding after a person released or stopped the text.

        Raises:
            BadInput: no reason.
            WrongStep: it was decided before, or needs no decision.
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
        """Whether the finding waits for a person's decision."""
        return self.state is LeakState.HELD

    @property
    def over_on(self) -> date | None:
        """The day on which the retention period of the finding begins; None while it waits for a decision."""
        return None if self.is_open else local_date(self.decided_at or self.found_at)


def describe_spans(spans: Sequence[Span]) -> str:
    """Return the positions by the numbers of their first and last characters, counted from 1."""
    return ", ".join(f"{start + 1}–{end}" for start, end in spans)
