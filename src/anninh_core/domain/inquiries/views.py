"""Read-only views of inquiries, without residents' identities and proofs of delivery.

Texts appear only in the view of a single inquiry (`InquiryView`), and in queries for the questions themselves.
"""

from datetime import date, datetime

from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.usecase.views import view


@view(listed=("id", "received_day", "state", "answered_day", "unit"))
class InquiryRow:
    """A question in a list, without its text. Other fields are as in `Inquiry`.

    Attributes:
        has_chat: whether its resident has a chat; conversation and identity are in no view.
        is_open: whether it still needs an answer.
        tip: id of the tip that it became; `from_tip` is the tip that it came from.
        ended_on: the day on which it was answered, or None.
    """

    id: str
    version: int
    unit: str
    state: InquiryState
    is_open: bool
    has_chat: bool
    received_at: datetime
    received_day: date
    article: str
    edition: int
    answered_day: date | None
    tip: str
    from_tip: str
    waited: int | None
    ended_on: date | None


@view
class InquiryView(InquiryRow):
    """A single question, with its text, the answer and its source."""

    question: str
    answer: str
    source: str


@view(listed=("inquiry.id", "inquiry.received_day", "inquiry.unit", "days"))
class UnansweredInquiryView:
    """A question whose answer hasn't arrived, and its age in days."""

    inquiry: InquiryRow
    days: int


@view(listed=("inquiry.id", "inquiry.received_day", "inquiry.unit", "hours"))
class WaitingInquiryView:
    """A question whose answer hasn't arrived, and the working hours since it was received."""

    inquiry: InquiryRow
    hours: float


@view
class UnitInquiryFigures:
    """Figures of a unit's questions; fields as in `InquiryFiguresView`."""

    unit: str
    received: int
    answered: int
    at_once: int
    from_article: int
    unanswered: int
    median_wait: float | None


@view
class InquiryFiguresView:
    """Figures of the questions received in a period. Other fields are as in `InquiryFigures`.

    Attributes:
        answered: questions with an answer that is known to have arrived; of these, `at_once` within one working hour,
            `from_article` from the knowledge base.
        median_wait: working seconds until the first answer, of all that had an answer; None if none had.
    """

    received: int
    answered: int
    at_once: int
    from_article: int
    unanswered: int
    median_wait: float | None
    by_unit: tuple[UnitInquiryFigures, ...]
