"""Use cases that publish items with one outbox row per group, withdraw them in the same groups, and let them expire."""

from collections.abc import Sequence

from attrs import evolve, frozen

from anninh_core.domain.content.kind import ITEM, PUBLICATION, Publication
from anninh_core.domain.content.loading import find_outbox_states, load_item_for_step
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.rules import cite_decision, deliveries_by_group, pending_targets, render_item
from anninh_core.domain.content.values import GroupDelivery, ItemContent, ItemState, ItemWithdrawal
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import ItemId, Reason
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

_MAX_EXPIRED = 200


@frozen
class _GroupText:
    """The text that a group receives, with its wording key and attachments."""

    text: str
    purpose: str
    attachments: tuple[Attachment, ...] = ()


class ItemPublishing(Service):
    """Use cases that publish approved items to groups, withdraw them, and let them expire."""

    action_prefix = "content"

    @step(Permission.CONTENT_PUBLISH)
    def publish(self, uow: UnitOfWork, item_id: str, targets: Sequence[tuple[str, str]], *, shown: bool = True) -> Item:
        """Send an approved item to groups. A repeated call sends it only to groups that don't have it yet.

        A correction also goes to every group that has the original, each time after the original. The original then
        becomes corrected; if the leak check holds the correction, it becomes corrected once the correction is shown.

        Args:
            targets: (group id, conversation id) of the groups that fit the item's audience.
            shown: whether the item is publicly readable at once; False while the leak check holds it.
        """
        item = load_item_for_step(uow, "publish", item_id)
        # Also guards against a correction of this item that is being published concurrently.
        uow.guard_absent(ITEM, {"replaces": item.id, "state": ItemState.PUBLISHED.value})
        original = uow.load(ITEM, item.piece.replaces) if item.piece.replaces else None
        original_deliveries = _list_deliveries(uow, original) if original else {}
        to_send = require_pending_groups(uow, item, targets)
        group_text = _build_group_text(self.context.district, item.piece, original)
        row_by_group = {group: delivery.outbox for group, delivery in original_deliveries.items()}
        sent = [
            self._send_to_group(uow, item, to, group_text, after=row_by_group.get(to[0], "")) for to in to_send.items()
        ]
        published = item.published(sent, uow.today)
        uow.decide(
            f"item:{item.id}", rule="publication", reason="published", text=item.piece.title, evidence=item.piece.hash
        )
        uow.facts["groups"] = len(sent)
        uow.add_event("item.published")
        if uow.get(PUBLICATION, item.id) is None:
            uow.save(PUBLICATION, evolve(_build_publication(self.context.district, published, uow), shown=shown))
        if shown:
            self._supersede_original(uow, published)
        return uow.save(ITEM, published)

    @command(Permission.CONTENT_PUBLISH, public=True, irreversible=True)
    def withdraw(self, uow: UnitOfWork, item_id: ItemId, reason: Reason, *, ended: bool = False) -> Item:
        """Inform the same groups that an item is no longer valid. They read the profile's wording, not the reason.

        Args:
            reason: for the record only: it isn't reviewed, so it reaches no group.
            ended: whether the matter is over, such as a missing person who was found, and the item wasn't wrong.

        Raises:
            WrongStep: the item corrects another one, which would be valid again without it.
        """
        item = load_item_for_step(uow, "withdraw", item_id)
        wording = "content.cancel" if ended else "content.withdrawn"
        group_text = _GroupText(self.context.district.say(wording, title=item.piece.title), wording)
        sent = tuple(
            self._send_to_group(uow, item, (delivery.group, delivery.conversation), group_text, after=delivery.outbox)
            for delivery in _list_deliveries(uow, item).values()
        )
        withdrawal = ItemWithdrawal(by=uow.actor.id, at=uow.at, reason=nfc(reason), ended=ended, sent=sent)
        withdrawn = item.withdrawn(withdrawal)
        decision_reason = "ended" if ended else "wrong"
        uow.decide(
            f"item:{item.id}",
            rule="withdrawal",
            reason=decision_reason,
            text=withdrawal.reason,
            evidence=item.piece.hash,
        )
        uow.add_event("item.withdrawn")
        self._hide_publication(uow, item)
        return uow.save(ITEM, withdrawn)

    @step(Permission.DELIVERY_DECIDE)
    def show(self, uow: UnitOfWork, item_id: str) -> None:
        """Make a held item publicly readable, unless it ended meanwhile."""
        uow.permitted_units()
        item = uow.get_readable(ITEM, item_id)
        publication = uow.get(PUBLICATION, item_id)
        if item is None or publication is None:  # The item or its publication was purged meanwhile.
            return
        uow.permit(item.unit)
        if item.state is ItemState.PUBLISHED:
            uow.save(PUBLICATION, evolve(publication, shown=True))
            self._supersede_original(uow, item)

    @command(Permission.GROUP_RUN)
    def expire_due(self, uow: UnitOfWork) -> tuple[Item, ...]:
        """Expire items whose last day has passed, at most 200 per call. The groups get no message.

        If one of the newest 200 items corrects an item that an earlier release left published, that item becomes
        corrected, too.
        """
        uow.permit(self.context.district.root)
        corrected_ids = self._supersede_missed_originals(uow)
        expiring = uow.find(ITEM, "expires", where={"runs_out": True}, limit=_MAX_EXPIRED).items
        expired = [
            item
            for item in expiring
            if item.piece.expires is not None and item.piece.expires < uow.today and item.id not in corrected_ids
        ]
        for item in expired:
            self._hide_publication(uow, item)
            uow.add_event("item.expired")
        return tuple(uow.save(ITEM, item.moved(ItemState.EXPIRED)) for item in expired)

    def _send_to_group(
        self, uow: UnitOfWork, item: Item, to: tuple[str, str], group_text: _GroupText, *, after: str = ""
    ) -> GroupDelivery:
        group, conversation = to
        row = uow.send(
            conversation,
            group_text.text,
            purpose=group_text.purpose,
            cause=f"item:{item.id}",
            scope=f"item:{item.id}",
            lane=Lane.BROADCAST,
            attachments=group_text.attachments,
            after=after,
        )
        return GroupDelivery(group=group, conversation=conversation, outbox=row, day=uow.today)

    def _supersede_missed_originals(self, uow: UnitOfWork) -> frozenset[str]:
        """Mark originals as corrected that an earlier release left published although their corrections were published;
        return the originals' ids.

        Only the newest published items are searched for corrections.
        """
        published = {"state": ItemState.PUBLISHED.value}
        newest = uow.find(ITEM, "newest", where=published, limit=_MAX_EXPIRED, complete=False).items
        correction_by_original: dict[str, Item] = {}
        for item in newest:
            original = uow.get_readable(ITEM, item.piece.replaces) if item.piece.replaces else None
            if original is not None and original.state is ItemState.PUBLISHED and _are_all_shown(uow, item, original):
                correction_by_original.setdefault(original.id, item)
        for correction in correction_by_original.values():
            self._supersede_original(uow, correction)
        return frozenset(correction_by_original)

    def _supersede_original(self, uow: UnitOfWork, correction: Item) -> None:
        """Mark the original of a correction as corrected if it is published or expired."""
        original = uow.get_unpurged(ITEM, correction.piece.replaces) if correction.piece.replaces else None
        if original is None or original.state not in (ItemState.PUBLISHED, ItemState.EXPIRED):
            return
        uow.add_event("item.corrected")
        self._hide_publication(uow, original, superseded_by=correction.id)
        uow.save(ITEM, original.corrected(correction.id))

    def _hide_publication(self, uow: UnitOfWork, item: Item, *, superseded_by: str = "") -> None:
        publication = uow.load(PUBLICATION, item.id)
        uow.save(
            PUBLICATION,
            evolve(publication, shown=False, superseded_by=superseded_by or publication.superseded_by),
        )


