"""Definitions of how items and publications are stored, indexed and counted."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import frozen

from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import ItemState
from anninh_core.domain.content.views import PublicationView
from anninh_core.domain.index_specs import ITEM_SPEC, PUBLICATION_SPEC
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.kinds import Fact, Kind, Searchable, format_dims, format_hour
from anninh_core.usecase.views import list_enclosures, make_view
from anninh_core.vocabulary.messages import Attachment


@frozen(kw_only=True)
class Publication:
    """The public part of an item: what everybody in its groups can read, without its authors and reviewers.

    Attributes:
        id: id of the item.
        decision: sentence that cites the official decision, "" for none.
        corrects: id of the item that this one corrects, or "".
        superseded_by: id of the correction that replaced it, or "".
        shown: False once it was corrected, withdrawn or has expired, or while the leak check holds it.
        source_name: source, as readers read it.
    """

    id: str
    unit: str
    title: str
    body: str
    category: str
    source_name: str
    source_url: str
    published_at: datetime
    attachments: tuple[Attachment, ...] = ()
    decision: str = ""
    corrects: str = ""
    superseded_by: str = ""
    shown: bool = True
    version: int = 0

    def to_view(self) -> PublicationView:
        """Return the read-only view of the publication."""
        return make_view(PublicationView, self, attachments=list_enclosures(self.attachments))


def item_facts(item: Item) -> Iterable[Fact]:
    """Yield the facts that the reports count about an item; corrected and withdrawn items still count as published."""
    category = format_dims(category=item.piece.category)
    for day in item.rejected_days:
        yield Fact("items_rejected", item.unit, day)
    if item.published_day is not None:
        yield Fact("items_published", item.unit, item.published_day, category)
        if item.piece.is_correction:
            yield Fact("corrections", item.unit, item.published_day)
    for delivery in item.sent:
        yield Fact("broadcast_posts", item.unit, delivery.day)


def item_columns(item: Item) -> Mapping[str, Scalar]:
    """Return the clear (unencrypted, indexed) columns of an item."""
    review = item.after_review
    runs_out = item.piece.expires if item.state is ItemState.PUBLISHED else None
    return {
        "state": item.state.value,
        "category": item.piece.category,
        "written": format_hour(item.versions[0].at),
        "replaces": item.piece.replaces,
        "runs_out": runs_out is not None,
        "expires": runs_out.isoformat() if runs_out else "",
        "review_open": review is not None and review.at is None,
        "review_due": format_hour(review.due) if review else "",
    }


ITEM = Kind(
    spec=ITEM_SPEC,
    model=Item,
    columns=item_columns,
    scope=lambda item: f"item:{item.id}",
    facts=item_facts,
    search=Searchable(read=lambda item: f"{item.piece.title}\n{item.piece.body}", at=lambda item: item.versions[0].at),
    numbered=True,
)

PUBLICATION = Kind(
    spec=PUBLICATION_SPEC,
    model=Publication,
    columns=lambda publication: {
        "category": publication.category,
        "published": format_hour(publication.published_at),
        "shown": publication.shown,
    },
    scope=lambda _: "",
    numbered=True,
)
