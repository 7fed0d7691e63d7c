"""The class that holds all services of content, for editing, review, publishing, sources, found pieces and queries."""

from anninh_core.domain.content.collected.service import FoundPieces
from anninh_core.domain.content.editing import ItemEditing
from anninh_core.domain.content.publishing import ItemPublishing
from anninh_core.domain.content.queries import ContentQueries
from anninh_core.domain.content.review import ItemReview
from anninh_core.domain.content.sources import SourceRegister
from anninh_core.usecase.runner import UseCaseRunner


class Content:
    """All use cases of content, grouped by the role that uses them."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self.editing = ItemEditing(runner)
        self.review = ItemReview(runner)
        self.publishing = ItemPublishing(runner)
        self.sources = SourceRegister(runner)
        self.found = FoundPieces(runner, self.editing)
        self.queries = ContentQueries(runner)
