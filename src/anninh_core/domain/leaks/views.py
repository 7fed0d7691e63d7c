"""What of the leak check's findings may leave: where in which text something stands, never hashes of what."""

from datetime import datetime

from anninh_core.domain.leaks.states import LeakState
from anninh_core.usecase.views import view


@view
class LeakFindingRow:
    """A finding in a list, without the text. Other fields are as in `LeakFinding`.

    Attributes:
        officer: id of who brought the text; "" where nobody knows.
        is_open: whether something waits for a person.
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
    """Where something stands in a text: its first character, counted from 0, and the one after its last."""

    start: int
    end: int


@view
class LeakFindingView(LeakFindingRow):
    """A finding that is opened alone: the text that waits, and where in it something was found."""

    text: str
    spans: tuple[SpanView, ...]


@view
class OfficerHits:
    """How many checks of an officer's texts found something; the officer is "" where nobody knows who brought them."""

    officer: str
    hits: int
