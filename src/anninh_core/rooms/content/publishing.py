"""Publishing: one outbox row per group; withdrawal in the same groups; expiry."""

from collections.abc import Sequence

from attrs import evolve, frozen

from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.rooms.content.kind import ITEM, PUBLICATION, Publication
from anninh_core.rooms.content.loading import load_item, outbox_states
from anninh_core.rooms.content.model import Item, ItemState
from anninh_core.rooms.content.rules import deliveries_by_group, pending_targets, render_item
from anninh_core.rooms.content.values import GroupDelivery, ItemContent, ItemWithdrawal
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, step
from anninh_core.work.unit_of_work import UnitOfWork

_MAX_EXPIRED = 200


@frozen
class _GroupText:
    """The text that a group receives, and the wording key it was rendered from."""

    text: str
    purpose: str
    attachments: tuple[Attachment, ...] = ()


class ItemPublishing(Service):
    """Publishes approved items to groups, and withdraws them."""

    room = "content"

    @step(Permission.CONTENT_PUBLISH)
    def publish(self, draft: UnitOfWork, item_id: str, targets: Sequence[tuple[str, str]]) -> Item:
        """Send an approved item to groups. Called again, it reaches only those that don't have it yet.

        A correction also goes, unasked, to every group that has the original, each time after the original.

        Args:
            targets: (group id, conversation id) of the groups that fit the item's audience.
        """
        item = load_item(draft, item_id)
        self._refuse_corrected(draft, item)
        original = draft.load(ITEM, item.piece.replaces) if item.piece.replaces else None
        original_deliveries = self._deliveries(original) if original else {}
        inherited = [(delivery.group, delivery.conversation) for delivery in original_deliveries.values()]
        to_send = pending_targets([*inherited, *targets], self._deliveries(item))
        if not to_send and not item.sent:
            raise BadInput(f"item {item.id} has no group to go to: none fits its audience")
        group_text = _build_group_text(self.context.district, item.piece, original)
        row_by_group = {group: delivery.outbox for group, delivery in original_deliveries.items()}
        sent = [self._send(draft, item, to, group_text, after=row_by_group.get(to[0], "")) for to in to_send.items()]
        published = item.published(sent, draft.today)
        draft.decide(
            f"item:{item.id}", rule="publication", reason="published", text=item.piece.title, evidence=item.piece.hash
        )
        draft.facts["groups"] = len(sent)
        draft.event("item.published")
        if draft.peek(PUBLICATION, item.id) is None:
            draft.save(PUBLICATION, _build_publication(published, draft))
        return draft.save(ITEM, published)

    @command(Permission.CONTENT_PUBLISH)
    def withdraw(self, draft: UnitOfWork, item_id: str, reason: str, *, ended: bool = False) -> Item:
        """Say in the same groups that an item no longer holds.

        Args:
            reason: for the record; the groups read the profile's wording.
            ended: True where the matter is over (a missing person was found), False where the item was wrong.
        """
        item = load_item(draft, item_id)
        wording = "content.cancel" if ended else "content.withdrawn"
        group_text = _GroupText(self.context.district.say(wording, title=item.piece.title), wording)
        sent = tuple(
            self._send(draft, item, (delivery.group, delivery.conversation), group_text, after=delivery.outbox)
            for delivery in self._deliveries(item).values()
        )
        withdrawal = ItemWithdrawal(by=draft.actor.id, at=draft.at, reason=nfc(reason), ended=ended, sent=sent)
        withdrawn = item.withdrawn(withdrawal)
        why = "ended" if ended else "wrong"
        draft.decide(f"item:{item.id}", rule="withdrawal", reason=why, text=withdrawal.reason, evidence=item.piece.hash)
        draft.event("item.withdrawn")
        self._hide(draft, item)
        return draft.save(ITEM, withdrawn)

    @command(Permission.GROUP_RUN)
    def expire_due(self, draft: UnitOfWork) -> tuple[Item, ...]:
        """Expire items whose last day has passed, at most 200 at once. The groups get no message."""
        draft.permit(self.context.district.root)
        expiring = draft.find(ITEM, "expires", where={"runs_out": True}, limit=_MAX_EXPIRED).items
        expired = [item for item in expiring if item.piece.expires is not None and item.piece.expires < draft.today]
        for item in expired:
            self._hide(draft, item)
            draft.event("item.expired")
        return tuple(draft.save(ITEM, item.moved(ItemState.EXPIRED)) for item in expired)

    def _deliveries(self, item: Item) -> dict[str, GroupDelivery]:
        return deliveries_by_group(item.sent, outbox_states(self.context.storage.queues, item))

    def _send(
        self, draft: UnitOfWork, item: Item, to: tuple[str, str], words: _GroupText, *, after: str = ""
    ) -> GroupDelivery:
        group, conversation = to
        row = draft.send(
            conversation,
            words.text,
            purpose=words.purpose,
            cause=f"item:{item.id}",
            scope=f"item:{item.id}",
            lane=Lane.BROADCAST,
            attachments=words.attachments,
            after=after,
        )
        return GroupDelivery(group=group, conversation=conversation, outbox=row, day=draft.today)

    def _refuse_corrected(self, draft: UnitOfWork, item: Item) -> None:
        """Refuse to publish an item that has a correction, also while the correction is being published."""
        states = (ItemState.PUBLISHED.value, ItemState.EXPIRED.value)
        corrections = draft.find(ITEM, "newest", where={"replaces": item.id, "state": states}, limit=1).items
        if corrections:
            raise WrongStep(f"item {item.id} was corrected by item {corrections[0].id}; publish the correction instead")
        draft.hold_none(ITEM, {"replaces": item.id, "state": ItemState.PUBLISHED.value})

    def _hide(self, draft: UnitOfWork, item: Item) -> None:
        draft.save(PUBLICATION, evolve(draft.load(PUBLICATION, item.id), shown=False))


def _build_group_text(district: District, piece: ItemContent, original: Item | None) -> _GroupText:
    purpose = "content.correction" if piece.is_correction else "content.post"
    return _GroupText(
        render_item(district, piece, original.piece.title if original else ""), purpose, piece.attachments
    )


def _build_publication(item: Item, draft: UnitOfWork) -> Publication:
    piece = item.piece
    return Publication(
        id=item.id,
        unit=item.unit,
        title=piece.title,
        body=piece.body,
        category=piece.category,
        source_name=piece.source_name,
        source_url=piece.source_url,
        published_at=draft.at,
        attachments=piece.attachments,
        corrects=piece.replaces,
    )
