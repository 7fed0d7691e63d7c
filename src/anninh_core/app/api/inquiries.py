from anninh_core.app.api.noun import Noun, nested, part, verb
from anninh_core.domain.conversations.notes.service import CaseNotes
from anninh_core.domain.conversations.timeline.service import CaseTimelines
from anninh_core.domain.conversations.unread.service import UnreadCases
from anninh_core.domain.drafts.ready_answers import ReadyAnswers
from anninh_core.domain.inquiries.handling import InquiryHandling
from anninh_core.domain.inquiries.intake import InquiryIntake
from anninh_core.domain.inquiries.knowledge.service import KnowledgeBase
from anninh_core.domain.inquiries.queries import InquiryQueries
from anninh_core.workflows.allowed_actions.inquiries import PossibleInquirySteps
from anninh_core.workflows.message_triage import MessageTriage
from anninh_core.workflows.publication.previews import OutgoingPreviews

_intake = part(lambda internals: internals.services.inquiries.intake)
_handling = part(lambda internals: internals.services.inquiries.handling)
_queries = part(lambda internals: internals.services.inquiries.queries)
_timelines = part(lambda internals: internals.services.timelines)
_notes = part(lambda internals: internals.services.notes)
_unread = part(lambda internals: internals.services.unread)
_ready_answers = part(lambda internals: internals.services.ready_answers)
_previews = part(lambda internals: internals.workflows.previews)
_message_triage = part(lambda internals: internals.workflows.message_triage)
_knowledge = part(lambda internals: internals.services.inquiries.knowledge)
_possible_steps = part(lambda internals: internals.workflows.possible_inquiry_steps)


class KnowledgeArticlesApi(Noun):
    """The knowledge base: articles from which inquiries are answered."""

    list = verb(_knowledge, KnowledgeBase.articles)
    get = verb(_knowledge, KnowledgeBase.get_article)
    find = verb(_knowledge, KnowledgeBase.find_articles)
    write = verb(_knowledge, KnowledgeBase.write_article)
    revise = verb(_knowledge, KnowledgeBase.revise_article)
    retire = verb(_knowledge, KnowledgeBase.retire_article)
    confirm = verb(_knowledge, KnowledgeBase.confirm_article)
    load = verb(_knowledge, KnowledgeBase.import_articles)
    propose = verb(_knowledge, KnowledgeBase.propose_articles)
    list_stale = verb(_knowledge, KnowledgeBase.stale_articles)


class InquiriesApi(Noun):
    """Questions on procedures and the knowledge base. Every verb takes the actor first."""

    record_walk_in = verb(_intake, InquiryIntake.record_walk_in)
    answer = verb(_handling, InquiryHandling.answer)
    record_manual_answer = verb(_handling, InquiryHandling.answered_by_hand)
    close = verb(_handling, InquiryHandling.close)
    get = verb(_queries, InquiryQueries.get)
    timeline = verb(_timelines, CaseTimelines.inquiry_timeline)
    add_note = verb(_notes, CaseNotes.add_inquiry_note)
    notes = verb(_notes, CaseNotes.inquiry_notes)
    unread = verb(_unread, UnreadCases.unread_inquiries)
    ready_answers = verb(_ready_answers, ReadyAnswers.for_inquiries)
    preview_answer = verb(_previews, OutgoingPreviews.preview_inquiry_answer)
    list = verb(_queries, InquiryQueries.list)
    unanswered = verb(_queries, InquiryQueries.unanswered)
    waiting = verb(_queries, InquiryQueries.waiting)
    search = verb(_queries, InquiryQueries.search)
    figures = verb(_queries, InquiryQueries.figures)
    convert_to_tip = verb(_message_triage, MessageTriage.inquiry_to_tip)
    can_do = verb(_possible_steps, PossibleInquirySteps.can_do)

    suggest = verb(_knowledge, KnowledgeBase.suggest)

    articles = nested(KnowledgeArticlesApi)
