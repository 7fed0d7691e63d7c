"""Review and publication: the checks look before a person does, and an approved item reaches the groups it is for."""

from anninh_core.dispatch.rooms import Rooms
from anninh_core.plugins import Plugins
from anninh_core.rooms.content.kind import ITEM
from anninh_core.rooms.content.model import Item
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.views import ItemView
from anninh_core.work.actor import Actor
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft


class Publishing:
    """Joins content, groups and the checks."""

    def __init__(self, desk: Desk, rooms: Rooms, plugins: Plugins) -> None:
        self._desk = desk
        self._rooms = rooms
        self._plugins = plugins

    def submit(self, actor: Actor, item_id: str) -> Item:
        """Hand an item in for review, with what the checks found standing beside the gates' questions."""

        def hand_in(draft: Draft) -> Item:
            item = self._rooms.content.submit(draft, item_id)
            draft.permit(item.unit)
            findings = self._plugins.review(_view(item), self._desk.district).values
            return self._rooms.content.record_findings(draft, item_id, findings)

        return self._desk.carry_out(actor, "publishing.submit", Permission.CONTENT_EDIT, hand_in)

    def publish(self, actor: Actor, item_id: str) -> Item:
        """Send an approved item to every active group of its audience that doesn't have it yet."""

        def send(draft: Draft) -> Item:
            item = draft.load(ITEM, item_id)
            draft.permit(item.unit)
            piece = item.piece
            targets = draft.include(self._rooms.groups.targets, units=piece.units, kinds=piece.group_kinds)
            return self._rooms.content.publish(draft, item_id, targets)

        return self._desk.carry_out(actor, "publishing.publish", Permission.CONTENT_PUBLISH, send)


def _view(item: Item) -> ItemView:
    piece = item.piece
    return ItemView(
        id=item.id,
        title=piece.title,
        body=piece.body,
        category=piece.category,
        source_url=piece.source_url,
        source_name=piece.source_name,
        decision_number=piece.decision_number,
        expires=piece.expires,
    )
