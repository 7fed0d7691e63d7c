"""Review and publication: the checks look before a person does, and an approved item reaches the groups it is for."""

from anninh_core.plugins import Plugins
from anninh_core.rooms.content.kind import ITEM
from anninh_core.rooms.content.model import Item
from anninh_core.rooms.services import Services
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.views import ItemView
from anninh_core.work.marks import command
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork
from anninh_core.workflows.base import Workflow


class ContentPublication(Workflow):
    """Joins content, groups and the checks."""

    room = "publishing"

    def __init__(self, runner: UseCaseRunner, rooms: Services, plugins: Plugins) -> None:
        super().__init__(runner, rooms)
        self._plugins = plugins

    @command(Permission.CONTENT_EDIT)
    def submit(self, draft: UnitOfWork, item_id: str) -> Item:
        """Hand an item in for review, with what the checks found standing beside the gates' questions."""
        item = self.rooms.content.editing.submit(draft, item_id)
        draft.permit(item.unit)
        findings = self._plugins.review(_view(item), self.context.district).values
        return self.rooms.content.editing.record_findings(draft, item_id, findings)

    @command(Permission.CONTENT_PUBLISH, Permission.GROUP_READ)
    def publish(self, draft: UnitOfWork, item_id: str) -> Item:
        """Send an approved item to every active group of its audience that doesn't have it yet."""
        item = draft.load(ITEM, item_id)
        draft.permit(item.unit)
        piece = item.piece
        targets = draft.include(self.rooms.groups.queries.targets, units=piece.units, kinds=piece.group_kinds)
        return self.rooms.content.publishing.publish(draft, item_id, targets)


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
