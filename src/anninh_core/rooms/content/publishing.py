"""Publishing: one outbox row per group; withdrawal in the same groups; expiry."""

from collections.abc import Sequence

from attrs import evolve, frozen

from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.rooms.content.kind import ITEM, PUBLICATION, Publication
from anninh_core.rooms.content.loading import load_item, outbox_states
from anninh_core.rooms.content.model import Item, ItemState
from anninh_core.rooms.content.rules import reached, rendered, still_lacking
from anninh_core.rooms.content.values import Piece, Sent, Withdrawal
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.marks import Room, command, step

_EXPIRED_AT_ONCE = 200


@frozen
class _Words:
    """The text that a group receives, and the wording key it was rendered from."""

    text: str
    purpose: str
    attachments: tuple[Attachment, ...] = ()


class Publishing(Room):
    """Publishes approved items to groups, and withdraws them."""

    room = "content"

    @step(Permission.CONTENT_PUBLISH)
    def publish(self, draft: Draft, item_id: str, targets: Sequence[tuple[str, str]]) -> Item:
        """Send an approved item to groups. Called again, it reaches only those that don't have it yet.

        A correction also goes, unasked, to every group that has the original, each time after the original.

        Args:
            targets: (group id, conversation id) of the groups that fit the item's audience.
        """
        item = load_item(draft, item_id)
        self._refuse_corrected(draft, item)
        original = draft.load(ITEM, item.piece.replaces) if item.piece.replaces else None
        first = self._reached(original) if original else {}
        inherited = [(one.group, one.conversation) for one in first.values()]
        to_send = still_lacking([*inherited, *targets], self._reached(item))
        if not to_send and not item.sent:
            raise BadInput(f"item {item.id} has no group to go to: none fits its audience")
        words = _words(self.context.district, item.piece, original)
        rows = {group: one.outbox for group, one in first.items()}
        sent = [self._sent(draft, item, to, words, after=rows.get(to[0], "")) for to in to_send.items()]
        published = item.published(sent, draft.today)
        draft.decide(
            f"item:{item.id}", rule="publication", reason="published", text=item.piece.title, evidence=item.piece.hash
        )
        draft.facts["groups"] = len(sent)
        draft.event("item.published")
        if draft.peek(PUBLICATION, item.id) is None:
            draft.save(PUBLICATION, _public(published, draft))
        return draft.save(ITEM, published)

    @command(Permission.CONTENT_PUBLISH)
    def withdraw(self, draft: Draft, item_id: str, reason: str, *, ended: bool = False) -> Item:
        """Say in the same groups that an item no longer holds.

        Args:
            reason: for the record; the groups read the profile's wording.
            ended: True where the matter is over (a missing person was found), False where the item was wrong.
        """
        item = load_item(draft, item_id)
        wording = "content.cancel" if ended else "content.withdrawn"
        words = _Words(self.context.district.say(wording, title=item.piece.title), wording)
        sent = tuple(
            self._sent(draft, item, (one.group, one.conversation), words, after=one.outbox)
            for one in self._reached(item).values()
        )
        withdrawal = Withdrawal(by=draft.actor.id, at=draft.at, reason=nfc(reason), ended=ended, sent=sent)
        withdrawn = item.withdrawn(withdrawal)
        why = "ended" if ended else "wrong"
        draft.decide(f"item:{item.id}", rule="withdrawal", reason=why, text=withdrawal.reason, evidence=item.piece.hash)
        draft.event("item.withdrawn")
        self._hide(draft, item)
        return draft.save(ITEM, withdrawn)

    @command(Permission.GROUP_RUN)
    def expire_due(self, draft: Draft) -> tuple[Item, ...]:
        """Expire items whose last day has passed, at most 200 at once. The groups get no message."""
        draft.permit(self.context.district.root)
        ending = draft.find(ITEM, "expires", where={"runs_out": True}, limit=_EXPIRED_AT_ONCE).items
        over = [item for item in ending if item.piece.expires is not None and item.piece.expires < draft.today]
        for item in over:
            self._hide(draft, item)
            draft.event("item.expired")
        return tuple(draft.save(ITEM, item.moved(ItemState.EXPIRED)) for item in over)

    def _reached(self, item: Item) -> dict[str, Sent]:
        return reached(item.sent, outbox_states(self.context.storage.queues, item))

    def _sent(self, draft: Draft, item: Item, to: tuple[str, str], words: _Words, *, after: str = "") -> Sent:
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
        return Sent(group=group, conversation=conversation, outbox=row, day=draft.today)

    def _refuse_corrected(self, draft: Draft, item: Item) -> None:
        """Refuse to publish an item that has a correction, also while the correction is being published."""
        said = (ItemState.PUBLISHED.value, ItemState.EXPIRED.value)
        found = draft.find(ITEM, "newest", where={"replaces": item.id, "state": said}, limit=1).items
        if found:
            raise WrongStep(f"item {item.id} was corrected by item {found[0].id}; publish the correction instead")
        draft.hold_none(ITEM, {"replaces": item.id, "state": ItemState.PUBLISHED.value})

    def _hide(self, draft: Draft, item: Item) -> None:
        draft.save(PUBLICATION, evolve(draft.load(PUBLICATION, item.id), shown=False))


def _words(district: District, piece: Piece, original: Item | None) -> _Words:
    purpose = "content.correction" if piece.is_correction else "content.post"
    return _Words(rendered(district, piece, original.piece.title if original else ""), purpose, piece.attachments)


def _public(item: Item, draft: Draft) -> Publication:
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
