"""Content: collect, write, review, publish, correct."""

from anninh_core.rooms.content.publishing import Publishing
from anninh_core.rooms.content.queries import ContentQueries
from anninh_core.rooms.content.reviewing import Reviewing
from anninh_core.rooms.content.sources import Sources
from anninh_core.rooms.content.writing import Writing


class Content(Writing, Reviewing, Publishing, Sources, ContentQueries):
    """Everything done with items."""
