"""Questions on procedures, and the knowledge base that answers them."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.inquiries.handling import InquiryHandling
    from anninh_core.domain.inquiries.intake import InquiryIntake
    from anninh_core.domain.inquiries.kind import ARTICLE, INQUIRY, inquiry_facts
    from anninh_core.domain.inquiries.knowledge import KnowledgeBase
    from anninh_core.domain.inquiries.model import UNANSWERED, Article, Edition, Inquiry, InquiryState
    from anninh_core.domain.inquiries.queries import InquiryQueries
    from anninh_core.domain.inquiries.rules import rank_articles
    from anninh_core.domain.inquiries.service import Inquiries

__all__ = [
    "ARTICLE",
    "INQUIRY",
    "UNANSWERED",
    "Article",
    "Edition",
    "Inquiries",
    "Inquiry",
    "InquiryHandling",
    "InquiryIntake",
    "InquiryQueries",
    "InquiryState",
    "KnowledgeBase",
    "inquiry_facts",
    "rank_articles",
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
        "InquiryHandling": "handling",
        "InquiryIntake": "intake",
        "InquiryQueries": "queries",
        "InquiryState": "model",
        "KnowledgeBase": "knowledge",
        "UNANSWERED": "model",
        "inquiry_facts": "kind",
        "rank_articles": "rules",
    },
)
