"""Questions on procedures and the knowledge base; and the one search over them, tips and items."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.conversations.notes.service import CaseNotes
    from anninh_core.domain.conversations.timeline.service import CaseTimelines
    from anninh_core.domain.conversations.unread.service import UnreadCases
    from anninh_core.domain.drafts.ready_answers import ReadyAnswers
    from anninh_core.domain.inquiries.service import Inquiries
    from anninh_core.usecase.actor import Actor
    from anninh_core.workflows import MessageTriage, OutgoingPreviews, OwnWork, PossibleInquirySteps, RecordSearch
    from anninh_core.workflows.possible_steps.offers import Verbs
    from anninh_core.workflows.record_search import SearchHits


class InquiriesApi:
    """Questions on procedures and the knowledge base. Every verb takes the actor first."""

    def __init__(
        self,
        inquiries: "Inquiries",
        triage: "MessageTriage",
        *,
        timelines: "CaseTimelines",
        notes: "CaseNotes",
        unread: "UnreadCases",
        ready_answers: "ReadyAnswers",
        previews: "OutgoingPreviews",
        possible_steps: "Callable[[Verbs], PossibleInquirySteps]",
    ) -> None:
        self.record_walk_in = inquiries.intake.record_walk_in
        self.answer = inquiries.handling.answer
        self.answered_by_hand = inquiries.handling.answered_by_hand
        self.close = inquiries.handling.close
        self.get = inquiries.queries.get
        self.timeline = timelines.inquiry_timeline
        self.add_note = notes.add_inquiry_note
        self.notes = notes.inquiry_notes
        self.unread = unread.unread_inquiries
        self.ready_answers = ready_answers.for_inquiries
        self.preview_answer = previews.preview_inquiry_answer
        self.list = inquiries.queries.list
        self.unanswered = inquiries.queries.unanswered
        self.waiting = inquiries.queries.waiting
        self.search = inquiries.queries.search
        self.figures = inquiries.queries.figures
        self._bind_knowledge(inquiries)
        self.convert_to_tip = triage.inquiry_to_tip
        self.can_do = possible_steps({**vars(self)}).can_do

    def _bind_knowledge(self, inquiries: "Inquiries") -> None:
        self.write_article = inquiries.knowledge.write_article
        self.revise_article = inquiries.knowledge.revise_article
        self.confirm_article = inquiries.knowledge.confirm_article
        self.retire_article = inquiries.knowledge.retire_article
        self.import_articles = inquiries.knowledge.import_articles
        self.articles = inquiries.knowledge.articles
        self.get_article = inquiries.knowledge.get_article
        self.stale_articles = inquiries.knowledge.stale_articles
        self.find_articles = inquiries.knowledge.find_articles
        self.propose_articles = inquiries.knowledge.propose_articles
        self.suggest = inquiries.knowledge.suggest


class SearchApi:
    """One search over tips, questions, articles and items: `app.search(actor, "xóm 3")`, or `app.search.find`."""

    def __init__(self, search: "RecordSearch") -> None:
        self.find = search.find

    def __call__(
        self, actor: "Actor", text: str, *, kinds: Sequence[str] = (), unit: str = "", limit: int = 20
    ) -> "SearchHits":
        """Return what of several kinds says what `text` asks for; see `find`."""
        return self.find(actor, text, kinds=kinds, unit=unit, limit=limit)


class WorkApi:
    """What waits for whoever asks, over all subjects. Every verb takes the actor first."""

    def __init__(self, own_work: "OwnWork") -> None:
        self.counts = own_work.counts
        self.mine = own_work.mine
        self.news = own_work.news
