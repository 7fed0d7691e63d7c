"""What of drafts may leave, to their owner alone."""

from datetime import datetime

from anninh_core.usecase.views import view


@view
class DraftRow:
    """A draft as it stands in a list, without its words.

    Attributes:
        about: `kind:id` of what it is about.
        part: of which half-written thing, such as `answer`.
        author: id of the officer who wrote it: another one's was offered by a hand-over.
        saved_at: when it was saved last, or offered.
        expires_at: when it goes.
        is_expiring: whether that is soon, so that its owner is warned.
    """

    about: str
    part: str
    author: str
    saved_at: datetime
    expires_at: datetime
    is_expiring: bool


@view
class DraftView(DraftRow):
    """A draft with its words."""

    words: str
