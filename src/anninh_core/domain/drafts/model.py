"""A draft as its owner's list has it; its words lie apart, sealed with what it is about."""

import re
from datetime import datetime, timedelta

import msgspec
from attrs import field, frozen

from anninh_core.domain.drafts.views import DraftRow, DraftView
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.views import ViewContext, make_view

KEPT = timedelta(days=7)
"""How long a draft is kept after it was saved last: over a week's leave it is anew to be written, not to be found."""

WARNED_AFTER = timedelta(days=5)
"""After so long its owner is warned: two days are left, a weekend among them or not."""

MAX_DRAFTS = 50
"""Drafts of one officer: so many forms nobody has half filled in."""

_PART = re.compile(r"[a-z][a-z0-9_.:/-]{0,99}")
"""Long enough for a word and any id of a profile behind it, such as that of a gate."""


def require_part(given: str) -> str:
    """Return the name of a part of something as it is, or raise `BadInput`: it is a code, not anybody's words."""
    if not _PART.fullmatch(given):
        raise BadInput(
            "{part!r} isn't the code of a part: write a code such as `answer`, with lower-case letters, "
            "digits and the characters _ . : / -.",
            part=given,
        )
    return given


@frozen(kw_only=True)
class DraftEntry:
    """What is known of a draft without opening it.

    Attributes:
        about: `kind:id` of what it is about.
        part: of which half-written thing.
        author: officer who wrote it; another than the owner's where a hand-over offered it.
        slot: number under which its words lie.
        warned: whether the owner was told that it goes soon.
    """

    about: str
    part: str
    author: str
    saved_at: datetime
    slot: int
    warned: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the owner's others."""
        return (self.about, self.part, self.author)

    @property
    def expires_at(self) -> datetime:
        """When it goes."""
        return self.saved_at + KEPT

    def is_over(self, at: datetime) -> bool:
        """Tell whether its time is over."""
        return at >= self.expires_at

    def is_expiring(self, at: datetime) -> bool:
        """Tell whether its time is over soon."""
        return at >= self.saved_at + WARNED_AFTER

    def to_row(self, context: ViewContext) -> DraftRow:
        """Return what may leave in a list."""
        return make_view(DraftRow, self, is_expiring=self.is_expiring(context.at))


@frozen(kw_only=True)
class Draft:
    """A draft that is opened."""

    entry: DraftEntry
    words: str = field(repr=False)

    def to_view(self, context: ViewContext) -> DraftView:
        """Return what may leave."""
        return make_view(DraftView, self.entry, is_expiring=self.entry.is_expiring(context.at), words=self.words)


ENTRIES = msgspec.json.Decoder(tuple[DraftEntry, ...])  # built once: see `ports.changes`
