"""Messages to the resident."""

from anninh_core.rooms.inquiries.model import Inquiry
from anninh_core.work.draft import Draft


def tell(draft: Draft, inquiry: Inquiry, wording: str, **facts: str) -> None:
    """Send the resident one of the profile's texts, if they have a chat."""
    if inquiry.conversation:
        about = f"inquiry:{inquiry.id}"
        words = draft.context.district.say(wording, **facts)
        draft.send(inquiry.conversation, words, purpose=wording, cause=about, scope=about)
