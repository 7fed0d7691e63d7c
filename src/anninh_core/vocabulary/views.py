"""Views of tips, posts and items for plugins: they contain no identity, and only the data that an opinion needs."""

from datetime import date, datetime

from attrs import field, frozen


@frozen(kw_only=True)
class TipToRoute:
    """The data of a tip that a plugin gets for its routing opinion."""

    id: str
    unit: str
    category: str
    urgency: str
    text: str = field(repr=False)
    received_at: datetime


@frozen(kw_only=True)
class PostToModerate:
    """The data of a group post that a plugin gets for its moderation opinion."""

    id: str
    group: str
    text: str = field(repr=False)
    links: tuple[str, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class ItemToReview:
    """The data of a content item that a plugin gets for its review check."""

    id: str
    title: str
    body: str
    category: str
    source_url: str
    source_name: str
    decision_number: str = ""
    expires: date | None = None
