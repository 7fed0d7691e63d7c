"""Loading inquiries under a permission."""

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.steps import INQUIRY_STEPS
from anninh_core.usecase.read_session import ReadSession


def get_permitted_inquiry(session: ReadSession, inquiry_id: str) -> Inquiry:
    """Return an inquiry on whose unit the actor has the marked permission; see `ReadSession.held`."""
    return session.get_permitted(INQUIRY, inquiry_id, "inquiries.list")


def get_inquiry_for(session: ReadSession, step: str, inquiry_id: str) -> Inquiry:
    """Return an inquiry with which the actor can do a step of `INQUIRY_STEPS`.

    Raises:
        Refused, WrongStep, BadInput: what the step takes for granted doesn't hold; and as `get_permitted_inquiry`.
    """
    inquiry = get_permitted_inquiry(session, inquiry_id)
    INQUIRY_STEPS.require(step, inquiry, session)
    return inquiry
