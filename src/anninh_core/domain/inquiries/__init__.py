"""Questions on procedures, and the knowledge base that answers them."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.inquiries.figures import InquiryFigures
    from anninh_core.domain.inquiries.handling import InquiryHandling
    from anninh_core.domain.inquiries.intake import InquiryIntake
    from anninh_core.domain.inquiries.kind import ARTICLE, INQUIRY, inquiry_facts
    from anninh_core.domain.inquiries.knowledge.article import (
        Article,
        ArticleDraft,
        Edition,
        ImportedArticles,
        LegalSource,
        StaleArticle,
    )
    from anninh_core.domain.inquiries.knowledge.proposals import ProposedArticle
    from anninh_core.domain.inquiries.knowledge.ranking import ArticleIndex, Suggestion, rank_articles
    from anninh_core.domain.inquiries.knowledge.service import KnowledgeBase
    from anninh_core.domain.inquiries.model import UNANSWERED, Inquiry
    from anninh_core.domain.inquiries.queries import InquiryQueries, UnansweredInquiry, WaitingInquiry
    from anninh_core.domain.inquiries.service import Inquiries
    from anninh_core.domain.inquiries.states import InquiryState

__all__ = [
    "ARTICLE",
    "INQUIRY",
    "UNANSWERED",
    "Article",
    "ArticleDraft",
    "ArticleIndex",
    "Edition",
    "ImportedArticles",
    "Inquiries",
    "Inquiry",
    "InquiryFigures",
    "InquiryHandling",
    "InquiryIntake",
    "InquiryQueries",
    "InquiryState",
    "KnowledgeBase",
    "LegalSource",
    "ProposedArticle",
    "StaleArticle",
    "Suggestion",
    "UnansweredInquiry",
    "WaitingInquiry",
    "inquiry_facts",
    "rank_articles",
]

lazy(
    __name__,
    {
        "ARTICLE": "kind",
        "Article": "knowledge.article",
        "ArticleDraft": "knowledge.article",
        "ArticleIndex": "knowledge.ranking",
        "Edition": "knowledge.article",
        "INQUIRY": "kind",
        "ImportedArticles": "knowledge.article",
        "Inquiries": "service",
        "Inquiry": "model",
        "InquiryFigures": "figures",
        "InquiryHandling": "handling",
        "InquiryIntake": "intake",
        "InquiryQueries": "queries",
        "InquiryState": "states",
        "KnowledgeBase": "knowledge.service",
        "LegalSource": "knowledge.article",
        "ProposedArticle": "knowledge.proposals",
        "StaleArticle": "knowledge.article",
        "Suggestion": "knowledge.ranking",
        "UNANSWERED": "model",
        "UnansweredInquiry": "queries",
        "WaitingInquiry": "queries",
        "inquiry_facts": "kind",
        "rank_articles": "knowledge.ranking",
    },
)
