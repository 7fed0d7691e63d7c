"""Questions on procedures and the knowledge base."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Inquiries
    from anninh_core.workflows import MessageTriage


class InquiriesApi:
    """Questions on procedures and the knowledge base. Every verb takes the actor first."""

    def __init__(self, inquiries: "Inquiries", triage: "MessageTriage") -> None:
        self.record_walk_in = inquiries.intake.record_walk_in
        self.answer = inquiries.handling.answer
        self.answered_by_hand = inquiries.handling.answered_by_hand
        self.close = inquiries.handling.close
        self.get = inquiries.queries.get
        self.list = inquiries.queries.list
        self.unanswered = inquiries.queries.unanswered
        self.write_article = inquiries.knowledge.write_article
        self.revise_article = inquiries.knowledge.revise_article
        self.retire_article = inquiries.knowledge.retire_article
        self.articles = inquiries.knowledge.articles
        self.suggest = inquiries.knowledge.suggest
        self.convert_to_tip = triage.inquiry_to_tip
