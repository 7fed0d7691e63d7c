"""Items: written, reviewed, published, corrected, withdrawn."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.rooms import Content
    from anninh_core.workflows import ContentPublication


class ContentApi:
    """Items: written, reviewed, published, corrected, withdrawn. Every verb takes the actor first."""

    def __init__(self, content: "Content", publication: "ContentPublication") -> None:
        self.write = content.writing.write
        self.edit = content.writing.edit
        self.correct = content.writing.correct
        self.answer_gate = content.reviewing.answer_gate
        self.answer_finding = content.reviewing.answer_finding
        self.approve = content.reviewing.approve
        self.reject = content.reviewing.reject
        self.approve_urgently = content.reviewing.approve_urgently
        self.review_afterwards = content.reviewing.review_afterwards
        self.withdraw = content.publishing.withdraw
        self.register_source = content.sources.register_source
        self.retire_source = content.sources.retire_source
        self.sources = content.sources.sources
        self.source_of = content.sources.source_of
        self.get = content.queries.get
        self.missing = content.queries.missing
        self.list = content.queries.list
        self.reviews_due = content.queries.reviews_due
        self.corrections = content.queries.corrections
        self.ledger = content.queries.ledger
        self.published = content.queries.published
        self.submit = publication.submit
        self.publish = publication.publish
