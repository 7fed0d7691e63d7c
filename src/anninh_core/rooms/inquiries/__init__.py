"""Questions on procedures, and the knowledge base that answers them."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.rooms.inquiries.base import InquiryRoom
    from anninh_core.rooms.inquiries.kind import ARTICLE, INQUIRY, inquiry_facts
    from anninh_core.rooms.inquiries.knowledge import Knowledge
    from anninh_core.rooms.inquiries.model import UNANSWERED, Article, Edition, Inquiry, InquiryState
    from anninh_core.rooms.inquiries.rules import ranked
    from anninh_core.rooms.inquiries.service import Inquiries

__all__ = [
    "ARTICLE",
    "INQUIRY",
    "UNANSWERED",
    "Article",
    "Edition",
    "Inquiries",
    "Inquiry",
    "InquiryRoom",
    "InquiryState",
    "Knowledge",
    "inquiry_facts",
    "ranked",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "ARTICLE": "kind",
        "Article": "model",
        "Edition": "model",
        "INQUIRY": "kind",
        "Inquiries": "service",
        "Inquiry": "model",
        "InquiryRoom": "base",
        "InquiryState": "model",
        "Knowledge": "knowledge",
        "UNANSWERED": "model",
        "inquiry_facts": "kind",
        "ranked": "rules",
    },
)
