"""Review and publication: the checks look before a person does, and an approved item reaches the groups it is for."""

from anninh_core.domain.content.loading import load_item
from anninh_core.domain.content.model import Item
from anninh_core.domain.services import Services
from anninh_core.plugins import Plugins
from anninh_core.usecase.marks import command
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.views import ItemView
from anninh_core.workflows.base import Workflow


class ContentPublication(Workflow):
    """Joins content, groups and the checks."""

    action_prefix = "publishing"

    def __init__(self, runner: UseCaseRunner, services: Services, plugins: Plugins) -> None:
        super().__init__(runner, services)
        self._plugins = plugins

    @command(Permission.CONTENT_EDIT)
    def submit(self, uow: UnitOfWork, item_id: str) -> Item:
        """Hand an item in for review, with what the checks found standing beside the gates' questions."""
        item = self.services.content.editing.submit(uow, item_id)
        uow.permit(item.unit)
        findings = self._plugins.review(_view(item), self.context.district).values
        return self.services.content.editing.record_findings(uow, item_id, findings)

    @command(Permission.CONTENT_PUBLISH, Permission.GROUP_READ)
    def publish(self, uow: UnitOfWork, item_id: str) -> Item:
        """Send an approved item to every active group of its audience that doesn't have it yet."""
        item = load_item(uow, item_id)
        content = item.piece
        targets = uow.include(self.services.groups.queries.targets, units=content.units, kinds=content.group_kinds)
        return self.services.content.publishing.publish(uow, item_id, targets)


def _view(item: Item) -> ItemView:
    content = item.piece
    return ItemView(
        id=item.id,
        title=content.title,
        body=content.body,
        category=content.category,
        source_url=content.source_url,
        source_name=content.source_name,
        decision_number=content.decision_number,
        expires=content.expires,
    )
