"""Views of drafts, for their owner only."""

from datetime import datetime

from anninh_core.usecase.views import view


@view
class DraftRow:
    """A draft in a list, without its text.

    Attributes:
        about: `kind:id` of its subject.
        part: code of the text or form that is half written, such as `answer`.
        author: id of the officer who wrote it; another officer's draft was offered by a hand-over.
        saved_at: when it was last saved, or offered.
        expires_at: when it expires.
        is_expiring: whether it expires soon, so that its owner is warned.
    """

    about: str
    part: str
    author: str
    saved_at: datetime
    expires_at: datetime
    is_expiring: bool


@view
class DraftView(DraftRow):
    """A draft with its text."""

    words: str
