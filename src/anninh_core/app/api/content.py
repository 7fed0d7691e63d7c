"""Items: written, reviewed, published, corrected, withdrawn."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.content.service import Content
    from anninh_core.domain.drafts.ready_answers import ReadyAnswers
    from anninh_core.workflows import ContentPublication, OutgoingPreviews, PossibleItemSteps
    from anninh_core.workflows.possible_steps.offers import Verbs


class ContentApi:
    """Items: written, reviewed, published, corrected, withdrawn. Every verb takes the actor first."""

    def __init__(
        self,
        content: "Content",
        publication: "ContentPublication",
        previews: "OutgoingPreviews",
        *,
        ready_answers: "ReadyAnswers",
        possible_steps: "Callable[[Verbs], PossibleItemSteps]",
    ) -> None:
        self.attach = content.editing.attach
        self.write = content.editing.write
        self.edit = content.editing.edit
        self.correct = content.editing.correct
        self.answer_gate = content.review.answer_gate
        self.answer_finding = content.review.answer_finding
        self.approve = content.review.approve
        self.reject = content.review.reject
        self.approve_urgently = content.review.approve_urgently
        self.review_afterwards = content.review.review_afterwards
        self.withdraw = content.publishing.withdraw
        self.register_source = content.sources.register_source
        self.retire_source = content.sources.retire_source
        self.sources = content.sources.sources
        self.source_of = content.sources.source_of
        self.found = content.found.found
        self.found_piece = content.found.found_piece
        self.take_up = content.found.take_up
        self.pass_over = content.found.pass_over
        self.get = content.queries.get
        self.missing = content.queries.missing
        self.incomplete = content.queries.incomplete
        self.list = content.queries.list
        self.search = content.queries.search
        self.reviews_due = content.queries.reviews_due
        self.corrections = content.queries.corrections
        self.ledger = content.queries.ledger
        self.published = content.queries.published
        self.ready_answers = ready_answers.for_items
        self.preview = previews.preview_item
        self.audience = publication.audience
        self.submit = publication.submit
        self.publish = publication.publish
        steps = possible_steps({**vars(self)})
        self.can_do = steps.can_do
        self.can_do_about_found = steps.can_do_about_found
