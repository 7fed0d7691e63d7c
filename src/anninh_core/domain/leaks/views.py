"""Read-only views of the leak check's findings: positions in texts, without the hashes."""

from datetime import datetime

from anninh_core.domain.leaks.states import LeakState
from anninh_core.usecase.views import view


@view
class LeakFindingRow:
    """A finding in a list, without the text. Other fields are as in `LeakFinding`.

    Attributes:
        officer: id of the officer who entered the text; "" if unknown.
        is_open: whether it waits for a person's decision.
    """

    id: str
    version: int
    unit: str
    about: str
    code: str
    officer: str
    found_at: datetime
    is_urgent: bool
    state: LeakState
    is_open: bool
    decided_by: str
    decided_at: datetime | None
    reason: str


@view
class SpanView:
    """Position in a text: index of the first character, counted from 0, and of the one after the last."""

    start: int
    end: int


@view
class LeakFindingView(LeakFindingRow):
    """A single finding: the held text, and the positions in it."""

    text: str
    spans: tuple[SpanView, ...]


@view
class OfficerHits:
    """Number of checks with findings in an officer's texts; the officer is "" if unknown."""

    officer: str
    hits: int