def _are_all_shown(session: ReadSession, *items: Item) -> bool:
    publications = (session.get_readable(PUBLICATION, item.id) for item in items)
    return all(publication is not None and publication.shown for publication in publications)


def list_pending_groups(session: ReadSession, item: Item, targets: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return group id -> conversation id of the groups that don't have an item yet, first those that have its original.

    Args:
        item: item to publish.
        targets: (group id, conversation id) of the groups that fit the item's audience.
    """
    original = session.load(ITEM, item.piece.replaces) if item.piece.replaces else None
    deliveries = _list_deliveries(session, original).values() if original else ()
    inherited = [(delivery.group, delivery.conversation) for delivery in deliveries]
    return pending_targets([*inherited, *targets], _list_deliveries(session, item))


def require_pending_groups(session: ReadSession, item: Item, targets: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the groups that don't have an item yet, as `list_pending_groups` does.

    Raises:
        BadInput: no group is pending, and the item never went to any.
    """
    to_send = list_pending_groups(session, item, targets)
    if not to_send and not item.sent:
        raise BadInput(
            "No active group fits the audience of item {item}: choose other units for it, or launch a group there.",
            item=item.id,
        )
    return to_send


def _list_deliveries(session: ReadSession, item: Item) -> dict[str, GroupDelivery]:
    return deliveries_by_group(item.sent, find_outbox_states(session.context.storage.queues, item))


def _build_group_text(district: District, piece: ItemContent, original: Item | None) -> _GroupText:
    purpose = "content.correction" if piece.is_correction else "content.post"
    return _GroupText(
        render_item(district, piece, original.piece.title if original else ""), purpose, piece.attachments
    )


def _build_publication(district: District, item: Item, uow: UnitOfWork) -> Publication:
    piece = item.piece
    return Publication(
        id=item.id,
        unit=item.unit,
        title=piece.title,
        body=piece.body,
        category=piece.category,
        source_name=piece.source_name,
        source_url=piece.source_url,
        published_at=uow.at,
        attachments=piece.attachments,
        decision=cite_decision(district, piece),
        corrects=piece.replaces,
    )
