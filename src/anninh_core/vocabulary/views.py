"""Views of tips, posts and items for plugins: no identity, no more than an opinion needs."""

from datetime import date, datetime

from attrs import field, frozen


@frozen(kw_only=True)
class TipToRoute:
    """A tip as a routing opinion sees it."""

    id: str
    unit: str
    category: str
    urgency: str
    text: str = field(repr=False)
    received_at: datetime


@frozen(kw_only=True)
class PostToModerate:
    """A group post as a moderation opinion sees it."""

    id: str
    group: str
    text: str = field(repr=False)
    links: tuple[str, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class ItemToReview:
    """A content item as a review check sees it."""

    id: str
    title: str
    body: str
    category: str
    source_url: str
    source_name: str
    decision_number: str = ""
    expires: date | None = None
