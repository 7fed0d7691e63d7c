"""What of inquiries may leave: never whose they are, nor how an answer is known to have arrived.

Words leave with an inquiry that is opened alone (`InquiryView`), and where questions themselves are what is asked for.
"""

from datetime import date, datetime

from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.usecase.views import view


@view(listed=("id", "received_day", "state", "answered_day", "unit"))
class InquiryRow:
    """A question in a list, without its words. Other fields are as in `Inquiry`.

    Attributes:
        has_chat: whether its resident can be written to; how and who is in no view.
        is_open: whether an answer is still owed.
        tip: id of the tip it became; `from_tip` of the tip it came from.
        ended_on: the day on which it was answered; None while it isn't.
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
    """A question that is opened alone, with what was asked, what the resident was told and on whose word."""

    question: str
    answer: str
    source: str


@view(listed=("inquiry.id", "inquiry.received_day", "inquiry.unit", "days"))
class UnansweredInquiryView:
    """A question without an answer that arrived, and its age in days."""

    inquiry: InquiryRow
    days: int


@view(listed=("inquiry.id", "inquiry.received_day", "inquiry.unit", "hours"))
class WaitingInquiryView:
    """A question without an answer that arrived, and the working hours since it was received."""

    inquiry: InquiryRow
    hours: float


@view
class UnitInquiryFigures:
    """How the questions of a unit fared; fields as in `InquiryFiguresView`."""

    unit: str
    received: int
    answered: int
    at_once: int
    from_article: int
    unanswered: int
    median_wait: float | None


@view
class InquiryFiguresView:
    """How the questions received in a period fared. Other fields are as in `InquiryFigures`.

    Attributes:
        answered: whose answer is known to have arrived; `at_once` within one working hour, `from_article` out of the
            knowledge base.
        median_wait: working seconds until the first answer, of all that had one; None where none had.
    """

    received: int
    answered: int
    at_once: int
    from_article: int
    unanswered: int
    median_wait: float | None
    by_unit: tuple[UnitInquiryFigures, ...]
