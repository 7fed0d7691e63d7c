"""The class that holds all services of inquiries, for intake, handling, queries and the knowledge base."""

from anninh_core.domain.inquiries.handling import InquiryHandling
from anninh_core.domain.inquiries.intake import InquiryIntake
from anninh_core.domain.inquiries.knowledge.service import KnowledgeBase
from anninh_core.domain.inquiries.queries import InquiryQueries
from anninh_core.usecase.case_lookups import NotesLook, note_nothing
from anninh_core.usecase.runner import UseCaseRunner


class Inquiries:
    """All use cases of inquiries, grouped by the role that uses them."""

    def __init__(self, runner: UseCaseRunner, note_look: NotesLook = note_nothing) -> None:
        self.intake = InquiryIntake(runner)
        self.handling = InquiryHandling(runner)
        self.queries = InquiryQueries(runner, note_look)
        self.knowledge = KnowledgeBase(runner)
