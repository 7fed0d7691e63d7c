"""Content: collect, write, review, publish, correct."""

from anninh_core.rooms.content.publishing import Publishing
from anninh_core.rooms.content.queries import ContentQueries
from anninh_core.rooms.content.reviewing import Reviewing
from anninh_core.rooms.content.sources import Sources
from anninh_core.rooms.content.writing import Writing
from anninh_core.work.runner import UseCaseRunner


class Content:
    """Everything done with items, by who does it.

    Attributes:
        editing: the editor's use cases.
        review: the reviewer's use cases.
        publishing: what goes to the groups, and what is taken back.
        sources: the register of official sources.
        queries: what is read.
    """

    def __init__(self, runner: UseCaseRunner) -> None:
        self.writing = Writing(runner)
        self.reviewing = Reviewing(runner)
        self.publishing = Publishing(runner)
        self.sources = Sources(runner)
        self.queries = ContentQueries(runner)
