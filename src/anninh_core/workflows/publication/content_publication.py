"""Review and publication: automatic checks run before a person's review, and an approved item goes to its groups."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.content.loading import ITEM_STEPS, load_item
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.publishing import require_pending_groups
from anninh_core.domain.content.rules import render_item
from anninh_core.domain.leaks.model import describe_spans
from anninh_core.domain.services import Services
from anninh_core.messaging.outbound.leak_gate import describe_outgoing_item, is_publishable
from anninh_core.plugins import Plugins
from anninh_core.usecase.actor import system
from anninh_core.usecase.arguments import ItemId
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.preconditions.steps import StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.opinions import LEAK_CHECK, Finding
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.views import ItemToReview
from anninh_core.workflows.base import Workflow
from anninh_core.workflows.publication.audience import AudienceView, build_audience_view, find_targets

# Findings about personal data are listed under this gate, which asks whether publication is permitted.
_GATE = "permitted"


class ContentPublication(Workflow):
    """Submits items for review, and publishes approved items to their groups after the leak check."""

    action_prefix = "publishing"

    def __init__(self, runner: UseCaseRunner, services: Services, plugins: Plugins) -> None:
        super().__init__(runner, services)
        self._plugins = plugins

    @command(Permission.CONTENT_EDIT, public=True, daily=True)
    def submit(self, uow: UnitOfWork, item_id: ItemId) -> Item:
        """Submit an item for review, with the findings of the checks.

        Raises:
            WrongStep: its state doesn't allow it, or the type of a file was never checked.
            BadInput: no title, no text, no source, no audience, a wanted or search notice without its decision, or a
                family's search with an unchecked requester.
        """
        item = self.services.content.editing.submit(uow, item_id)
        uow.permit(item.unit)
        findings: Sequence[Finding] = self._plugins.review(_build_item_to_review(item), self.context.district).values
        findings = [*findings, *self._check_leaks(uow, item)]
        with uow.acting_as(system("checks")):
            return self.services.content.editing.record_findings(uow, item_id, findings)

    @command(Permission.CONTENT_PUBLISH, Permission.GROUP_READ, public=True, daily=True, sends=True)
    def publish(self, uow: UnitOfWork, item_id: ItemId) -> Item:
        """Send an approved item to every active group of its audience that doesn't have it yet.

        Personal data that no reviewer decided about holds the item: a person decides whether it is sent (`app.leaks`),
        and if it can't wait, an officer on duty gets an urgent notice at once.

        Raises:
            WrongStep: it isn't approved as it is now, it was corrected, its last day is over, its state doesn't allow
                it, or the type of a file was never checked.
            BadInput: it is incomplete, or no active group fits its audience.
        """
        item = load_item(uow, item_id)
        targets = find_targets(uow, self.services.groups, item)
        is_clear = self._release_or_hold(uow, item)
        return self.services.content.publishing.publish(uow, item_id, targets, shown=is_clear)

    @query(Permission.CONTENT_READ, Permission.GROUP_READ, traced=True, aggregate_repeats=True, public=True)
    def audience(self, session: ReadSession, item_id: ItemId) -> AudienceView:
        """Return by name the groups that get an item if it is published now, and those that it leaves out.

        A correction also goes to the groups that have the corrected item.

        Raises:
            NotVisible: as `content.get`.
        """
        return build_audience_view(session, self.services.groups, load_item(session, item_id))

    @property
    def steps(self) -> StepChecks[Item]:
        """The checks of all steps for an item, including the check that matching groups exist."""
        return ITEM_STEPS.with_check("publish", self._require_groups)

    def _require_groups(self, item: Item, session: ReadSession) -> None:
        require_pending_groups(session, item, find_targets(session, self.services.groups, item))

    def _check_leaks(self, uow: UnitOfWork, item: Item) -> list[Finding]:
        """Return the personal data in an item as one finding, and record that the leak check found some; empty if there
        is none.
        """
        exposure = self.services.leaks.check.find_exposure(f"{item.piece.title}\n{item.piece.body}")
        if not exposure:
            return []
        self.services.leaks.note_review(uow, evolve(describe_outgoing_item(item, exposure), officer=uow.actor.id))
        places = describe_spans(exposure.spans)
        text = self.context.district.say("check.personal", found=places)
        return [Finding(_GATE, text, "hold", by=LEAK_CHECK)]

    def _release_or_hold(self, uow: UnitOfWork, item: Item) -> bool:
        """Return whether an item may be published as it reads; otherwise hold it for a person's decision."""
        exposure = self.services.leaks.check.find_exposure(render_item(self.context.district, item.piece, ""))
        return is_publishable(uow, self.services.leaks, self.services.duty, describe_outgoing_item(item, exposure))


def _build_item_to_review(item: Item) -> ItemToReview:
    content = item.piece
    return ItemToReview(
        id=item.id,
        title=content.title,
        body=content.body,
        category=content.category,
        source_url=content.source_url,
        source_name=content.source_name,
        decision_number=content.decision_number,
        expires=content.expires,
    )
