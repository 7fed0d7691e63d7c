"""A draft in its owner's list; its text is stored separately, encrypted in its subject's scope."""

import re
from datetime import datetime, timedelta

import msgspec
from attrs import field, frozen

from anninh_core.domain.drafts.views import DraftRow, DraftView
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.views import ViewContext, make_view

KEPT = timedelta(days=7)
"""Lifetime of a draft after it was last saved; it doesn't outlast a week's leave."""

WARNED_AFTER = timedelta(days=5)
"""Age at which the owner of a draft is warned that it expires: two days are left, with or without a weekend."""

MAX_DRAFTS = 50
"""Maximal number of drafts of one officer, above the number of forms that an officer leaves half filled in."""

_PART = re.compile(r"[a-z][a-z0-9_.:/-]{0,99}")
"""Pattern for the code of a part; it is long enough for a word and any id of a profile after it, such as that of a
gate.
"""


def require_part(part: str) -> str:
    """Return the code of a part unchanged, or raise `BadInput`: it must be a code, not free text."""
    if not _PART.fullmatch(part):
        raise BadInput(
            "{part!r} isn't the code of a part: write a code such as `answer`, with lower-case letters, "
            "digits and the characters _ . : / -.",
            part=part,
        )
    return part


@frozen(kw_only=True)
class DraftEntry:
    """Facts about a draft that are known without opening it.

    Attributes:
        about: `kind:id` of its subject.
        part: code of the text or form that is half written, such as `answer`.
        author: officer who wrote it; not its owner if a hand-over offered it.
        slot: number under which its text is stored.
        warned: whether its owner was notified that it expires soon.
    """

    about: str
    part: str
    author: str
    saved_at: datetime
    slot: int
    warned: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """The subject, part and author, which identify the draft among its owner's drafts."""
        return (self.about, self.part, self.author)

    @property
    def expires_at(self) -> datetime:
        """The time at which the draft expires."""
        return self.saved_at + KEPT

    def is_over(self, at: datetime) -> bool:
        """Return whether the draft has expired."""
        return at >= self.expires_at

    def is_expiring(self, at: datetime) -> bool:
        """Return whether the draft expires soon."""
        return at >= self.saved_at + WARNED_AFTER

    def to_row(self, context: ViewContext) -> DraftRow:
        """Return the draft as a row of a list."""
        return make_view(DraftRow, self, is_expiring=self.is_expiring(context.at))


@frozen(kw_only=True)
class Draft:
    """A draft that was opened, so that its text is known."""

    entry: DraftEntry
    words: str = field(repr=False)

    def to_view(self, context: ViewContext) -> DraftView:
        """Return the view of the draft."""
        return make_view(DraftView, self.entry, is_expiring=self.entry.is_expiring(context.at), words=self.words)


# The decoder is built only once, since msgspec 0.22 crashes if threads first inspect a class at the same time.
ENTRIES = msgspec.json.Decoder(tuple[DraftEntry, ...])
