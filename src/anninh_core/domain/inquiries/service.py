"""Inquiries: from a resident's question to an answer that arrived, out of a knowledge base that grows by it."""

from anninh_core.domain.inquiries.handling import InquiryHandling
from anninh_core.domain.inquiries.intake import InquiryIntake
from anninh_core.domain.inquiries.knowledge.service import KnowledgeBase
from anninh_core.domain.inquiries.queries import InquiryQueries
from anninh_core.usecase.case_lookups import NotesLook, note_nothing
from anninh_core.usecase.runner import UseCaseRunner


class Inquiries:
    """Everything done with inquiries, by who does it."""

    def __init__(self, runner: UseCaseRunner, note_look: NotesLook = note_nothing) -> None:
        self.intake = InquiryIntake(runner)
        self.handling = InquiryHandling(runner)
        self.queries = InquiryQueries(runner, note_look)
        self.knowledge = KnowledgeBase(runner)
