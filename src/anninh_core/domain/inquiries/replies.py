"""Functions that send messages to the resident of an inquiry."""

from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.usecase.unit_of_work import UnitOfWork


def notify_resident(uow: UnitOfWork, inquiry: Inquiry, wording: str, **facts: str) -> None:
    """Send the resident one of the profile's texts, if the inquiry has a chat."""
    if inquiry.conversation:
        about = f"inquiry:{inquiry.id}"
        text = uow.context.district.say(wording, **facts)
        uow.send(inquiry.conversation, text, purpose=wording, cause=about, scope=about)
