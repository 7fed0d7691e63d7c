"""Functions that load inquiries after a check of the actor's permission."""

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.steps import INQUIRY_STEPS
from anninh_core.usecase.read_session import ReadSession


def get_permitted_inquiry(session: ReadSession, inquiry_id: str) -> Inquiry:
    """Return an inquiry if the actor has the use case's permission in the inquiry's unit; raise as
    `ReadSession.get_permitted` does.
    """
    return session.get_permitted(INQUIRY, inquiry_id, "inquiries.list")


def get_inquiry_for_step(session: ReadSession, step: str, inquiry_id: str) -> Inquiry:
    """Return an inquiry if the actor can do a step of `INQUIRY_STEPS` with it.

    Raises:
        Refused, WrongStep, BadInput: a precondition of the step isn't met; and as `get_permitted_inquiry`.
    """
    inquiry = get_permitted_inquiry(session, inquiry_id)
    INQUIRY_STEPS.require(step, inquiry, session)
    return inquiry
