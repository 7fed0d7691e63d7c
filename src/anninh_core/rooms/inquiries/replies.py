"""Messages to the resident."""

from anninh_core.rooms.inquiries.model import Inquiry
from anninh_core.work.unit_of_work import UnitOfWork


def notify_resident(draft: UnitOfWork, inquiry: Inquiry, wording: str, **facts: str) -> None:
    """Send the resident one of the profile's texts, if they have a chat."""
    if inquiry.conversation:
        about = f"inquiry:{inquiry.id}"
        text = draft.context.district.say(wording, **facts)
        draft.send(inquiry.conversation, text, purpose=wording, cause=about, scope=about)
